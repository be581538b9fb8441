// An identity provider: Entra's kind, whose refresh tokens stay valid after use, or the kind whose refresh tokens are
// good once and whose reuse ends the whole family. It answers in HTTP, so that the real code interprets it.

import type { Rotation } from '../../../lambda/contract.ts'
import type { TokenRequest } from '../../../lambda/ports.ts'
import type { Draw } from '../engine/draw.ts'
import { mark, secretValue } from './mark.ts'

/** All that comes from one sign-in. */
export interface Family {
  /** Counts up with every sign-in. */
  readonly number: number
  readonly connection: string
  revoked: boolean
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
  readonly body: Readonly<Record<string, unknown>>
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
  /** The password of each connection's user. */
  readonly #users: Map<string, string>
  /** With which code each of them is refused for now. */
  readonly #blocked = new Map<string, number>()
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

  addUser(connection: string): string {
    const password = secretValue('password', this.#users.size)
    this.#users.set(connection, password)
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
    if (code === undefined) this.#blocked.delete(connection)
    else this.#blocked.set(connection, code)
  }

  revoke(connection: string): void {
    for (const token of this.#refreshTokens.values()) {
      if (token.family.connection === connection) token.family.revoked = true
    }
  }

  answer({ grant, clientSecret, client }: TokenRequest): Answer {
    const secret = clientSecret?.value.reveal() ?? ''
    if (client.token_endpoint_auth_method !== 'none' && !this.acceptsSecret(secret, client.client_id)) {
      const code = this.#clientSecrets.has(secret) ? 7000222 : 7000215
      return refusal(401, 'invalid_client', code)
    }
    if (grant.grant_type === 'password') {
      const connection = grant.username.split('@')[0] ?? ''
      if (this.#users.get(connection) !== grant.password.reveal()) return refusal(400, 'invalid_grant', 50126)
      const blocked = this.#blocked.get(connection)
      if (blocked !== undefined) return refusal(400, 'invalid_grant', blocked)
      const family = { number: this.#issued, connection, revoked: false }
      return this.#grant(family)
    }
    if (grant.grant_type !== 'refresh_token') return refusal(400, 'unsupported_grant_type', 70003)
    const token = this.#refreshTokens.get(grant.refresh_token.reveal())
    if (token === undefined) return refusal(400, 'invalid_grant', 70000)
    const code = this.#refusal(token)
    // Whoever uses a spent token again may have stolen it: nobody can tell, so the whole family ends.
    if (token.spent) token.family.revoked = true
    if (code !== undefined) return refusal(400, 'invalid_grant', code)
    token.usedAt = this.#options.now()
    token.spent = this.rotation === 'single-use'
    return this.#grant(token.family)
  }

  #refusal(token: RefreshToken): number | undefined {
    if (token.family.revoked || token.spent) return 50173
    if (this.#options.now() > this.diesAt(token)) return 700082
    return this.#blocked.get(token.family.connection)
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
      ...(inactivityDays !== undefined && { refresh_token_expires_in: inactivityDays * (day / 1000) }),
    }
    return { status: 200, body, issued }
  }
}

/** The description holds what a leak would show: a provider writes what it likes there. */
const refusal = (status: number, error: string, code: number): Answer => ({
  status,
  body: { error, error_codes: [code], error_description: `AADSTS${code}: refused for ${mark}somebody${mark}` },
  issued: undefined,
})
