// Mending the tags of a client: they follow a record that a person has edited, so that the expiry watch sees its new secret.

import { type Client, clientName } from '../../core/secrets/client.ts'
import { staleClientTags } from '../../core/tags/client-tags.ts'
import type { Tags } from '../../core/tags/status.ts'
import { type Dependencies, type StoredEntry, StoreFailure } from '../../ports.ts'

/** For one tick: each client's tags are compared with the first record of it that is read, and written at most once. */
export class ClientTagsUpdater {
  readonly #dependencies: Dependencies
  /** Of clients whose record was not read yet in this tick. */
  readonly #listed = new Map<string, Tags>()

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies
  }

  /** @param client as it is listed */
  listed({ name, tags }: Pick<StoredEntry, 'name' | 'tags'>): void {
    this.#listed.set(name, tags)
  }

  /** @param client as its record was read. The store's failure is logged and not thrown: the next tick compares again. */
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
