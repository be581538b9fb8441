// The names that the deployed infrastructure and the running code share: rooms, tags, environment, metrics, events.

/** First part of every secret's name, and of both functions' names. */
export const defaultPrefix = 'token-refresher'

/** The four rooms in Secrets Manager. A secret's name is `<prefix>/<room>/<name>`. */
export const rooms = {
  /** What an operator hands over once; deleted after the provider's first definite answer. */
  logins: 'logins',
  /** One per app registration: endpoint and client secrets. */
  clients: 'clients',
  /** One per connection: the refresh token. Private. */
  grants: 'grants',
  /** One per connection: what apps read. Public contract. */
  connections: 'connections',
} as const

export type Room = keyof typeof rooms

export const secretName = (prefix: string, room: Room, name: string): string => `${prefix}/${rooms[room]}/${name}`

/** A connection's name, chosen by the operator. */
export const connectionNamePattern = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Microsoft Entra's authority hosts (learn.microsoft.com, "National clouds"): what a deployment allows by default. */
export const defaultTokenEndpointHosts: readonly string[] = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
  'login.windows.net',
]

/** A host name of two labels or more, or an IPv4 address, in ASCII, with an optional port. */
const tokenEndpointHostPattern =
  /^(?=.{1,253}(:|$))[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[0-9]{1,5})?$/

/** @returns the entry in its compared form. Undefined: it has a scheme, path or wildcard, or is not a host name */
const parseTokenEndpointHost = (entry: string): string | undefined => {
  const host = entry.trim().toLowerCase()
  if (!tokenEndpointHostPattern.test(host) || !URL.canParse(`https://${host}`)) return undefined
  // Only the usual form is accepted: 127.1 is the host 127.0.0.1, and a host with the port 443 is the host without it.
  const isUsual = new URL(`https://${host}`).host === host
  return isUsual && !host.startsWith('127.') ? host : undefined
}

/** Host names separated by commas; undefined when there is none, or one of them is not allowed. */
export const parseTokenEndpointHosts = (text: string): readonly string[] | undefined => {
  const hosts = text.split(',').map(parseTokenEndpointHost)
  return hosts.every((host) => host !== undefined) ? [...new Set(hosts)] : undefined
}

export const functionNames = (prefix: string) =>
  ({ refresh: `${prefix}-refresh`, bootstrap: `${prefix}-bootstrap` }) as const

/** Exists only if the setting `signIn` is on. */
export const signInFunctionName = (prefix: string): string => `${prefix}-sign-in`

/** Environment of the functions. Every value is a name, a number or an ARN, never a secret. */
export const environment = {
  prefix: 'TOKEN_REFRESHER_PREFIX',
  /** Period of the schedule, in minutes. */
  everyMinutes: 'TOKEN_REFRESHER_EVERY_MINUTES',
  /** Access token validity that a reader of a fresh connection always finds, in minutes. */
  minimumValidityMinutes: 'TOKEN_REFRESHER_MINIMUM_VALIDITY_MINUTES',
  /** A refresh token is used at least this often, in days. */
  keepAliveDays: 'TOKEN_REFRESHER_KEEP_ALIVE_DAYS',
  /** KMS key of logins, clients and grants. Absent: the account's `aws/secretsmanager` key. */
  privateKeyArn: 'TOKEN_REFRESHER_PRIVATE_KEY_ARN',
  /** KMS key of published secrets. Absent: the account's `aws/secretsmanager` key. */
  publishedKeyArn: 'TOKEN_REFRESHER_PUBLISHED_KEY_ARN',
  /** Regions that published secrets are copied to, separated by commas. Absent: none. */
  replicaRegions: 'TOKEN_REFRESHER_REPLICA_REGIONS',
  /** Where the runbook is; `#heading` is added. */
  runbookUrl: 'TOKEN_REFRESHER_RUNBOOK_URL',
  /** Host names to which credentials may be sent, separated by commas. Absent: Microsoft's. */
  tokenEndpointHosts: 'TOKEN_REFRESHER_TOKEN_ENDPOINT_HOSTS',
  /** `alarms` leaves out the metrics that no alarm reads. Absent: all are written. */
  metrics: 'TOKEN_REFRESHER_METRICS',
  /** Where people sign in by a link, with a slash at the end. Absent: the deployment makes no links. */
  signInUrl: 'TOKEN_REFRESHER_SIGN_IN_URL',
  /** HMAC key of KMS for these links. */
  signInKeyArn: 'TOKEN_REFRESHER_SIGN_IN_KEY_ARN',
  /** `on`: the functions may authenticate clients with a web identity token of their role. Absent: they may not. */
  webIdentity: 'TOKEN_REFRESHER_WEB_IDENTITY',
  /** `on`: the bootstrap function may renew client secrets at Microsoft. Absent: it may not. */
  clientSecretRenewal: 'TOKEN_REFRESHER_CLIENT_SECRET_RENEWAL',
  /** `1` allows http for a token endpoint on a loopback host. The stack never sets it. */
  allowLoopbackHttp: 'TOKEN_REFRESHER_ALLOW_LOOPBACK_HTTP',
} as const

export interface Timing {
  readonly everyMinutes: number
  readonly minimumValidityMinutes: number
  readonly keepAliveDays: number
}

export const defaultTiming: Timing = { everyMinutes: 5, minimumValidityMinutes: 15, keepAliveDays: 1 }

/** The schedule may start a tick this much later, to spread load. */
export const flexibleWindowMinutes = 1

/** ListSecrets "might not reflect changes from the last five minutes" (its API reference). */
export const listingLagMinutes = 5

/** Time for a tick, one retry within it, and clocks that differ. */
export const tickSlackMinutes = 2

/** A token request and its writes end within this time. No refresh begins if less is left of the invocation. */
export const longestRefreshSeconds = 40

/** Lambda's own limit. */
export const longestInvocationSeconds = 900

/** Timeout of the refresher: it starts refreshes until the next tick starts, and completes those that it has started. */
export const longestTickSeconds = ({ everyMinutes }: Pick<Timing, 'everyMinutes'>): number =>
  Math.min(everyMinutes * 60 + longestRefreshSeconds, longestInvocationSeconds)

/** The longest time for which a reader may cache the value. */
export const readerCacheMinutes = 5

/**
 * Secrets Manager asks for no more than one version of a secret per ten minutes, sustained, keeps about 100, and removes none
 * that is younger than a day (its quotas page). A version every 15 minutes is 96 a day.
 */
export const shortestWriteIntervalMinutes = 15

/** Entra's shortest access token under its default policy: 60 to 90 minutes, at random, sent as `expires_in` 3599 and up. */
export const shortestDefaultLifetimeMinutes = 59

/** The behaviour of a provider's refresh tokens: see `provider` of a client. */
export const rotations = ['reusable', 'single-use'] as const
export type Rotation = (typeof rotations)[number]

/**
 * How many minutes before its expiry an access token is replaced, so that a reader always finds
 * `minimumValidityMinutes` left: a period and its flexible window until the next tick, the work itself, and then
 * either a lagging list or a tick that crashed, whichever takes longer. The claim of a tick that
 * crashed is valid until that tick would have ended, longer than a period, so a single-use refresh token waits for one
 * tick more.
 */
export const refreshMarginMinutes = (
  timing: Pick<Timing, 'everyMinutes' | 'minimumValidityMinutes'>,
  rotation: Rotation = 'reusable',
): number =>
  timing.minimumValidityMinutes +
  timing.everyMinutes +
  flexibleWindowMinutes +
  tickSlackMinutes +
  Math.max(listingLagMinutes, timing.everyMinutes) +
  (rotation === 'single-use' ? timing.everyMinutes : 0)

/**
 * Shortest time between two refreshes, in minutes. A single-use refresh token takes two versions, claim and commit. The flexible
 * window may bring two ticks closer together than the period.
 */
export const shortestRefreshIntervalMinutes = (rotation: Rotation): number =>
  rotation === 'single-use' ? 2 * shortestWriteIntervalMinutes - flexibleWindowMinutes : shortestWriteIntervalMinutes

/**
 * The shortest access token lifetime that can be kept fresh without writing more often than the store allows. With a single-use
 * refresh token that lives shorter than its own margin and interval together, a tick that dies between claim and commit
 * leaves apps up to a period less than the minimum validity.
 */
export const shortestFreshLifetimeMinutes = (
  timing: Pick<Timing, 'everyMinutes' | 'minimumValidityMinutes'>,
  rotation: Rotation = 'reusable',
): number => refreshMarginMinutes(timing) + shortestRefreshIntervalMinutes(rotation)

/**
 * Tags of a grant secret: the status of its connection. A hint, never a fact: what a success writes and what a
 * failure writes are different keys, each with its time, and the newer time counts. `seal` and `failure-seal` tie
 * each group to the version it describes, so that a wrong or stale tag is noticed and costs a read.
 */
export const tagPrefix = 'token-refresher:'
export const tags = {
  connection: `${tagPrefix}connection`,
  client: `${tagPrefix}client`,
  mode: `${tagPrefix}mode`,
  /** For people: the newest writer's view. Readers compute it from the times. */
  status: `${tagPrefix}status`,
  /** Next attempt after a success. */
  due: `${tagPrefix}due`,
  refreshed: `${tagPrefix}refreshed`,
  expires: `${tagPrefix}expires`,
  refreshBy: `${tagPrefix}refresh-by`,
  seal: `${tagPrefix}seal`,
  /** When the newest failure happened. */
  failed: `${tagPrefix}failed`,
  /** When the first failure in a row happened. */
  since: `${tagPrefix}since`,
  reason: `${tagPrefix}reason`,
  failures: `${tagPrefix}failures`,
  /** How many of them were refusals by the provider. */
  refusals: `${tagPrefix}refusals`,
  /**
   * Whom the newest failure is about: `connection`; `client`, refused because of the client, as only this connection shows
   * so far; or `held`, the client is at fault and its own record has the time of the next attempt.
   */
  concerns: `${tagPrefix}concerns`,
  /** Next attempt after a failure. */
  retry: `${tagPrefix}retry`,
  failureSeal: `${tagPrefix}failure-seal`,
  /**
   * What people were notified of last: `healthy`, or `action-required` or `delayed` with each reason that was sent, as
   * `class:code`, separated by blanks.
   */
  told: `${tagPrefix}told`,
  /** Since when, and with which code, the store has failed for this connection: `<time> <code>`. Empty: it works. */
  storeFailed: `${tagPrefix}store-failed`,
  /** On a client: the connection that asked last while the client was at fault, so that the next probe is another one. */
  probe: `${tagPrefix}probe`,
  /** User name of the account from the last sign-in. Empty: not known, or not a text that a tag can hold. */
  account: `${tagPrefix}account`,
  /** On a client: issuer and subject of the web identity token that its federated credential accepted. */
  federatedIssuer: `${tagPrefix}federated-issuer`,
  /** The role of the bootstrap function. */
  federatedSubject: `${tagPrefix}federated-subject`,
  /** What apps read of the connection. */
  publish: `${tagPrefix}publish`,
  /** Requested scopes that were not granted, separated by blanks. Empty: none, or not known. */
  missingScope: `${tagPrefix}missing-scope`,
  /** `<when the grant ends although it is refreshed> <when people are notified>`. Empty: no such end is known. */
  ending: `${tagPrefix}ending`,
  /** The end that people were notified of. */
  endingNotified: `${tagPrefix}ending-told`,
  /** The newest link to sign in: its id, its times and who asked for it. Empty: a sign-in has made it void. */
  link: `${tagPrefix}link`,
  /** `<generation> <keys>`: what was last published that may have to be handed on, written before it is published. */
  changed: `${tagPrefix}changed`,
  /** The generation in `changed` that was announced. */
  changedAnnounced: `${tagPrefix}changed-told`,
  /** The last reminder of a sign-in: since when the connection needs it, and after how many days people were reminded. */
  reminded: `${tagPrefix}reminded`,
  /** Set by an operator to the time of pausing; a key of its own, so that no refresh undoes it. */
  paused: `${tagPrefix}paused`,
  /** On a client record: until when one of its client secrets is known to be valid. Empty: not known. */
  clientSecretExpires: `${tagPrefix}client-secret-expires`,
  /** On a client record: the expiry of each client secret, or `unknown`, separated by blanks. */
  clientSecrets: `${tagPrefix}client-secrets`,
  /** On a client record: the token endpoint of its requests. Empty: not a text that a tag can hold. */
  tokenEndpoint: `${tagPrefix}token-endpoint`,
  authMethod: `${tagPrefix}auth-method`,
  /** On a client record: the scope that its newest bootstrap requested. Empty: not a text that a tag can hold. */
  scope: `${tagPrefix}scope`,
  /** On a client record: when its client secret is due to be renewed automatically. Empty: that is off. */
  renewalDue: `${tagPrefix}renewal-due`,
  /** On a client record: when the client secret was made that an hourly run tries before apps get it. Empty: there is none. */
  renewalTrying: `${tagPrefix}renewal-trying`,
  /**
   * On a client record: why its client secret could not be renewed, as people know: `<when it was due> <class>:<code>`,
   * and reasons of the same renewal that people learned before. Empty: no reason.
   */
  renewalFailed: `${tagPrefix}renewal-failed`,
  /** On a client record: the expiry and the number of days of the last warning, `<expires> <days>`. */
  clientSecretWarned: `${tagPrefix}client-secret-warned`,
} as const

/** Value of the tag `paused` after a bootstrap, which ends a pause. The functions may write tags but not remove them. */
export const pauseIsOver = 'no'

export const statuses = ['healthy', 'retrying', 'action-required', 'paused'] as const
export type Status = (typeof statuses)[number]

export const modes = ['fresh', 'keep-alive'] as const
export type Mode = (typeof modes)[number]

export const publishKinds = ['access_token', 'connection_values'] as const
export type PublishKind = (typeof publishKinds)[number]

/** The keys that a published secret may have, sorted. */
export const publishedKeys = [
  'access_token',
  'client_id',
  'client_secret',
  'expires_at',
  'generation',
  'refresh_by',
  'refresh_token',
  'refreshed_at',
  'schema',
  'scope',
  'token_type',
] as const
export type PublishedKey = (typeof publishedKeys)[number]

/** The class of a failure decides who acts. docs/runbook.md has a heading for each class. */
export const failureClasses = [
  'transient',
  'throttled',
  'reauthorize',
  'policy',
  'account',
  'client',
  'request',
  /** The provider refuses repeatedly with a code that no table knows. */
  'refused',
  'store',
] as const
export type FailureClass = (typeof failureClasses)[number]

/** CloudWatch metrics: namespace, names and dimensions. None names a connection. */
export const metrics = {
  namespace: 'TokenRefresher',
  refreshed: 'Refreshed',
  failed: 'Failed',
  actionRequired: 'ActionRequired',
  oldestRefreshDays: 'OldestRefreshDays',
  lowestValidityMinutes: 'LowestValidityMinutes',
  clientSecretDays: 'ClientSecretDays',
  connections: 'Connections',
  /** Due connections that were not tried: no time was left, or a circuit breaker was open. */
  left: 'Left',
  /** Which deployment: the prefix. On every metric. */
  deploymentDimension: 'service',
  /** Only on `Failed`, in addition to the deployment. */
  classDimension: 'class',
} as const

/** Written only by the sign-in function, and only if not zero: requests without an answer because of a failure of our own. */
export const signInFailedMetric = 'SignInFailed'

/** The deployment's own event bus, so that other senders on the account's default bus cannot write our messages. */
export const eventBusName = (prefix: string): string => prefix

/** EventBridge events of state changes. */
export const events = {
  source: 'token-refresher',
  bootstrapped: 'Connection Bootstrapped',
  /** What apps read changed in more than a refresh changes. For machines that hand it on: no mail is sent. */
  published: 'Connection Published',
  actionRequired: 'Connection Action Required',
  /** Not refreshed for an hour, for a reason that may pass by itself. */
  delayed: 'Connection Refresh Delayed',
  /** Sent if people sign in by a link, while the connection still needs a sign-in. */
  signInReminder: 'Connection Sign-In Reminder',
  recovered: 'Connection Recovered',
  connectionEnding: 'Connection Ending',
  clientActionRequired: 'Client Action Required',
  /** Two or more connections of a client were not refreshed for an hour, and none was refreshed meanwhile. */
  clientDelayed: 'Client Refresh Delayed',
  clientRecovered: 'Client Recovered',
  clientSecretExpiring: 'Client Secret Expiring',
  /** A client secret that renews itself could not be renewed, and a person has to act. */
  clientSecretNotRenewed: 'Client Secret Not Renewed',
  /** A new client secret was accepted and is the one that apps get. */
  clientSecretRenewed: 'Client Secret Renewed',
} as const

/** Days before a client secret's expiry at which people are warned. */
export const clientSecretWarningDays = [60, 30, 7] as const

/** How often the bootstrap function looks for client secrets to renew. */
export const renewalEveryMinutes = 60

/** A client secret that renews itself is renewed so many days before its end, or a third of its lifetime if that is less. */
export const renewalDaysBeforeEnd = 30

/** Lifetime of a client secret that renews itself, in days, if the operator states none: what Microsoft's portal proposes. */
export const defaultRenewalDays = 180
export const renewalDaysRange = { least: 3, most: 730 } as const

/**
 * Days after which a renewal that is due is overdue, or half of the time that is left if that is less: the warnings of its expiry
 * are sent again.
 */
export const renewalOverdueDays = 2

/** Days after which people are reminded of a sign-in that a connection needs. No reminder comes after the last. */
export const signInReminderDays = [1, 3, 7] as const

/** The detail of each event: names, times and a link to sign in, never a value of a secret. */
export interface EventDetail {
  /** Which deployment. */
  readonly prefix: string
  /** In an event about a client: the connection with which the client was refused, if known. */
  readonly connection?: string
  readonly client: string
  readonly class?: FailureClass
  readonly code?: string
  /** What to do, with the command to type. */
  readonly remedy?: string
  /** ISO 8601: start of the state. */
  readonly since: string
  /** ISO 8601: when the published access token expires. */
  readonly access_token_expires_at?: string
  /** ISO 8601: when the client secret expires. */
  readonly client_secret_expires_at?: string
  /** ISO 8601: when the provider ends the grant, although it is refreshed. */
  readonly ends_at?: string
  /** A link with which the owner of the account signs in. Gives no right but to sign in as this account. */
  readonly sign_in_link?: string
  /** To whom the link has to be forwarded: a user name, if known. */
  readonly sign_in_as?: string
  /** ARN of the published secret. */
  readonly secret?: string
  /** Generation of the published secret. */
  readonly generation?: number
  /** Keys of the published secret whose values changed, sorted. */
  readonly changed?: readonly PublishedKey[]
  readonly runbook: string
}

export const defaultRunbookUrl = 'docs/runbook.md'

/** A heading of the runbook: an alarm's name or a failure class. */
export const runbookLink = (runbookUrl: string, heading: string): string => `${runbookUrl}#${heading.toLowerCase()}`

/** What the schedule sends. `{}` means all connections. */
export interface RefreshEvent {
  /** From 0 to `of` - 1: the connections whose name hashes to this remainder. */
  readonly shard?: number
  readonly of?: number
  readonly connections?: readonly string[]
  /** Refresh now, due or not. Only together with `connections`. */
  readonly force?: boolean
  /** Changes these settings: each connection is refreshed once, and the new grant has them. Only together with `connections`. */
  readonly set?: ConnectionSettings
}

/** How a connection is kept, and what apps read of it. An absent setting does not change. */
export interface ConnectionSettings {
  readonly mode?: Mode
  readonly publish?: PublishKind
}

/** `superseded`: another run was first. `held`: another run holds its single-use refresh token. `left`: not tried. */
export const namedOutcomes = ['refreshed', 'published', 'fresh', 'failed', 'superseded', 'held', 'left'] as const

/** The result for a connection in `connections`. */
export interface NamedOutcome {
  readonly connection: string
  readonly outcome: (typeof namedOutcomes)[number]
  /** For `failed`, like the next two fields. */
  readonly class?: FailureClass
  readonly code?: string
  readonly remedy?: string
  /** ISO 8601, for `held`: when the refresh token is free again, at the latest. */
  readonly held_until?: string
}

export interface RefreshAnswer {
  readonly refreshed: number
  readonly published: number
  readonly fresh: number
  readonly failed: Partial<Record<FailureClass, number>>
  readonly left: number
  /** For an event with `connections`: one for each. */
  readonly outcomes?: readonly NamedOutcome[]
}

export interface BootstrapEvent {
  readonly connection: string
  /** Name or full ARN of the login secret, below `<prefix>/logins/`, when it is not `<prefix>/logins/<connection>`. */
  readonly login?: string
}

/** A refusal is an answer (`BootstrapRefusal`) and not an error of the function: a person waits, and Lambda logs errors. */
export interface AnsweredBootstrapEvent extends BootstrapEvent {
  readonly refusal: 'answer'
}

/** The answer of the bootstrap function in place of an error, if the event requests it. */
export interface BootstrapRefusal {
  readonly connection: string
  readonly refused: {
    readonly class: FailureClass
    readonly code: string
    /** The text of the error: class, code, what happened to the login, what to do. */
    readonly message: string
    /** For `other_account`: the user name from the provider. Lambda does not log answers. */
    readonly signed_in_as?: string
  }
}

/** Days that a link to sign in is good for, when the operator does not say. */
export const defaultLinkDays = 3
export const longestLinkDays = 30

/** Characters of who asks for a sign-in: in base64url they fit a tag beside the rest, also with two bytes each. */
export const longestBy = 60

/**
 * After the connection, in the name of a login that is an invitation: `<connection>.invitation-<random>`. The dot, which no
 * connection has, keeps it apart from other logins.
 */
export const invitationSuffix = '.invitation'

/** Path of the sign-in page's address to which a provider sends people back. Registered once per app registration. */
export const signInRedirectPath = 'signed-in'

/** Also for the bootstrap function: it answers with a link with which the owner of the account signs in. */
export interface LinkEvent {
  readonly connection: string
  readonly link:
    | {
        /** From 1 to 30. */
        readonly days: number
        /** Name of the person who asks, for the page: up to 60 characters. */
        readonly by: string
        /** Where people sign in, for providers other than Microsoft: kept in the client's record. */
        readonly authorization_endpoint?: string
      }
    /** The newest link again, while it can be used. */
    | { readonly again: true }
  /** Name of a secret below `<prefix>/logins/` with the operator's fields for a new connection. Absent: the connection exists. */
  readonly login?: string
}

export interface LinkAnswer {
  readonly connection: string
  readonly link: string
  /** ISO 8601. */
  readonly link_expires_at: string
  readonly scope: string
  /** The expected user name, if known. */
  readonly account?: string
}

/** Also for the bootstrap function: another client secret for a known client. */
export interface ClientSecretEvent {
  /** The client id. */
  readonly client: string
  /** Name or full ARN of a secret below `<prefix>/logins/` that holds `client_id`, `client_secret` and, where known, `client_secret_expires_at`. */
  readonly login: string
  /** One that uses this client: its refresh token is redeemed with the new client secret. Absent: it is not tried. */
  readonly connection?: string
}

export interface ClientSecretAnswer {
  readonly client: string
  /** `accepted`: the provider accepted it, and the others were removed. `untried`: stored beside the others. */
  readonly tried: 'accepted' | 'untried'
  /** How many are stored now. */
  readonly client_secrets: number
  /** How many were removed. */
  readonly retired: number
  readonly client_secret_expires_at?: string
}

/** Whom Microsoft Entra expects a web identity token to be for: the audience of a federated credential. */
export const entraFederationAudience = 'api://AzureADTokenExchange'

/**
 * For both functions: client authentication with a web identity token of the function's own role. `describe` says what a
 * federated credential has to name; `try` redeems the refresh token of a connection with one, and changes nothing else. The
 * bootstrap function alone knows `move`, which tries and then has the client do so always, and `retire`, which deletes the
 * client secrets of such a client.
 */
export type FederationEvent =
  | { readonly client: string; readonly federation: 'describe' | 'retire' }
  | { readonly client: string; readonly federation: 'try' | 'move'; readonly connection: string }

export interface FederationAnswer {
  readonly client: string
  /** What the token of this function says. */
  readonly issuer: string
  /** ARN of the function's role. */
  readonly subject: string
  readonly audience: string
  /** How many client secrets are stored now. */
  readonly client_secrets: number
}

/** In place of an error, which Lambda would log and count. */
export interface ClientRefusal {
  readonly client: string
  readonly refused: { readonly class: FailureClass; readonly code: string; readonly remedy: string }
}

/** For the bootstrap function, from its schedule: renew every client secret that is due. */
export interface RenewalsEvent {
  readonly renewal: 'due'
}

export interface RenewalsAnswer {
  /** Clients whose secrets renew themselves. */
  readonly clients: number
  readonly made: number
  readonly accepted: number
  readonly failed: number
  /** Not looked at: no time was left. */
  readonly left: number
}

/**
 * For the bootstrap function, about one client. `start` makes a new client secret at Microsoft Graph, which proves that the
 * client may, and then turns the renewal on; `stop` turns it off, and deletes nothing; `check` asks Graph for the client's secrets and
 * changes nothing.
 */
export type RenewalEvent =
  | {
      readonly client: string
      readonly renewal: 'start'
      /** Id or domain of the tenant of the app registration. Absent: the one of its token endpoint. */
      readonly tenant?: string
      /** Lifetime of each new client secret in days, from 3 to 730. @default 180, or what was chosen before */
      readonly days?: number
    }
  | { readonly client: string; readonly renewal: 'stop' | 'check' }

/**
 * `made`: a new client secret is stored beside the others, and is tried ten minutes later at the earliest. `accepted`: it is
 * the one that apps get now. `waiting`: it was not accepted yet. `nothing`: nothing was due.
 */
export const renewalSteps = ['made', 'accepted', 'waiting', 'nothing'] as const

export interface RenewalAnswer {
  readonly client: string
  readonly done: (typeof renewalSteps)[number]
  /** Whether the client secret renews itself from now on. */
  readonly automatic: boolean
  /** Id or domain. */
  readonly tenant?: string
  /** Lifetime of each new client secret. */
  readonly days?: number
  /** The longest lifetime that the tenant allows, if it is known to be shorter. */
  readonly longest_days?: number
  /** How many are stored now. */
  readonly client_secrets: number
  /** ISO 8601: expiry of the client secret that apps get. Absent: not known. */
  readonly client_secret_expires_at?: string
  /** ISO 8601: when the next one is due. */
  readonly due_at?: string
}

export interface BootstrapAnswer {
  readonly connection: string
  readonly status: 'healthy'
  readonly mode: Mode
  readonly publish: PublishKind
  /** ARN of the published secret. */
  readonly secret: string
  /** User name of the person who signed in. Absent: the provider does not name it. */
  readonly account?: string
  readonly expires_at: string
  readonly refresh_by: string
  /** ISO 8601: when the provider ends the grant, although it is refreshed. Absent: no such end is known. */
  readonly ends_at?: string
  /** Requested scopes that were not granted, separated by blanks. */
  readonly missing_scope?: string
}
