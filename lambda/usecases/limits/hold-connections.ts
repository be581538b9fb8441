// Holds the connections whose refusals showed that their client is at fault, until the client's next attempt.

import { failureTags, readStatus } from '../../core/tags/status.ts'
import { type Dependencies, StoreFailure } from '../../ports.ts'

/** A failure to write a tag is logged and not thrown, because the breaker holds the connection too. */
export const holdConnections = async (dependencies: Dependencies, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    try {
      await hold(dependencies, name)
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      dependencies.telemetry.storeFailed({
        task: 'hold connections of a client at fault',
        name,
        failure: error.failure,
      })
    }
  }
}

const hold = async ({ store }: Dependencies, name: string): Promise<void> => {
  const id = { room: 'grants', name } as const
  const entry = await store.describe(id)
  const failure = entry && readStatus(entry.tags, entry.currentVersionId).failure
  if (entry?.currentVersionId === undefined || failure?.concerns !== 'client') return
  const held = { ...failure, status: 'action-required', concerns: 'held', retry: failure.failed } as const
  await store.tag(id, failureTags(held, entry.currentVersionId))
}
