// The clients in a tick: which are at fault, which work again, and their earlier records.

import { clientStatus, hasTrouble } from '../../core/tags/client-status.ts'
import { readClientTags } from '../../core/tags/read-client-tags.ts'
import { isDue, readStatus, recoveredTags } from '../../core/tags/status.ts'
import type { Dependencies, StoredEntry } from '../../ports.ts'
import type { ClientTagsUpdater } from '../client/update-client-tags.ts'
import type { CircuitBreakers } from '../limits/circuit-breakers.ts'
import type { Notifier } from '../reporting/notifier.ts'
import type { TickReport } from '../reporting/tick-report.ts'

export interface TickClientsInput {
  readonly breakers: CircuitBreakers
  readonly report: TickReport
  readonly notifier: Notifier
  readonly clientTags: ClientTagsUpdater
  /** Keeps a failure of the store for the run's report. */
  readonly onStoreFailure: (error: unknown) => void
}

export class TickClients {
  readonly #dependencies: Dependencies
  readonly #input: TickClientsInput
  /** Clients that were at fault, or whose fault people know without its end, by name. */
  readonly #clients = new Map<string, StoredEntry>()
  /** All clients that were listed. */
  readonly #listed = new Set<string>()
  /** Whether the list of clients is incomplete: then a missing client is read when one of its connections is tried. */
  incomplete = false
  readonly #lookedUp = new Map<string, Promise<void>>()
  /** Hosts of token endpoints, by the client's name. */
  readonly #hosts = new Map<string, string>()

  constructor(dependencies: Dependencies, input: TickClientsInput) {
    this.#dependencies = dependencies
    this.#input = input
  }

  /** Clients whose record says that they are at fault, and whose next probe is due. */
  toProbe(): readonly StoredEntry[] {
    const { breakers } = this.#input
    return [...this.#clients.values()].filter(({ name }) => breakers.isAtFault(name) && !breakers.isOpen(name))
  }

  /** Host of its token endpoint, if its tags say it. */
  hostOf(client: string): string | undefined {
    return this.#hosts.get(client)
  }

  /** Takes a client from the list. */
  see(entry: StoredEntry): void {
    const { name } = entry
    const status = clientStatus(entry)
    this.#listed.add(name)
    this.#input.clientTags.listed(entry)
    this.#input.report.seeClient(entry, status)
    this.#input.notifier.see(entry, status)
    const host = readClientTags(entry.tags).tokenEndpointHost
    if (host !== undefined) this.#hosts.set(name, host)
    if (!hasTrouble(entry)) return
    this.seeNamed(entry)
    if (status.failure !== undefined && !isDue(status, this.#dependencies.clock.now())) this.#input.breakers.open(name)
  }

  /** A client of connections that a person names: no breaker is open, but a client that works again is noted. */
  seeNamed(entry: StoredEntry): void {
    if (!hasTrouble(entry)) return
    this.#clients.set(entry.name, entry)
    const { failure } = clientStatus(entry)
    if (failure?.status === 'action-required') this.#input.breakers.markAtFault(entry.name)
  }

  /** Call it after all connections were seen: they show which clients at fault work again. */
  async settle(): Promise<void> {
    for (const name of this.#listed) {
      if (this.#input.breakers.evidence(name).isUsed) continue
      this.#input.report.unused(name)
      this.#input.notifier.forgetExpiry(name)
    }
    for (const [name, entry] of this.#clients) {
      const { failure } = readStatus(entry.tags, entry.currentVersionId)
      // A sign-in, or a refresh by a person, has shown meanwhile that the client works.
      if (failure === undefined || this.#input.breakers.evidence(name).refreshedAt <= failure.failed.getTime()) continue
      await this.works(name)
    }
  }

  /** An incomplete list must not cause requests for a client at fault. */
  lookUp(client: string): Promise<void> {
    const looking = this.#lookedUp.get(client) ?? this.#lookUpOnce(client)
    this.#lookedUp.set(client, looking)
    return looking
  }

  async #lookUpOnce(client: string): Promise<void> {
    if (this.#listed.has(client)) return
    try {
      const entry = await this.#dependencies.store.describe({ room: 'clients', name: client })
      if (entry !== undefined) this.see(entry)
    } catch (error) {
      this.#input.onStoreFailure(error)
    }
  }

  /** Connections of the client are refreshed again, so its recorded failure is over. Once per tick. */
  async works(name: string): Promise<void> {
    const entry = this.#clients.get(name)
    if (entry === undefined) return
    this.#clients.delete(name)
    const { store, clock } = this.#dependencies
    this.#input.notifier.clientWorks(entry)
    this.#input.report.clientWorks(name)
    try {
      await store.tag({ room: 'clients', name }, recoveredTags(new Date(clock.now())))
    } catch (error) {
      this.#input.onStoreFailure(error)
    }
  }
}
