// Records a failure in the tags of the connection or the client at fault, unless that has changed meanwhile.

import { tags } from '../../contract.ts'
import { type AfterFailureInput, afterFailure, asItLasts, isCountedRefusal } from '../../core/after-failure.ts'
import type { Failure } from '../../core/failures/failure.ts'
import type { Grant } from '../../core/secrets/grant.ts'
import {
  type ConnectionStatus,
  type FailureState,
  failureTags,
  nextLook,
  readStatus,
  type Tags,
} from '../../core/tags/status.ts'
import { type Dependencies, type Outcome, type SecretId, type StoredEntry, StoreFailure } from '../../ports.ts'

export type FailureRow = Pick<FailureState, 'refusals' | 'since'>

export interface FailureRecord {
  /** The grant, or the client when the client is at fault. */
  readonly about: SecretId
  /** The current version, to the knowledge of this process. */
  readonly versionId: string
  /** The version that was tried, where a refresh token that came with the failure was stored since. @default `versionId` */
  readonly triedVersionId?: string
  /** The grant whose apps wait; undefined if it does not decode. */
  readonly grant: Grant | undefined
  readonly failure: Failure
  /** When the provider was asked; undefined: the failure is in our own store. */
  readonly askedAt: Date | undefined
  /** Whom the refusal is about, given the connection's series of failures with this one. @default this record alone */
  readonly judge?: (failure: Failure, row: FailureRow) => Promise<FailureState['concerns']>
  /** Tags beside those of the failure. */
  readonly tags?: Tags
}

export const recordFailure = async (dependencies: Dependencies, record: FailureRecord): Promise<Outcome> => {
  const { store, clock } = dependencies
  const { about, versionId, triedVersionId = versionId, askedAt } = record
  const asked = askedAt !== undefined
  try {
    const newest = await store.describe(about)
    // Another version is current now: the refused token or secret was not the newest one.
    if (newest?.currentVersionId !== versionId) return { kind: 'superseded' }
    const status = statusBefore(newest, versionId, triedVersionId)
    const { failure: before } = status
    // Two overlapping ticks have asked at the same time: this counts once, and is already recorded. A record by a clock
    // that was ahead is replaced.
    const believed = nextLook(status, clock.now()) !== undefined
    const { failure } = record
    if (before !== undefined && believed && asked && before.failed >= askedAt) {
      return { kind: 'failed', failure, asked, recorded: { entry: newest, state: before, before } }
    }
    const row = rowOf(record.failure, before, clock.now())
    const lasting = { ...record, failure: asItLasts(record.failure, row, new Date(clock.now())) }
    const state = await stateAfter(dependencies, lasting, { newest, before, row })
    if (!isKnown(record, before, state)) await tagFailure(dependencies, record, { status, state })
    return { kind: 'failed', failure: lasting.failure, asked, recorded: { entry: newest, state, before } }
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    // The first failure is the one to report. That it was not recorded costs one additional attempt.
    dependencies.telemetry.storeFailed({ task: 'record a failure', name: about.name, failure: error.failure })
    return { kind: 'failed', failure: record.failure, asked }
  }
}

/** A refresh token that was salvaged made a new version: the failures of the version before it still count. */
const statusBefore = (newest: StoredEntry, versionId: string, triedVersionId: string): ConnectionStatus => {
  const status = readStatus(newest.tags, versionId)
  return status.failure === undefined ? readStatus(newest.tags, triedVersionId) : status
}

interface Known {
  readonly newest: StoredEntry
  readonly before: FailureState | undefined
  readonly row: FailureRow
}

const rowOf = (failure: Failure, before: FailureState | undefined, now: number): FailureRow => ({
  refusals: (before?.refusals ?? 0) + (isCountedRefusal(failure) ? 1 : 0),
  since: before?.since ?? new Date(now),
})

const stateAfter = async (
  { settings, clock, random }: Dependencies,
  record: FailureRecord,
  { newest, before, row }: Known,
): Promise<FailureState> => {
  const { failure, grant, askedAt, judge, versionId, triedVersionId = versionId } = record
  const subject = newest.room === 'clients' ? 'client' : 'connection'
  const input: Omit<AfterFailureInput, 'concerns'> = {
    failure,
    local: askedAt === undefined,
    subject,
    salvaged: triedVersionId !== versionId,
    before,
    grant,
    timing: settings.timing,
    now: new Date(clock.now()),
    fraction: random.fraction(),
  }
  const byDefault = subject === 'client' ? 'client' : 'connection'
  return afterFailure({ ...input, concerns: judge === undefined ? byDefault : await judge(failure, row) })
}

/** A failure in our own store is tried again in every tick, and recorded once. */
const isKnown = ({ askedAt }: FailureRecord, before: FailureState | undefined, state: FailureState): boolean =>
  askedAt === undefined && before?.code === state.code && before.status === state.status

const tagFailure = async (
  { store }: Dependencies,
  { about, versionId, tags: added }: FailureRecord,
  { status, state }: { readonly status: ConnectionStatus; readonly state: FailureState },
): Promise<void> => {
  // A success with a time ahead of the clock is not trusted, and must not hide this failure.
  const isAhead = (status.refreshed?.getTime() ?? 0) >= state.failed.getTime()
  await store.tag(about, { ...failureTags(state, versionId), ...(isAhead && { [tags.refreshed]: '' }), ...added })
}
