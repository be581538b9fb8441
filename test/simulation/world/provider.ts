// An identity provider: Entra's kind, whose refresh tokens stay valid after use, or the kind whose refresh tokens are
// good once and whose reuse ends the whole family. It answers in HTTP, so that the real code interprets it.

import type { Rotation } from '../../../lambda/contract.ts'
import type { TokenRequest } from '../../../lambda/ports.ts'
import { insteadOf } from '../../../local/entra/habits/applied.ts'
import type { Habit } from '../../../local/entra/habits/habit.ts'
import { createRandom } from '../../../local/entra/random.ts'
import type { Draw } from '../engine/draw.ts'
import { mark, secretValue } from './mark.ts'

/** All that comes from one sign-in. */
export interface Family {
  /** Counts up with every sign-in. */
  readonly number: number
  readonly connection: string
  /** Who has signed in. */
  readonly account: string
  revoked: boolean
}

const otherUser = 'other-of-'

/** A second user, who signs in for a connection that is another's. */
export const otherUserOf = (connection: string): string => `${otherUser}${connection}`

/** @returns for which connection the user of this name signs in, and who it is */
export const personOf = (username: string): Pick<Family, 'connection' | 'account'> => {
  const account = username.split('@')[0] ?? ''
  return { account, connection: account.startsWith(otherUser) ? account.slice(otherUser.length) : account }
}

export interface RefreshToken {
  readonly value: string
  /** Counts up with every token issued. */
  readonly number: number
  readonly family: Family
  usedAt: number
  spent: boolean
}

export interface AccessToken {
  readonly family: Family
  readonly expiresAt: number
}

export interface Answer {
  readonly status: number
  readonly body: string
  readonly retryAfter?: string | undefined
  /** What was issued; undefined: refused. */
  readonly issued: RefreshToken | undefined
}

export interface ClientSecret {
  readonly client: string
  readonly expiresAt: number
}

export interface ProviderState {
  readonly refreshTokens: ReadonlyMap<string, RefreshToken>
  readonly accessTokens: ReadonlyMap<string, AccessToken>
  readonly clientSecrets: ReadonlyMap<string, ClientSecret>
  readonly users: ReadonlyMap<string, string>
  readonly issued: number
}

export interface ProviderOptions {
  readonly rotation: Rotation
  readonly now: () => number
  readonly draw: Draw
  /** Seconds. @default up to half an hour more than the shortest, at random */
  readonly lifetime?: number
  /** Minutes. @default 60 */
  readonly shortestLifetimeMinutes?: number | undefined
  /** Days without use after which a refresh token dies, said in every answer. @default 90, and not said */
  readonly inactivityDays?: number | undefined
  /** Among how many tenants the users are divided. @default 1 */
  readonly tenants?: number | undefined
  /** What it was at the end of an earlier story. */
  readonly state?: ProviderState
}

const day = 86_400_000

export class Provider {
  readonly rotation: Rotation
  readonly #options: ProviderOptions
  readonly #families = new Map<number, Family>()
  readonly #refreshTokens = new Map<string, RefreshToken>()
  readonly #accessTokens: Map<string, AccessToken>
  readonly #clientSecrets: Map<string, ClientSecret>
  /** The password of each user. */
  readonly #users: Map<string, string>
  /** How each connection's user, and each tenant, is refused for now. */
  readonly #refused = new Map<string, Habit>()
  #issued: number

  constructor(options: ProviderOptions) {
    this.#options = options
    this.rotation = options.rotation
    const { state } = options
    this.#accessTokens = new Map(state?.accessTokens)
    this.#clientSecrets = new Map(state?.clientSecrets)
    this.#users = new Map(state?.users)
    this.#issued = state?.issued ?? 0
    for (const token of state?.refreshTokens.values() ?? []) {
      const family = this.#families.get(token.family.number) ?? { ...token.family }
      this.#families.set(family.number, family)
      this.#refreshTokens.set(token.value, { ...token, family })
    }
  }

  get state(): ProviderState {
    return {
      refreshTokens: this.#refreshTokens,
      accessTokens: this.#accessTokens,
      clientSecrets: this.#clientSecrets,
      users: this.#users,
      issued: this.#issued,
    }
  }

  get tokenEndpoint(): string {
    return this.rotation === 'reusable'
      ? 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token'
      : 'https://idp.example.com/token'
  }

  /** @param account a connection's name is that of its user, too */
  addUser(account: string): string {
    const password = secretValue('password', this.#users.size)
    this.#users.set(account, password)
    return password
  }

  addClientSecret(client: string, expiresAt = Number.POSITIVE_INFINITY): string {
    const value = secretValue('client', this.#clientSecrets.size)
    this.#clientSecrets.set(value, { client, expiresAt })
    return value
  }

  newestSecret(client: string): string | undefined {
    return [...this.#clientSecrets].findLast(([, secret]) => secret.client === client)?.[0]
  }

  expireClientSecret(value: string): void {
    const secret = this.#clientSecrets.get(value)
    if (secret !== undefined) this.#clientSecrets.set(value, { ...secret, expiresAt: this.#options.now() })
  }

  acceptsSecret(value: string, client: string): boolean {
    const secret = this.#clientSecrets.get(value)
    return secret?.client === client && secret.expiresAt > this.#options.now()
  }

  token(value: string): RefreshToken | undefined {
    return this.#refreshTokens.get(value)
  }

  accessToken(value: string): AccessToken | undefined {
    return this.#accessTokens.get(value)
  }

  /** Whether this refresh token would be redeemed now. */
  accepts(value: string): boolean {
    const token = this.#refreshTokens.get(value)
    return token !== undefined && this.#refusal(token) === undefined
  }

  /** When this refresh token dies unless it is used before. */
  diesAt({ usedAt }: RefreshToken): number {
    return usedAt + (this.#options.inactivityDays ?? 90) * day
  }

  /** @param code AADSTS code with which the user is refused; undefined: no longer */
  block(connection: string, code: number | undefined): void {
    this.refuse(connection, code === undefined ? undefined : { kind: 'refuse', code })
  }

  /**
   * From now on a connection's user, or all users of a tenant, are answered so.
   *
   * @param who a connection or a tenant
   * @param habit one that answers in place of processing; undefined: no longer
   */
  refuse(who: string, habit: Habit | undefined): void {
    if (habit === undefined) this.#refused.delete(who)
    else this.#refused.set(who, habit)
  }

  /** Whose user a connection's is. */
  tenantOf(connection: string): string {
    const { draw, tenants = 1 } = this.#options
    return `tenant-${draw.whole(`tenant of ${connection}`, 0, tenants - 1)}`
  }

  revoke(connection: string): void {
    for (const token of this.#refreshTokens.values()) {
      if (token.family.connection === connection) token.family.revoked = true
    }
  }

  answer({ grant, clientSecret, client }: TokenRequest): Answer {
    const secret = clientSecret?.value.reveal() ?? ''
    if (client.token_endpoint_auth_method !== 'none' && !this.acceptsSecret(secret, client.client_id)) {
      // A secret of another client is as unknown as one that never was.
      return this.answerOf(refusing(this.#clientSecrets.get(secret)?.client === client.client_id ? 7000222 : 7000215))
    }
    if (grant.grant_type === 'password') {
      const { connection, account } = personOf(grant.username)
      const password = this.#users.get(account)
      if (password === undefined) return this.answerOf(refusing(50034))
      const refused = this.#refusalOf(connection)
      // A disabled account is refused regardless of the password.
      if (refused?.kind === 'refuse' && refused.code === 50057) return this.answerOf(refused)
      if (password !== grant.password.reveal()) return this.answerOf(refusing(50126))
      if (refused !== undefined) return this.answerOf(refused)
      const family = { number: this.#issued, connection, account, revoked: false }
      return this.#grant(family)
    }
    if (grant.grant_type !== 'refresh_token') return this.answerOf(refusing(70003))
    const token = this.#refreshTokens.get(grant.refresh_token.reveal())
    if (token === undefined) return this.answerOf(refusing(70000))
    const refused = this.#refusal(token)
    // A spent token that is used again may have been stolen: the provider cannot tell, so the whole family ends.
    if (token.spent) token.family.revoked = true
    if (refused !== undefined) return this.answerOf(refused)
    token.usedAt = this.#options.now()
    token.spent = this.rotation === 'single-use'
    return this.#grant(token.family)
  }

  /**
   * What is answered in place of processing. The description holds what a leak would show: a provider writes what it
   * likes there.
   */
  answerOf(habit: Habit): Answer {
    const { draw, now } = this.#options
    const words = { user: `${mark}a person${mark}`, client: `${mark}client${mark}`, tenant: `${mark}tenant${mark}` }
    const random = createRandom(draw.uuid(`answer at ${now()}`))
    const answer = insteadOf(habit, () => ({ random, now: now(), headers: {}, words }))
    if (answer === undefined) throw new Error(`${habit.kind} answers nothing in place of processing`)
    const { status, body = '', headers = {} } = answer
    return { status, body: String(body), retryAfter: headers['retry-after'], issued: undefined }
  }

  #refusal(token: RefreshToken): Habit | undefined {
    if (token.family.revoked || token.spent) return refusing(50173)
    if (this.#options.now() > this.diesAt(token)) return refusing(700082)
    return this.#refusalOf(token.family.connection)
  }

  #refusalOf(connection: string): Habit | undefined {
    return this.#refused.get(connection) ?? this.#refused.get(this.tenantOf(connection))
  }

  #grant(family: Family): Answer {
    const { now, draw, lifetime, shortestLifetimeMinutes = 60, inactivityDays } = this.#options
    const number = this.#issued++
    const value = secretValue('refresh', number)
    const issued: RefreshToken = { value, number, family, usedAt: now(), spent: false }
    this.#refreshTokens.set(value, issued)
    const seconds =
      lifetime ?? draw.whole(`lifetime ${number}`, shortestLifetimeMinutes * 60, (shortestLifetimeMinutes + 30) * 60)
    const accessToken = secretValue('access', number)
    this.#accessTokens.set(accessToken, { family, expiresAt: now() + seconds * 1000 })
    const body = {
      token_type: 'Bearer',
      scope: 'mail',
      expires_in: seconds,
      access_token: accessToken,
      refresh_token: value,
      ...this.#accountOf(family, number),
      ...(inactivityDays !== undefined && { refresh_token_expires_in: inactivityDays * (day / 1000) }),
    }
    return { status: 200, body: JSON.stringify(body), issued }
  }

  /** Entra always says who it is, another provider in every second answer. */
  #accountOf({ connection, account }: Family, number: number): object {
    if (this.rotation === 'reusable') {
      return { client_info: encoded({ uid: account, utid: this.tenantOf(connection) }) }
    }
    const says = this.#options.draw.chance(`says who it is ${number}`, 0.5)
    return says ? { id_token: `e30.${encoded({ iss: 'https://idp.example.com', sub: account })}.` } : {}
  }
}

const encoded = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url')

const refusing = (code: number): Habit => ({ kind: 'refuse', code })
