// Listing: page after page, of which no more than two are kept.

import type { Room } from '../../contract.ts'
import { type Dependencies, type ListedPage, type StoredEntry, StoreFailure } from '../../ports.ts'

/** A page that fails for a passing reason is asked for so often, beyond the SDK's own tries. */
const mostTries = 3

type Ports = Pick<Dependencies, 'store' | 'clock'>

/**
 * While a page is looked at the next one is on its way, so that a tick waits for the store and for nothing else.
 *
 * @throws StoreFailure when a page cannot be had; what was listed before it stands
 */
export async function* listAll(ports: Ports, room: Room): AsyncGenerator<StoredEntry, void> {
  let coming = page(ports, room)
  for (;;) {
    const { entries, next } = await coming
    if (next !== undefined) {
      coming = page(ports, room, next)
      // A caller that stops in the middle of the list leaves this page unread, and its failure too.
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
