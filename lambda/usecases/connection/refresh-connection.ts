// One connection in a tick: read, decide, redeem, commit, publish, tag.

import { tags } from '../../contract.ts'
import { decide } from '../../core/due.ts'
import type { Failure } from '../../core/failures/failure.ts'
import { ownFailure } from '../../core/failures/failure-table.ts'
import { isSharedAuthority } from '../../core/login/authority.ts'
import { clientName } from '../../core/secrets/client.ts'
import type { Grant } from '../../core/secrets/grant.ts'
import { nextLook, readStatus, successTags } from '../../core/tags/status.ts'
import {
  type Dependencies,
  type Outcome,
  type StoredEntry,
  type StoredVersion,
  StoreFailure,
  type TokenTimes,
} from '../../ports.ts'
import { rememberClientSecret } from '../client/prefer-client-secret.ts'
import { holdConnections } from '../limits/hold-connections.ts'
import { isBecauseOfClient, judgeRefusal } from '../limits/judge-refusal.ts'
import { publish } from '../secrets/publish.ts'
import { whyNotSet } from './change-settings.ts'
import { type Answer, idsOf, type LoadedConnection, loadConnection } from './load-connection.ts'
import { recordFailure } from './record-failure.ts'
import { redeemAndCommit } from './redeem-and-commit.ts'
import type { NotGranted } from './redeem-grant.ts'
import type { RefreshInput } from './refresh-input.ts'

export const refreshConnection = async (dependencies: Dependencies, input: RefreshInput): Promise<Outcome> => {
  try {
    const entry = await newestEntry(dependencies, input)
    if (entry === 'waiting') return { kind: 'waiting' }
    const loaded = await loadConnection(dependencies, entry, input.known)
    if (loaded.kind === 'ended') return loaded.outcome
    const found = loaded.connection
    const now = new Date(dependencies.clock.now())
    const { timing } = dependencies.settings
    const refused = input.set && whyNotSet(dependencies, found, input.set)
    if (refused !== undefined) return { kind: 'failed', failure: ownFailure(refused) }
    const force = input.force || isOverdue(entry, found)
    const decision = decide({ ...found, timing, now, force })
    if (decision.refresh) return await refresh(dependencies, { ...input, entry }, found)
    if (decision.publish) await publishFound(dependencies, input, found)
    // A lagging list shows older tags of an older version. Only tags that are wrong for this version are corrected.
    const listed = entry.currentVersionId === found.parent.versionId
    const wrong = listed && readStatus(entry.tags, found.parent.versionId).next === undefined
    if (decision.publish || wrong) await tagSuccess(dependencies, entry.name, found.grant, found.parent.versionId)
    return { kind: decision.publish ? 'published' : 'fresh', times: timesOf(found.grant) }
  } catch (error) {
    // Never counts against the connection: its tags stay as they are, and the next tick tries again.
    if (error instanceof StoreFailure) return { kind: 'failed', failure: error.failure }
    throw error
  }
}

/**
 * Due regardless of its times: a failed attempt is repeated, because only a success ends the failure. If
 * a person has moved AWSCURRENT back, apps see a token that this grant does not have.
 */
const isOverdue = (entry: StoredEntry, { parent, grant, publishedGeneration = 0 }: LoadedConnection): boolean =>
  readStatus(entry.tags, parent.versionId).failure !== undefined || publishedGeneration > grant.generation

/** A list may lag, so the newest tags of a failing connection are read before the next attempt. */
const newestEntry = async (
  { store, clock }: Dependencies,
  { entry, force }: RefreshInput,
): Promise<StoredEntry | 'waiting'> => {
  if (readStatus(entry.tags, entry.currentVersionId).failure === undefined) return entry
  const newest = (await store.describe({ room: 'grants', name: entry.name })) ?? entry
  const status = readStatus(newest.tags, newest.currentVersionId)
  const next = nextLook(status, clock.now())
  const early = status.failure !== undefined && next !== undefined && next.getTime() > clock.now()
  return early && !force ? 'waiting' : newest
}

const refresh = async (dependencies: Dependencies, input: RefreshInput, found: LoadedConnection): Promise<Outcome> => {
  const { client } = found
  const { name } = input.entry
  // Its tags may not have named the client.
  const { breakers } = input.context
  const id = clientName(client.client_id)
  await input.lookUpClient?.(id)
  const slow = breakers.isSlow(id) || breakers.isDown(new URL(client.token_endpoint).host)
  if (!input.force && (breakers.isOpen(id) || (slow && !input.urgent))) return { kind: 'waiting', held: true }
  const attempt = await redeemAndCommit(dependencies, input, found)
  switch (attempt.kind) {
    case 'claimed-by-another':
      return { kind: 'claimed', until: attempt.until }
    case 'superseded':
      return { kind: 'superseded' }
    case 'failed':
      if (await isOutdated(dependencies, input, { found, redeemed: attempt.redeemed })) {
        return refreshConnection(dependencies, { ...input, known: undefined })
      }
      return fail(dependencies, input, { found, ...attempt })
    case 'granted': {
      const { made, client: preferred } = attempt.redeemed
      await publishFound(dependencies, input, { ...found, grant: made.grant, client: preferred })
      await rememberClientSecret(dependencies, { stored: client, version: found.clientVersion, preferred })
      await input.clientTags?.read(client)
      await tagSuccess(dependencies, name, made.grant, attempt.versionId)
      return { kind: 'refreshed', times: timesOf(made.grant) }
    }
  }
}

/**
 * What was refused was read together with other connections, and has been replaced since: the refusal says nothing of what is
 * stored now, which one more request finds out. A refresh token that the provider may have taken is not sent again.
 */
const isOutdated = async (
  { store }: Dependencies,
  { entry, known }: RefreshInput,
  { found, redeemed }: Pick<Failing, 'found' | 'redeemed'>,
): Promise<boolean> => {
  if (known === undefined || !redeemed.unused) return false
  const [grant, , client] = await store.readTogether(idsOf(entry)).catch((error: unknown): readonly Answer[] => {
    if (!(error instanceof StoreFailure)) throw error
    return []
  })
  const differs = (now: Answer, before: StoredVersion): boolean =>
    now !== undefined && !(now instanceof StoreFailure) && now.versionId !== before.versionId
  return differs(grant, found.parent) || differs(client, found.clientVersion)
}

interface Failing {
  readonly found: LoadedConnection
  readonly redeemed: NotGranted
  /** Version of the grant that is stored now. */
  readonly versionId: string
}

const fail = async (dependencies: Dependencies, input: RefreshInput, failing: Failing): Promise<Outcome> => {
  const { found, redeemed, versionId } = failing
  const { grant, client, parent } = found
  const { failure, askedAt } = redeemed
  const about = { room: 'grants', name: input.entry.name } as const
  let ofClient: Outcome | undefined
  const own = await recordFailure(dependencies, {
    about,
    versionId,
    triedVersionId: parent.versionId,
    grant,
    failure,
    askedAt,
    judge: async (failure, row) => {
      const refusal = { connection: about.name, client, failure, row }
      const concerns = await judgeRefusal(dependencies, input.context, refusal)
      ofClient = await recordOfClient(dependencies, input, { failing, failure, held: concerns === 'held' })
      return concerns
    },
  })
  const behind = found.publishedGeneration === undefined || found.publishedGeneration < grant.generation
  if (behind) await publishFound(dependencies, input, found)
  return own.kind === 'failed' && ofClient?.kind === 'failed' ? { ...own, client: ofClient } : own
}

interface OfClient {
  readonly failing: Failing
  readonly failure: Failure
  /** The client is at fault. */
  readonly held: boolean
}

/**
 * The client's tags hold all its connections: it is at fault, or its tenant's endpoint has throttled two of
 * them. Once in a tick.
 */
const recordOfClient = async (
  dependencies: Dependencies,
  { context: { breakers }, entry }: RefreshInput,
  { failing: { found, redeemed }, failure, held }: OfClient,
): Promise<Outcome | undefined> => {
  const name = clientName(found.client.client_id)
  // An endpoint of many tenants may have throttled one of them, so each connection waits for itself.
  const everyone = isBecauseOfClient(failure, found.client) && !isSharedAuthority(found.client.token_endpoint)
  const throttled = failure.class === 'throttled' && everyone && breakers.wasThrottled(name)
  if (!(held || throttled)) return undefined
  breakers.open(name)
  if (!breakers.claimRecord(name)) return undefined
  const about = { room: 'clients', name } as const
  const { versionId } = found.clientVersion
  const record = { about, versionId, grant: undefined, failure, askedAt: redeemed.askedAt }
  const recorded = await recordFailure(dependencies, { ...record, tags: { [tags.probe]: entry.name } })
  const witnesses = breakers.evidence(name).standing.map(({ connection }) => connection)
  if (held)
    await holdConnections(
      dependencies,
      witnesses.filter((one) => one !== entry.name),
    )
  return recorded
}

const publishFound = async (
  dependencies: Dependencies,
  { entry, onChange }: Pick<RefreshInput, 'entry' | 'onChange'>,
  { grant, client, published: current }: LoadedConnection,
): Promise<void> => {
  if (current instanceof StoreFailure) throw current
  await publish(dependencies, { connection: entry.name, grant, client, current, onChange })
}

const tagSuccess = ({ store, settings }: Dependencies, connection: string, grant: Grant, versionId: string) =>
  store.tag({ room: 'grants', name: connection }, successTags(connection, grant, versionId, settings.timing))

const timesOf = ({ mode, generation, expires_at, refreshed_at }: Grant): TokenTimes => ({
  mode,
  generation,
  expiresAt: expires_at,
  refreshedAt: refreshed_at,
})
