// Announces publications that a person or a pipeline may have to hand on: each at least once.

import { tags } from '../../contract.ts'
import { decodePublished } from '../../core/secrets/published.ts'
import { readChanged } from '../../core/tags/changed.ts'
import type { Dependencies, Invocation, StoredEntry } from '../../ports.ts'
import type { PublishedChange } from '../secrets/publish.ts'
import { readUnlessDeleted } from '../secrets/read-deleted.ts'
import { announcePublication } from './announce-publication.ts'
import { eachInTime } from './in-time.ts'

/** Every tick finds what was not announced, so one tick does not have to keep more than this. */
const mostSeen = 2_000

export class Publications {
  readonly #dependencies: Dependencies
  /** From the list, by connection: an earlier run may have died before it announced them. */
  readonly #seen = new Map<string, StoredEntry>()
  /** Published in this run, by connection. */
  readonly #made = new Map<string, PublishedChange>()

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies
  }

  /** Takes a connection from the list. */
  see(entry: StoredEntry): void {
    if (readChanged(entry.tags) !== undefined && this.#seen.size < mostSeen) this.#seen.set(entry.name, entry)
  }

  /** Takes what was published just now. */
  made(connection: string, change: PublishedChange): void {
    this.#made.set(connection, change)
    this.#seen.delete(connection)
  }

  /** @throws StoreFailure when not everything could be announced; the next tick announces the rest */
  async announce(invocation: Invocation): Promise<void> {
    const made = [...this.#made].map(([connection, change]) => () => {
      return announcePublication(this.#dependencies, { connection, change })
    })
    const seen = [...this.#seen.values()].map((entry) => () => this.#announceSeen(entry))
    await eachInTime([...made, ...seen], invocation, (one) => one())
  }

  /** A list lags, so the newest tags are read. What is not published yet is announced by the run that publishes it. */
  async #announceSeen(entry: StoredEntry): Promise<void> {
    const { store } = this.#dependencies
    const { name: connection } = entry
    const newest = await store.describe(entry)
    const changed = newest && readChanged(newest.tags)
    if (newest === undefined || changed === undefined) return
    const published = await readUnlessDeleted(store, { room: 'connections', name: connection })
    const decoded = published && decodePublished(published.text)
    if (published === undefined || !decoded?.ok || decoded.value.generation < changed.generation) return
    const change = { ...changed, client: newest.tags[tags.client] ?? '', secret: published.arn, isNoted: true }
    await announcePublication(this.#dependencies, { connection, change, generation: decoded.value.generation })
  }
}
