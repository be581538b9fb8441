// Listing: page after page, of which no more than two are kept.

import type { Room } from '../contract.ts'
import type { SecretStore, StoredEntry } from '../ports.ts'

/** While a page is looked at the next one is on its way, so that a tick waits for the store and for nothing else. */
export async function* listAll({ list }: SecretStore, room: Room): AsyncGenerator<StoredEntry, void> {
  let coming = list(room)
  for (;;) {
    const { entries, next } = await coming
    if (next !== undefined) {
      coming = list(room, next)
      // Whoever stops looking in the middle does not hear that it failed.
      coming.catch(() => {})
    }
    yield* entries
    if (next === undefined) return
  }
}
