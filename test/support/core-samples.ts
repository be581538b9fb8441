// Values for tests of the core. What stands for a secret is made anew each time, so that none is in the tree.

import { randomUUID } from 'node:crypto'
import { defaultTiming } from '../../lambda/contract.ts'
import type { Failure } from '../../lambda/core/failures/failure.ts'
import type { Login } from '../../lambda/core/login/login.ts'
import type { Client } from '../../lambda/core/secrets/client.ts'
import type { Decoded } from '../../lambda/core/secrets/decode.ts'
import type { Grant } from '../../lambda/core/secrets/grant.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import type { FailureState } from '../../lambda/core/tags/status.ts'
import type { Tokens } from '../../lambda/core/tokens/next-grant.ts'
import type { RecordedFailure, StoredEntry } from '../../lambda/ports.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export const noon = new Date('2026-11-23T12:00:00Z')
export const later = (milliseconds: number, from: Date = noon): Date => new Date(from.getTime() + milliseconds)

export const timing = defaultTiming

/** Stands for a token, password or client secret. */
export const made = (what: string): string => `${what}-${randomUUID()}`
export const redacted = (what: string): Redacted => new Redacted(made(what))

/** A secret's text: JSON of a value, or the text itself. */
export const stored = (value: unknown): Redacted =>
  new Redacted(typeof value === 'string' ? value : JSON.stringify(value))

export const sampleClient = (change: Partial<Client> = {}): Client => ({
  client_id: 'sample-client',
  token_endpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
  token_endpoint_auth_method: 'client_secret_post',
  client_secrets: [{ value: redacted('client-secret') }],
  provider: { name: 'entra', rotation: 'reusable', inactivity_days: 90 },
  ...change,
})

export const genericProvider: Client['provider'] = { name: 'generic', rotation: 'single-use', inactivity_days: 90 }

/** Refreshed at noon, for one hour. */
export const sampleGrant = (change: Partial<Grant> = {}): Grant => ({
  client_id: 'sample-client',
  generation: 3,
  refresh_token: redacted('refresh-token'),
  access_token: redacted('access-token'),
  token_type: 'Bearer',
  expires_at: later(hour),
  scope: 'Mail.Read offline_access',
  granted_scope: 'Mail.Read',
  mode: 'fresh',
  publish: 'access_token',
  rotation: 'reusable',
  refreshed_at: noon,
  refresh_by: later(90 * day),
  bootstrapped_at: later(-30 * day),
  ...change,
})

export const sampleTokens = (change: Partial<Tokens> = {}): Tokens => ({
  access_token: redacted('access-token'),
  token_type: 'Bearer',
  expires_in: 3600,
  scope: 'Mail.Read',
  refresh_token: redacted('refresh-token'),
  refresh_token_expires_in: undefined,
  ...change,
})

export const sampleLogin = (change: Partial<Login> = {}): Login => ({
  connection: undefined,
  token_endpoint: undefined,
  client_id: 'sample-client',
  client_secret: redacted('client-secret'),
  client_secret_expires_at: undefined,
  token_endpoint_auth_method: undefined,
  rotation: undefined,
  inactivity_days: undefined,
  grant_ends_after_days: undefined,
  scope: 'Mail.Read',
  grant: { grant_type: 'password', username: 'anna@example.com', password: redacted('password') },
  mode: 'fresh',
  publish: 'access_token',
  ...change,
})

export const sampleFailure = (change: Partial<Failure> = {}): Failure => ({
  class: 'transient',
  code: 'http_503',
  remedy: 'Nothing to do.',
  ...change,
})

/** One failure, five minutes ago, to be tried again at noon. */
export const sampleState = (change: Partial<FailureState> = {}): FailureState => ({
  status: 'retrying',
  class: 'transient',
  code: 'http_503',
  failures: 1,
  refusals: 0,
  concerns: 'connection',
  failed: later(-5 * minute),
  since: later(-5 * minute),
  retry: noon,
  ...change,
})

/** @param of default: the connection `a` */
export const sampleRecorded = (
  state: Partial<FailureState> = {},
  of: Pick<StoredEntry, 'room' | 'name'> = { room: 'grants', name: 'a' },
): RecordedFailure => ({
  entry: { ...of, arn: 'arn', currentVersionId: '3f1a2b3c-0000-4000-8000-00000000ab12', tags: {} },
  state: sampleState(state),
  before: undefined,
})

export const decodedValue = <T>(decoded: Decoded<T>): T => {
  if (!decoded.ok) throw new Error(`not decoded: ${decoded.problem}`)
  return decoded.value
}

export const problemOf = (decoded: Decoded<unknown>): string => {
  if (decoded.ok) throw new Error('decoded, though something is wrong with it')
  return decoded.problem
}

/** The same with every Redacted opened: two of them look equal to a matcher, regardless of what they hold. */
export const bare = (value: unknown): unknown => {
  if (value instanceof Redacted) return value.reveal()
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(bare)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, bare(one)]))
}
