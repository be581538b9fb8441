// Corrects the tags of a client after a person has edited its record, so that the alarm about expiry sees the new secret.

import { type Client, clientName } from '../../core/secrets/client.ts'
import { staleClientTags } from '../../core/tags/client-tags.ts'
import type { Tags } from '../../core/tags/status.ts'
import { type Dependencies, type StoredEntry, StoreFailure } from '../../ports.ts'

/** For one tick: each client's tags are compared with the first record of it that is read, and written at most once. */
export class ClientTagsUpdater {
  readonly #dependencies: Dependencies
  /** Tags of clients whose record was not read yet in this tick. */
  readonly #listed = new Map<string, Tags>()

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies
  }

  /** @param client the client in the list */
  listed({ name, tags }: Pick<StoredEntry, 'name' | 'tags'>): void {
    this.#listed.set(name, tags)
  }

  /** @param client the client in its record. A failure of the store is logged and not thrown: the next tick compares again. */
  async read(client: Client): Promise<void> {
    const name = clientName(client.client_id)
    const listed = this.#listed.get(name)
    if (listed === undefined) return
    this.#listed.delete(name)
    const stale = staleClientTags(client, listed)
    if (stale === undefined) return
    try {
      await this.#dependencies.store.tag({ room: 'clients', name }, stale)
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      const { failure } = error
      this.#dependencies.telemetry.storeFailed({ task: 'mend the tags of a client', name, failure })
    }
  }
}
