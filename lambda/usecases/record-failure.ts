// Recording a failure in the tags, unless somebody else has succeeded meanwhile.

import { afterFailure } from '../core/after-failure.ts'
import type { Failure } from '../core/failure.ts'
import type { Grant } from '../core/grant.ts'
import { failureTags, readStatus } from '../core/status.ts'
import { type Dependencies, type Outcome, StoreFailure } from '../ports.ts'

export interface FailureRecord {
  readonly connection: string
  /** The version that was tried. */
  readonly versionId: string
  /** Undefined when it does not decode. */
  readonly grant: Grant | undefined
  readonly failure: Failure
  /** What is wrong is in our own store. */
  readonly local: boolean
}

export const recordFailure = async (dependencies: Dependencies, record: FailureRecord): Promise<Outcome> => {
  const { store, settings, clock, random } = dependencies
  const { connection, versionId, grant, failure, local } = record
  const id = { room: 'grants', name: connection } as const
  try {
    const newest = await store.describe(id)
    // Another version is current now: what was refused was not the newest stored token.
    if (newest?.currentVersionId !== versionId) return { kind: 'superseded' }
    const before = readStatus(newest.tags, versionId).failure
    const now = new Date(clock.now())
    const { timing } = settings
    const state = afterFailure({ failure, local, before, grant, timing, now, fraction: random.fraction() })
    const known = local && before?.code === state.code && before.status === state.status
    if (!known) await store.tag(id, failureTags(connection, state, versionId))
    return { kind: 'failed', failure, state }
  } catch (error) {
    // What failed first is what has to be told; that it was not recorded costs one attempt too many.
    if (error instanceof StoreFailure) return { kind: 'failed', failure, state: undefined }
    throw error
  }
}
