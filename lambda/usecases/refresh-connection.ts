// One connection in a tick: read, decide, redeem, commit, publish, tag.

import { type Client, clientName, decodeClient } from '../core/client.ts'
import { type Decision, decide } from '../core/decide.ts'
import type { Failure } from '../core/failure.ts'
import { ownFailure } from '../core/failure-table.ts'
import { decodeGrant, encodeGrant, type Grant } from '../core/grant.ts'
import { refreshedGrant, salvagedGrant } from '../core/merge.ts'
import { decodePublishedGeneration, encodePublished } from '../core/published.ts'
import type { Redacted } from '../core/redacted.ts'
import { fitsSecret } from '../core/secret-size.ts'
import { readStatus, successTags } from '../core/status.ts'
import {
  type Dependencies,
  type Invocation,
  type Outcome,
  type Sight,
  type StoredEntry,
  type StoredVersion,
  StoreFailure,
} from '../ports.ts'
import { claim } from './claim.ts'
import { commitChild } from './commit.ts'
import { persist } from './persist.ts'
import { publish } from './publish.ts'
import { recordFailure } from './record-failure.ts'
import { redeem } from './redeem.ts'

export interface RefreshInput {
  readonly entry: StoredEntry
  /** Refresh now, due or not. */
  readonly force: boolean
  readonly correlationId: string
  readonly invocation: Invocation
}

/** What was read of a connection, and what it is made of. */
interface Found {
  readonly parent: StoredVersion
  readonly grant: Grant
  readonly client: Client
  readonly published: StoredVersion | StoreFailure | undefined
  readonly decision: Decision
}

/** A claim on a single-use refresh token is void after this long, for no invocation lasts that long. */
const claimMinutes = 10

export const refreshConnection = async (dependencies: Dependencies, input: RefreshInput): Promise<Outcome> => {
  try {
    const entry = await newestEntry(dependencies, input)
    if (entry === 'waiting') return { kind: 'waiting' }
    const found = await find(dependencies, { ...input, entry })
    if ('kind' in found) return found
    if (!found.decision.refresh) return await publishOnly(dependencies, { ...input, entry }, found)
    return await refresh(dependencies, { ...input, entry }, found)
  } catch (error) {
    // Never counted against the connection: its tags stay as they are, and the next tick looks again.
    if (error instanceof StoreFailure) return { kind: 'failed', failure: error.failure, state: undefined }
    throw error
  }
}

/** A listing may lag; before a connection in trouble is tried again, its newest tags are asked for. */
const newestEntry = async (
  { store, clock }: Dependencies,
  { entry, force }: RefreshInput,
): Promise<StoredEntry | 'waiting'> => {
  if (readStatus(entry.tags, entry.currentVersionId).failure === undefined) return entry
  const newest = (await store.describe({ room: 'grants', name: entry.name })) ?? entry
  const { failure, next } = readStatus(newest.tags, newest.currentVersionId)
  const early = failure !== undefined && next !== undefined && next.getTime() > clock.now()
  return early && !force ? 'waiting' : newest
}

const find = async (dependencies: Dependencies, input: RefreshInput): Promise<Found | Outcome> => {
  const { store, settings, clock } = dependencies
  const { name } = input.entry
  const hinted = readStatus(input.entry.tags, input.entry.currentVersionId).client
  const [parent, published, hintedClient] = await store.readTogether([
    { room: 'grants', name },
    { room: 'connections', name },
    ...(hinted === undefined ? [] : [{ room: 'clients', name: clientName(hinted) } as const]),
  ])
  if (parent instanceof StoreFailure) throw parent
  // Listed a moment ago and gone now: removed by an operator.
  if (parent === undefined) return { kind: 'superseded' }
  const local = { connection: name, versionId: parent.versionId, local: true }
  const decoded = decodeGrant(parent.text)
  if (!decoded.ok) {
    return recordFailure(dependencies, { ...local, grant: undefined, failure: ownFailure('grant_not_decodable') })
  }
  const grant = decoded.value
  const client = await readClient(dependencies, grant.client_id, grant.client_id === hinted ? hintedClient : undefined)
  if (!('client_id' in client)) return recordFailure(dependencies, { ...local, grant, failure: client })
  const publishedGeneration = generationOf(published)
  const now = new Date(clock.now())
  const decision = decide({ grant, publishedGeneration, timing: settings.timing, now, force: input.force })
  return { parent, grant, client, published, decision }
}

const readClient = async (
  { store }: Dependencies,
  clientId: string,
  hinted: StoredVersion | StoreFailure | undefined,
): Promise<Client | Failure> => {
  const version = hinted ?? (await store.read({ room: 'clients', name: clientName(clientId) }))
  if (version instanceof StoreFailure) throw version
  if (version === undefined) return ownFailure('client_not_known')
  const decoded = decodeClient(version.text)
  return decoded.ok ? decoded.value : ownFailure('client_not_decodable')
}

const generationOf = (published: StoredVersion | StoreFailure | undefined): number | undefined => {
  if (published === undefined || published instanceof StoreFailure) return undefined
  const decoded = decodePublishedGeneration(published.text)
  return decoded.ok ? decoded.value : undefined
}

const sightOf = ({ mode, generation, expires_at, refreshed_at }: Grant): Sight => ({
  mode,
  generation,
  expiresAt: expires_at,
  refreshedAt: refreshed_at,
})

const publishOnly = async (dependencies: Dependencies, input: RefreshInput, found: Found): Promise<Outcome> => {
  const { entry } = input
  if (found.decision.publish) await publishFound(dependencies, entry.name, found)
  // A listing that lags shows older tags of an older version; only tags that are wrong for this version are mended.
  const listed = entry.currentVersionId === found.parent.versionId
  const wrong = listed && readStatus(entry.tags, found.parent.versionId).next === undefined
  if (found.decision.publish || wrong) await tagSuccess(dependencies, entry.name, found.grant, found.parent.versionId)
  return { kind: found.decision.publish ? 'published' : 'fresh', sight: sightOf(found.grant) }
}

const publishFound = async (dependencies: Dependencies, connection: string, found: Found): Promise<void> => {
  if (found.published instanceof StoreFailure) throw found.published
  await publish(dependencies, { connection, grant: found.grant, client: found.client, current: found.published })
}

const tagSuccess = ({ store, settings }: Dependencies, connection: string, grant: Grant, versionId: string) =>
  store.tag({ room: 'grants', name: connection }, successTags(connection, grant, versionId, settings.timing))

const refresh = async (dependencies: Dependencies, input: RefreshInput, found: Found): Promise<Outcome> => {
  const { clock } = dependencies
  const { grant, client, parent } = found
  const id = { room: 'grants', name: input.entry.name } as const
  if (client.provider.rotation === 'single-use') {
    const voidBefore = new Date(clock.now() - claimMinutes * 60_000)
    if (!(await claim(dependencies, { id, version: parent, voidBefore }))) return { kind: 'superseded' }
  }
  const askedAt = new Date(clock.now())
  const redemption = await redeem(dependencies, {
    client,
    grant: { grant_type: 'refresh_token', refresh_token: grant.refresh_token },
    scope: grant.scope,
    correlationId: input.correlationId,
  })
  if (redemption.kind === 'granted') {
    const refreshed = refreshedGrant(grant, client, redemption.tokens, askedAt)
    const made = { ...found, grant: refreshed }
    if (fits(made)) return finish(dependencies, input, made)
    return fail(dependencies, input, {
      found,
      failure: ownFailure('secret_too_large'),
      arrived: redemption.tokens.refresh_token,
    })
  }
  const arrived = redemption.kind === 'unusable' ? redemption.refreshToken : undefined
  return fail(dependencies, input, { found, failure: redemption.failure, arrived })
}

const fits = ({ grant, client }: Found): boolean =>
  fitsSecret(encodeGrant(grant)) && fitsSecret(encodePublished(grant, client))

interface Failing {
  readonly found: Found
  readonly failure: Failure
  /** A refresh token that came with an answer which cannot be used otherwise. */
  readonly arrived: Redacted | undefined
}

const fail = async (dependencies: Dependencies, input: RefreshInput, failing: Failing): Promise<Outcome> => {
  const { found, failure, arrived } = failing
  const connection = input.entry.name
  let versionId = found.parent.versionId
  if (arrived !== undefined && !arrived.equals(found.grant.refresh_token)) {
    const saved = await commitGrant(dependencies, input, { ...found, grant: salvagedGrant(found.grant, arrived) })
    if (saved.kind === 'superseded') return { kind: 'superseded' }
    versionId = saved.versionId
  }
  const outcome = await recordFailure(dependencies, {
    connection,
    versionId,
    grant: found.grant,
    failure,
    local: false,
  })
  if (found.decision.publish) await publishFound(dependencies, connection, found)
  return outcome
}

/** Steps 4 to 6 after a grant has been made new. */
const finish = async (dependencies: Dependencies, input: RefreshInput, made: Found): Promise<Outcome> => {
  const { name } = input.entry
  const { grant } = made
  const committed = await commitGrant(dependencies, input, made)
  if (committed.kind === 'superseded') return { kind: 'superseded' }
  await publishFound(dependencies, name, made)
  await tagSuccess(dependencies, name, grant, committed.versionId)
  return { kind: 'refreshed', sight: sightOf(grant) }
}

/**
 * The one write between a redeemed token and the store. For a single-use refresh token it is repeated until the
 * invocation ends, since the old token is spent; a reusable one is still good, so the next tick is soon enough.
 */
const commitGrant = (dependencies: Dependencies, input: RefreshInput, { parent, grant, client }: Found) => {
  const { entry, invocation } = input
  const id = { room: 'grants', name: entry.name } as const
  const tries = client.provider.rotation === 'single-use' ? undefined : 3
  const child = { id, parent: parent.versionId, text: encodeGrant(grant) }
  return persist(dependencies, { invocation, tries }, () => commitChild(dependencies, child))
}
