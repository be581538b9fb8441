// Recording a failure in the tags of what is at fault, a connection or its client, unless it has changed meanwhile.

import { tags } from '../contract.ts'
import { afterFailure } from '../core/after-failure.ts'
import type { Failure } from '../core/failure.ts'
import type { Grant } from '../core/grant.ts'
import { failureTags, nextLook, readStatus } from '../core/status.ts'
import { type Dependencies, type Outcome, type SecretId, StoreFailure } from '../ports.ts'

export interface FailureRecord {
  /** The grant, or the client when the client is at fault. */
  readonly about: SecretId
  /** The version that was tried. */
  readonly versionId: string
  /** Whose apps wait; undefined when it does not decode. */
  readonly grant: Grant | undefined
  readonly failure: Failure
  /** When the provider was asked; undefined: what is wrong is in our own store. */
  readonly askedAt: Date | undefined
  /** The client's own record says when to try again. @default false */
  readonly governed?: boolean
}

export const recordFailure = async (dependencies: Dependencies, record: FailureRecord): Promise<Outcome> => {
  const { store, settings, clock, random } = dependencies
  const { about, versionId, grant, failure, askedAt, governed = false } = record
  const local = askedAt === undefined
  try {
    const newest = await store.describe(about)
    // Another version is current now: what was refused was not the newest stored token or secret.
    if (newest?.currentVersionId !== versionId) return { kind: 'superseded' }
    const status = readStatus(newest.tags, versionId)
    const before = status.failure
    // Two ticks that overlap have asked at the same time: that is one opinion, and it is recorded already. What a clock
    // that was ahead has recorded is recorded anew.
    const believed = nextLook(status, clock.now()) !== undefined
    if (before !== undefined && believed && !local && before.failed >= askedAt) {
      return { kind: 'failed', failure, about, state: before, entry: newest, changed: false }
    }
    const now = new Date(clock.now())
    const { timing } = settings
    const state = afterFailure({
      failure,
      atOnce: local || governed,
      before,
      grant,
      timing,
      now,
      fraction: random.fraction(),
    })
    const known = local && before?.code === state.code && before.status === state.status
    // A success that is ahead of the clock is not believed, and must not hide this failure.
    const isAhead = (status.refreshed?.getTime() ?? 0) >= now.getTime()
    const recorded = { ...failureTags(state, versionId), ...(isAhead && { [tags.refreshed]: '' }) }
    if (!known) await store.tag(about, recorded)
    return { kind: 'failed', failure, about, state, entry: newest, changed: before?.status !== state.status }
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    // What failed first is what the connection is told for; that it was not recorded costs one attempt too many.
    dependencies.telemetry.outcome({ connection: about.name, outcome: { kind: 'failed', failure: error.failure } })
    return { kind: 'failed', failure, about }
  }
}
