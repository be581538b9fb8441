// What the use cases need from outside: one object of ports. No other file reads a clock, an environment
// variable, or the network.

import type {
  BootstrapEvent,
  EventDetail,
  events,
  FailureClass,
  Mode,
  RefreshAnswer,
  Room,
  Timing,
} from './contract.ts'
import type { Failure } from './core/failures/failure.ts'
import type { LoginGrant } from './core/login/login.ts'
import type { AllowedHosts } from './core/login/token-endpoint-hosts.ts'
import type { Credential } from './core/renewal/credentials.ts'
import type { Client, ClientSecret } from './core/secrets/client.ts'
import type { Redacted } from './core/secrets/redacted.ts'
import type { FailureState, Tags } from './core/tags/status.ts'
import type { Tokens } from './core/tokens/next-grant.ts'

export interface Dependencies {
  readonly clock: Clock
  readonly random: Random
  readonly store: SecretStore
  readonly tokenEndpoint: TokenEndpoint
  readonly telemetry: Telemetry
  readonly events: Events
  readonly settings: Settings
  /** For links to sign in. Absent: the deployment makes none. */
  readonly macs?: Macs | undefined
  /** For clients without a client secret. Absent: the setting `webIdentity` is off. */
  readonly webIdentity?: WebIdentity | undefined
  /** For client secrets that renew themselves. Absent: the setting `clientSecretRenewal` is off. */
  readonly graph?: Graph | undefined
}

export interface Settings extends AllowedHosts {
  readonly prefix: string
  readonly timing: Timing
  readonly privateKeyArn: string | undefined
  readonly publishedKeyArn: string | undefined
  /** Regions that published secrets are copied to. */
  readonly replicaRegions: readonly string[]
  readonly runbookUrl: string
  /** Where people sign in by a link. Undefined: the deployment makes no links. */
  readonly signInUrl?: string | undefined
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  wait(milliseconds: number): Promise<void>
}

export interface Random {
  /** From 0 up to 1. */
  fraction(): number
  uuid(): string
}

/** One version of a secret. */
export interface StoredVersion {
  readonly arn: string
  readonly versionId: string
  readonly createdAt: Date
  readonly text: Redacted
}

/** A secret in a list or description: without its value. */
export interface StoredEntry {
  readonly room: Room
  /** Last part of the secret's name. */
  readonly name: string
  readonly arn: string
  readonly currentVersionId: string | undefined
  readonly tags: Tags
}

export interface ListedPage {
  readonly entries: readonly StoredEntry[]
  /** Where the next page begins; undefined: this is the last. */
  readonly next: string | undefined
}

/** The version that was current before: AWSPREVIOUS. */
export const previousVersion = Symbol('AWSPREVIOUS')

export interface SecretId {
  readonly room: Room
  readonly name: string
}

export interface Write extends SecretId {
  readonly text: Redacted
  readonly versionId: string
}

/**
 * The part of Secrets Manager that the protocol needs. Expected outcomes are values; all others are thrown as
 * StoreFailure.
 */
export interface SecretStore {
  /**
   * Up to a hundred secrets of a room, in no order. May lag five minutes behind.
   * @param from `next` of the page before; default: the first page
   */
  list(room: Room, from?: string): Promise<ListedPage>
  /** Several current versions in one call, each like the result of `read`, or with its own failure. */
  readTogether(ids: readonly SecretId[]): Promise<readonly (StoredVersion | StoreFailure | undefined)[]>
  /** @param which a version id, or the previous version; default: AWSCURRENT */
  read(
    id: SecretId | { readonly arn: string },
    which?: string | typeof previousVersion,
  ): Promise<StoredVersion | undefined>
  describe(id: SecretId): Promise<StoredEntry | undefined>
  /** `exists`: the secret exists already. */
  create(write: Write, tags: Tags): Promise<{ readonly arn: string } | 'exists'>
  /**
   * Adds a version; `exists`: the version id was used before, for another value.
   * @param stage a label of its own instead of AWSCURRENT
   */
  put(
    write: Write | (Omit<Write, keyof SecretId> & { readonly arn: string }),
    stage?: string,
  ): Promise<'written' | 'exists'>
  tag(id: SecretId, tags: Tags): Promise<void>
  restore(id: SecretId): Promise<void>
  /** Deletes at once and for good. Only for logins. */
  erase(id: SecretId | { readonly arn: string }): Promise<void>
}

/** A call to Secrets Manager, KMS or IAM failed. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure'
  readonly failure: Failure
  /** Worth trying again in this tick. */
  readonly passing: boolean
  /** Throttled, and so without any effect. */
  readonly throttled: boolean

  constructor(failure: Failure, passing: boolean, throttled = false) {
    super(`${failure.class} ${failure.code}: ${failure.remedy}`)
    this.failure = failure
    this.passing = passing
    this.throttled = throttled
  }
}

/** The last one is of an app that signs in as itself (RFC 6749 section 4.4). */
export type RequestGrant = LoginGrant | { readonly grant_type: 'client_credentials' }

export interface TokenRequest {
  readonly client: Client
  /** Undefined: the client sends none. */
  readonly clientSecret: ClientSecret | undefined
  /** RFC 7523 section 2.2: takes the place of a client secret. */
  readonly clientAssertion?: Redacted | undefined
  readonly grant: RequestGrant
  /** Undefined: not sent. */
  readonly scope: string | undefined
  /** Sent as `client-request-id`, for a support case. */
  readonly correlationId: string
}

export type Redemption =
  | { readonly kind: 'granted'; readonly tokens: Tokens }
  /** A success answer that cannot be used. A refresh token in it is not lost. */
  | { readonly kind: 'unusable'; readonly failure: Failure; readonly refreshToken: Redacted | undefined }
  | {
      readonly kind: 'failed'
      readonly failure: Failure
      /** `unsent`: the request never reached the provider. `unknown`: it may have, and may have been granted. */
      readonly outcome: 'unsent' | 'answered' | 'unknown'
    }

export interface TokenEndpoint {
  /** One request, never repeated. Does not throw for anything that a provider or a network can do. */
  redeem(request: TokenRequest): Promise<Redemption>
}

/** What is known of a connection after its refresh. */
export interface TokenTimes {
  readonly mode: Mode
  readonly generation: number
  readonly expiresAt: Date
  readonly refreshedAt: Date
}

/** The result for one connection in a tick. */
export type Outcome =
  | { readonly kind: 'refreshed'; readonly times: TokenTimes }
  | { readonly kind: 'published'; readonly times: TokenTimes }
  | { readonly kind: 'fresh'; readonly times: TokenTimes }
  /** It is not tried now: its next attempt is not due, or (`held`) other connections have shown that it would fail. */
  | { readonly kind: 'waiting'; readonly held?: true }
  /** Another process wrote first. Nothing is lost, and no action is necessary. */
  | { readonly kind: 'superseded' }
  /** Another process holds its single-use refresh token, until the given time if known. */
  | { readonly kind: 'claimed'; readonly until: Date | undefined }
  | Failed

export interface Failed {
  readonly kind: 'failed'
  readonly failure: Failure
  /** Whether the provider was asked. @default no: the failure is in our own store */
  readonly asked?: boolean
  /** @default nothing was recorded, since the store failed */
  readonly recorded?: RecordedFailure
  /** The same for the client's record, if the client is at fault. */
  readonly client?: Failed
}

/** A failure in the tags of the grant, or of the client's record if the client is at fault. */
export interface RecordedFailure {
  /** The state before the failure was recorded. */
  readonly entry: StoredEntry
  readonly state: FailureState
  /** The earlier record; undefined if it was healthy. */
  readonly before: FailureState | undefined
}

/** How much time the invocation has left. */
export interface Invocation {
  remainingMilliseconds(): number
  /** Resolves when no more than this is left. Absent: the report waits for all connections. */
  whenLeft?(milliseconds: number): { readonly reached: Promise<void>; cancel(): void }
}

/** What a tick found, over all connections that it listed. */
export interface TickSummary extends RefreshAnswer {
  /** Like `failed`, without connections and clients that were known to need a person before. */
  readonly failing: Partial<Record<FailureClass, number>>
  readonly connections: number
  /** Connections, and clients at fault, that need a person. */
  readonly actionRequired: number
  readonly oldestRefreshDays: number | undefined
  readonly lowestValidityMinutes: number | undefined
  readonly clientSecretDays: number | undefined
}

export type EventName = Exclude<(typeof events)[keyof typeof events], typeof events.source>

export interface Announcement {
  readonly name: EventName
  readonly detail: EventDetail
}

export interface Events {
  /** @throws StoreFailure when not all of them were taken */
  announce(announcements: readonly Announcement[]): Promise<void>
}

/** One request to a token endpoint. */
export interface TokenRequestReport {
  readonly correlationId: string
  readonly tokenEndpointHost: string
  readonly tokenRequestMilliseconds: number
  /** `granted`, or the code of the failure. */
  readonly result: string
  /** Harmless oddities of the answer. */
  readonly warning?: string
  /** The provider's own id of its answer. */
  readonly traceId?: string
}

/** The purpose of a failed call of AWS beside the refresh itself: the refresh continues, or was done. */
export type StoreTask =
  | 'announce'
  | 'hold connections of a client at fault'
  | 'keep a refresh token in its login'
  | 'list or tag'
  | 'make a link to sign in'
  | 'mend the tags of a client'
  | 'record a failure'
  | 'remember the accepted client secret'
  | 'renew a client secret'

export interface Telemetry {
  /** A call of AWS failed beside the refresh itself. */
  storeFailed(event: { readonly task: StoreTask; readonly name: string; readonly failure: Failure }): void
  tokenRequest(report: TokenRequestReport): void
  /** An announcement that was sent. */
  announced(announcement: Announcement): void
  /** A defect of this project: where in its code, and never with the error's message, which may hold a secret. */
  defect(defect: { readonly connection: string; readonly error: string; readonly at: readonly string[] }): void
  outcome(event: { readonly connection: string; readonly outcome: Outcome; readonly correlationId?: string }): void
  /** A step of a client secret that renews itself. */
  renewal(event: { readonly client: string; readonly done: string; readonly failure: Failure | undefined }): void
  bootstrapped(event: { readonly connection: string; readonly failure: Failure | undefined }): void
  tick(summary: TickSummary): void
}

/** STS, which states in a signed token which role this function runs as. */
export interface WebIdentity {
  /**
   * Does not throw: a failure says why there is no token.
   *
   * @param fresh whether a token that is kept in memory is not good enough. @default no
   */
  token(audience: string, fresh?: boolean): Promise<WebIdentityToken>
}

export type WebIdentityToken =
  | { readonly kind: 'token'; readonly token: Redacted }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** An app that changes its own client secrets. */
export interface GraphApp {
  /** Origin of the Microsoft Graph of its cloud. */
  readonly origin: string
  readonly token: Redacted
  readonly clientId: string
  /** Sent as `client-request-id`, for a support case. */
  readonly correlationId: string
}

/** Microsoft Graph. No method throws for anything that a provider or a network can do, and none repeats a request. */
export interface Graph {
  /** The client secrets of the app, without their values. */
  list(app: GraphApp): Promise<GraphAnswer<readonly Credential[]>>
  /** Makes a client secret. After a failure it may exist all the same, without anybody who knows its value. */
  add(app: GraphApp, wanted: { readonly displayName: string; readonly end: Date }): Promise<GraphAnswer<MadeSecret>>
  /** `unknown`: there is no such client secret, or not every server has heard of it yet. */
  remove(app: GraphApp, keyId: string): Promise<GraphAnswer<'removed' | 'unknown'>>
}

export type GraphAnswer<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: Failure }

export interface MadeSecret {
  readonly keyId: string
  readonly value: Redacted
  readonly end: Date
}

/** The ports of the sign-in function. It describes secrets and creates logins, but reads no secret. */
export interface SignInDependencies extends Pick<Dependencies, 'clock' | 'random' | 'settings'> {
  readonly store: Pick<SecretStore, 'describe' | 'create'>
  readonly macs: Macs
  readonly bootstrap: Bootstrap
  readonly telemetry: SignInTelemetry
}

/** An HMAC key of KMS that never leaves it. */
export interface Macs {
  /** @throws StoreFailure when KMS failed */
  generate(message: string): Promise<Uint8Array>
  /** @throws StoreFailure when KMS failed */
  verify(message: string, mac: Uint8Array): Promise<boolean>
}

/** The bootstrap function. */
export interface Bootstrap {
  /** @throws StoreFailure when it could not be started */
  start(event: BootstrapEvent): Promise<Bootstrapped>
}

export type Bootstrapped =
  | { readonly kind: 'connected' }
  /** A failure of the failure table. */
  | {
      readonly kind: 'refused'
      readonly class: string
      readonly code: string
      /** The user name of another account, from the provider. */
      readonly signedInAs?: string
    }

/** Logs no link, account, code or state. */
export interface SignInTelemetry {
  /** @param page which page was shown */
  signIn(event: { readonly page: string; readonly connection?: string; readonly code?: string }): void
  storeFailed(failure: Failure): void
  /** A defect of this project: where in its code, and never with the error's message, which may hold a link or a code. */
  defect(at: readonly string[]): void
}
