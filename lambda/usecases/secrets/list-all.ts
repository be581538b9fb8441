// Lists all secrets of a room, page by page. Keeps at most two pages in memory.

import type { Room } from '../../contract.ts'
import { type Dependencies, type ListedPage, type StoredEntry, StoreFailure } from '../../ports.ts'

/** A page with a passing failure is requested this many times, in addition to the SDK's own attempts. */
const mostTries = 3

type Ports = Pick<Dependencies, 'store' | 'clock'>

/**
 * The next page is requested while the caller handles the present one, so that a tick waits only for the store.
 *
 * @throws StoreFailure if a page cannot be read; the pages before it stay valid
 */
export async function* listAll(ports: Ports, room: Room): AsyncGenerator<StoredEntry, void> {
  let coming = page(ports, room)
  for (;;) {
    const { entries, next } = await coming
    if (next !== undefined) {
      coming = page(ports, room, next)
      // A caller that stops in the middle of the list does not read this page, so its failure must not count as unhandled.
      coming.catch(() => {})
    }
    yield* entries
    if (next === undefined) return
  }
}

const page = async ({ store, clock }: Ports, room: Room, from?: string): Promise<ListedPage> => {
  for (let tries = 1; ; tries++) {
    try {
      return await store.list(room, from)
    } catch (error) {
      const again = error instanceof StoreFailure && error.passing && !error.throttled
      if (!again || tries === mostTries) throw error
      await clock.wait(1000 * 2 ** (tries - 1))
    }
  }
}
