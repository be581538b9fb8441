// The rules of the design, checked throughout the year. Each is one line of the report, with the number of checks.

import { secretName } from '../../lambda/contract.ts'
import { decodeClient } from '../../lambda/core/secrets/client.ts'
import { decodeGrant, type Grant } from '../../lambda/core/secrets/grant.ts'
import { decodePublishedGeneration } from '../../lambda/core/secrets/published.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { childVersionId } from '../../lambda/core/secrets/version-id.ts'
import { readStatus } from '../../lambda/core/tags/status.ts'
import { labelled, type ReadonlySecret } from '../secrets-manager/service.ts'
import type { RuleReport } from './report.ts'
import { day, minute, type World } from './world.ts'

const rules = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9'] as const
type Rule = (typeof rules)[number]

const texts: Readonly<Record<Rule, string>> = {
  I1: 'no refresh token that the provider would still accept is lost',
  I2: 'every grant and published secret decodes',
  I3: 'what apps read never goes backward',
  I4: 'every version is the child of the one before it',
  I5: 'readers of a fresh connection always find 15 minutes of validity while the provider grants',
  I6: 'no connection is called dead unless the provider said so',
  I7: 'no secret value in a log line, tag or answer',
  I8: 'no write storm and no retry storm',
  I9: 'the password is sent once per login',
}

interface Seen {
  readonly grantSecret: ReadonlySecret
  readonly publishedSecret: ReadonlySecret
  readonly excuse: string | undefined
  readonly grantVersion: string
  readonly generation: number
  readonly publishedVersion: string
  readonly published: number
  readonly expiresAt: number
  readonly fresh: boolean
}

export class Rules {
  readonly #world: World
  readonly #checks = new Map<Rule, number>()
  readonly #violations = new Map<Rule, string[]>()
  readonly #seen = new Map<string, Seen>()
  readonly #printed: string[] = []
  #logins = 0
  /** Why the provider refuses at this time; undefined while it grants. */
  excuse: string | undefined
  lowestValidityMinutes = Number.POSITIVE_INFINITY

  constructor(world: World) {
    this.#world = world
  }

  /** A login was handed over (the control's counts too). */
  loginUsed(): void {
    this.#logins++
  }

  /** Everything that was reported of a connection, for I7. */
  told(line: string): void {
    this.#printed.push(line)
  }

  check(rule: Rule, held: boolean, what: () => string): void {
    this.#checks.set(rule, (this.#checks.get(rule) ?? 0) + 1)
    if (held) return
    const list = this.#violations.get(rule) ?? []
    if (list.length < 5) list.push(`${new Date(this.#world.clock.now()).toISOString()} ${what()}`)
    this.#violations.set(rule, list)
  }

  /** Checks one connection as it is stored now. @returns validity of the published access token, in minutes */
  look(connection: string): number {
    const { secretsManager, dependencies, clock } = this.#world
    const { prefix, timing } = dependencies.settings
    const grantSecret = secretsManager.inspect(secretName(prefix, 'grants', connection))
    const publishedSecret = secretsManager.inspect(secretName(prefix, 'connections', connection))
    const before = this.#seen.get(connection)
    // A secret that has not changed is the same object, so its earlier result is still valid.
    const same = before?.grantSecret === grantSecret && before?.publishedSecret === publishedSecret
    const seen =
      same && before?.excuse === this.excuse ? before : this.#lookAt(connection, grantSecret, publishedSecret)
    if (seen === undefined) return 0
    this.#seen.set(connection, seen)
    const validity = (seen.expiresAt - clock.now()) / minute
    if (seen.fresh && this.excuse === undefined) {
      this.lowestValidityMinutes = Math.min(this.lowestValidityMinutes, validity)
      this.check('I5', validity >= timing.minimumValidityMinutes, () => `${connection}: ${validity.toFixed(1)} minutes`)
    }
    return validity
  }

  #lookAt(
    connection: string,
    grantSecret: ReadonlySecret | undefined,
    publishedSecret: ReadonlySecret | undefined,
  ): Seen | undefined {
    const grantVersion = grantSecret && labelled(grantSecret, 'AWSCURRENT')
    const publishedVersion = publishedSecret && labelled(publishedSecret, 'AWSCURRENT')
    const decoded = decodeGrant(new Redacted(grantVersion?.string ?? ''))
    const published = decodePublishedGeneration(new Redacted(publishedVersion?.string ?? ''))
    this.check('I2', decoded.ok && published.ok, () => `${connection} does not decode`)
    if (!grantSecret || !publishedSecret || !grantVersion || !publishedVersion || !decoded.ok || !published.ok) return
    const grant = decoded.value
    const seen: Seen = {
      grantSecret,
      publishedSecret,
      excuse: this.excuse,
      grantVersion: grantVersion.id,
      generation: grant.generation,
      publishedVersion: publishedVersion.id,
      published: published.value,
      expiresAt: grant.expires_at.getTime(),
      fresh: grant.mode === 'fresh',
    }
    const accepted = this.#world.entra.wouldAccept(grant.refresh_token.reveal()) || this.excuse === 'revoked'
    this.check('I1', accepted, () => `${connection}: the stored refresh token is not accepted`)
    this.#compare(connection, seen)
    const { status } = readStatus(Object.fromEntries(grantSecret.tags ?? []), grantVersion.id)
    const excused = status !== 'action-required' || this.excuse !== undefined
    this.check('I6', excused, () => `${connection} is action-required`)
    this.#searchSecrets(grant, grantSecret)
    return seen
  }

  #compare(connection: string, now: Seen): void {
    const before = this.#seen.get(connection)
    if (before === undefined) return
    const forward = now.published >= before.published && now.generation >= before.generation
    this.check('I3', forward, () => `${connection} went back`)
    const children =
      isChild(before.grantVersion, now.grantVersion) && isChild(before.publishedVersion, now.publishedVersion)
    this.check('I4', children, () => `${connection} has a version that is no child`)
  }

  #searchSecrets(grant: Grant, secret: ReadonlySecret): void {
    const { login } = this.#world
    const password = login.grant.grant_type === 'password' ? [login.grant.password] : []
    const secrets = [
      grant.refresh_token,
      grant.access_token,
      ...password,
      ...(login.client_secret ? [login.client_secret] : []),
      ...this.#clientSecrets(),
    ]
    const pieces = secrets.flatMap((one) => [one.reveal().slice(0, 12), one.reveal().slice(-12)])
    const haystack = [...this.#printed.splice(0), ...(secret.tags?.values() ?? [])].join('\n')
    this.check('I7', !pieces.some((piece) => haystack.includes(piece)), () => 'a secret value was reported')
  }

  /** Of the client's record: others than that of the login, once it renews itself. */
  #clientSecrets(): readonly Redacted[] {
    const { secretsManager, dependencies, login } = this.#world
    const record = secretsManager.inspect(secretName(dependencies.settings.prefix, 'clients', login.client_id))
    const version = record && labelled(record, 'AWSCURRENT')
    const decoded = decodeClient(new Redacted(version?.string ?? ''))
    return decoded.ok ? decoded.value.client_secrets.map(({ value }) => value) : []
  }

  /** Once a day: checks the number of writes and requests. */
  endOfDay(tokenRequests: number): void {
    const { secretsManager, clock, dependencies } = this.#world
    for (const connection of this.#seen.keys()) {
      const secret = secretsManager.inspect(secretName(dependencies.settings.prefix, 'grants', connection))
      const young = [...(secret?.versions.values() ?? [])].filter(
        ({ createdAt }) => createdAt > clock.now() - day,
      ).length
      this.check('I8', young <= 144, () => `${connection} got ${young} versions in a day`)
    }
    // A fresh connection takes 24 to 45 a day; an outage adds one try and one retry every other tick.
    this.check('I8', tokenRequests <= 300, () => `${tokenRequests} token requests in a day`)
    this.check(
      'I9',
      (this.#world.entra.requests.get('password') ?? 0) === this.#logins,
      () => 'a password was sent again',
    )
  }

  report(): RuleReport[] {
    return rules.map((rule) => ({
      rule,
      text: texts[rule],
      checks: this.#checks.get(rule) ?? 0,
      violations: this.#violations.get(rule) ?? [],
    }))
  }
}

/** At most a few versions are written between two checks. */
const isChild = (parent: string, version: string, depth = 4): boolean =>
  parent === version ||
  (depth > 0 && [0, 1].some((attempt) => isChild(childVersionId(parent, attempt), version, depth - 1)))
