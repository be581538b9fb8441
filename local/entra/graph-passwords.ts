// A new client secret through Graph: when it ends, what the tenant's policy says, and when the token endpoint knows it.

import type { Fault, LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { graphError } from './graph.ts'
import type { EntraParts } from './parts.ts'
import type { Client, ClientSecret } from './records.ts'
import { field, readJson, text } from './request-json.ts'

const day = 86_400_000

/** "The default value is startDateTime + 2 years" (learn.microsoft.com/graph/api/application-addpassword). */
const defaultMilliseconds = 2 * 365 * day

/**
 * The token endpoint accepts a new client secret later: 4 to 18 seconds were observed, and Microsoft states no limit
 * (github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/1921). Two minutes are our own margin. Afterwards it is accepted
 * sometimes and sometimes not for a while (github.com/dafthack/GraphRunner/issues/28).
 */
const acceptedAfterSeconds = { shortest: 4, longest: 120 }

/**
 * App management policies (learn.microsoft.com/graph/api/resources/appmanagementpolicy). The code for a lifetime and its 400:
 * github.com/microsoft/PubSec-Info-Assistant/issues/681. The code for forbidden client secrets is the one that Microsoft's Teams Toolkit knows.
 */
export const addPassword = (parts: EntraParts, client: Client, request: LoopbackRequest): LoopbackAnswer => {
  const now = parts.clock.now()
  const asked = field(readJson(request.body), 'passwordCredential')
  const end = text(asked, 'endDateTime')
  const expiresAt = end === undefined ? now + defaultMilliseconds : Date.parse(end)
  if (Number.isNaN(expiresAt) || expiresAt <= now) {
    return graphError(parts, 400, 'Request_BadRequest', 'Invalid value specified for property endDateTime.')
  }
  const refused = refusedByPolicy(parts, client, expiresAt - now)
  if (refused !== undefined) return refused
  const { shortest, longest } = acceptedAfterSeconds
  const secret: ClientSecret = {
    keyId: parts.random.guid(),
    value: parts.random.text(40),
    expiresAt,
    acceptedFrom: now + parts.random.integer(shortest * 1_000, longest * 1_000),
    displayName: text(asked, 'displayName') ?? '',
    madeAt: now,
    listedFrom: now + parts.random.integer(0, longestReadLag),
  }
  parts.registry.putClient({ ...client, secrets: [...client.secrets, secret] })
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...listed(secret), secretText: secret.value }),
  }
}

const refusedByPolicy = (parts: EntraParts, client: Client, lifetime: number): LoopbackAnswer | undefined => {
  const policy = parts.registry.tenant(client.tenantId)?.clientSecretPolicy
  if (policy?.additionForbidden === true) {
    const message = `Credential type not allowed as per assigned policy '${policy.id}'.`
    return graphError(parts, 400, 'CredentialTypeNotAllowedAsPerAppPolicy', message)
  }
  if (policy?.longestDays === undefined || lifetime <= policy.longestDays * day) return undefined
  const message = `Credential lifetime exceeds the max value allowed as per assigned policy '${policy.id}'.`
  return graphError(parts, 400, 'CredentialInvalidLifetimeAsPerAppPolicy', message)
}

/** Reads of Graph may not show the newest write (reported: the same list read with 0, 1 and 2 client secrets in a row). */
const longestReadLag = 30_000

/** A removal so soon after an addition is refused (reported by those who rotate client secrets). */
const writesCollideMilliseconds = 3_000

export const isListed = ({ listedFrom = 0 }: ClientSecret, now: number): boolean => listedFrom <= now

export const collides = (client: Client, now: number): boolean =>
  client.secrets.some(({ madeAt = 0 }) => now - madeAt < writesCollideMilliseconds)

/** A client secret as Graph shows it: never its value, but the first three characters. */
export const listed = ({ keyId, value, expiresAt, displayName, madeAt }: ClientSecret) => ({
  keyId,
  displayName: displayName ?? null,
  startDateTime: madeAt === undefined ? null : new Date(madeAt).toISOString(),
  endDateTime: new Date(expiresAt).toISOString(),
  hint: value.slice(0, 3),
  secretText: null,
})

/** Graph's throttling (learn.microsoft.com/graph/throttling): 429, and how long to wait. */
export const tooManyGraphRequests = (retryAfterSeconds: number): Fault => ({
  kind: 'answer',
  answer: {
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': String(retryAfterSeconds) },
    body: JSON.stringify({ error: { code: 'TooManyRequests', message: 'Too many requests' } }),
  },
})
