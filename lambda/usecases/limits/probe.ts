// Probes of clients at fault, and second opinions on a refusal: requests with one connection that test its client.

import { clientStatus } from '../../core/tags/client-status.ts'
import { readClientTags } from '../../core/tags/read-client-tags.ts'
import { isDue, isHeldByClient, isRetryableClass, readStatus } from '../../core/tags/status.ts'
import type { Dependencies, Outcome, StoredEntry } from '../../ports.ts'
import type { CircuitBreakers } from './circuit-breakers.ts'
import { clientOf, refreshOf } from './client-of.ts'

/** Number of connections that are tried to judge one client. */
const mostProbes = 3

export interface ProberInput {
  /** No further refresh may begin. */
  readonly isOver: () => boolean
  /** Only one of several shards probes a client at fault. */
  readonly ownsClient: (client: string) => boolean
  /** Connections of a client that are due in this tick and were not asked yet. */
  readonly waiting: (client: string) => readonly string[]
  readonly wasAsked: (connection: string) => boolean
  /** Refreshes a connection now, due or not. */
  readonly ask: (entry: StoredEntry) => Promise<Outcome>
}

/** Lives for one tick. */
export class Prober {
  readonly #dependencies: Dependencies
  readonly #breakers: CircuitBreakers
  readonly #input: ProberInput

  constructor(dependencies: Dependencies, breakers: CircuitBreakers, input: ProberInput) {
    this.#dependencies = dependencies
    this.#breakers = breakers
    this.#input = input
  }

  /** One probe of a client at fault, if it is due and this shard's. */
  async probe({ name }: StoredEntry): Promise<void> {
    if (!this.#input.ownsClient(name)) return this.#breakers.open(name)
    await this.#breakers.probe(name, async () => {
      // A list may lag: the probe that it shows as due may have been made by the tick before.
      const newest = await this.#dependencies.store.describe({ room: 'clients', name }).catch(() => undefined)
      const status = newest && clientStatus(newest)
      const isOver = status !== undefined && status.failure === undefined
      if (newest === undefined || status === undefined || isOver) return
      if (isDue(status, this.#dependencies.clock.now())) await this.#askOne(newest)
      else this.#breakers.open(name)
    })
  }

  /** Tries one connection of a client at fault: not the last one, and preferably one that was not refused yet. */
  async #askOne({ name: client, tags: all }: StoredEntry): Promise<void> {
    const last = readClientTags(all).probe
    const witnesses = this.#breakers.evidence(client).witnesses()
    const others = witnesses.filter((name) => name !== last)
    for (const name of [...others, ...witnesses.filter((one) => one === last)].slice(0, mostProbes)) {
      if (this.#input.isOver()) break
      const outcome = await this.#askByName(client, name)
      if (this.#breakers.works(client) || this.#breakers.isOpen(client)) return
      // If it was not tried, or refused for its own reasons, another one may be refreshed.
      if (outcome !== undefined && !isOwnRefusal(outcome)) break
    }
    // If no tag names a connection of this client, the first connection that is tried is the probe.
    if (witnesses.length > 0) this.#breakers.open(client)
  }

  /** A second opinion on a refusal: tries another connection of the client. */
  async askAnother(client: string, exceptFor: string, since: number): Promise<void> {
    const { store } = this.#dependencies
    const evidence = this.#breakers.evidence(client)
    const names = new Set([...this.#input.waiting(client), ...evidence.witnesses(2)])
    for (const name of [...names]
      .filter((one) => one !== exceptFor && !this.#input.wasAsked(one))
      .slice(0, mostProbes)) {
      if (this.#input.isOver()) return
      const entry = await store.describe({ room: 'grants', name })
      // It was refreshed meanwhile, and a lagging list does not show that.
      if (entry !== undefined) evidence.refreshed(refreshOf(entry, client))
      if (evidence.isAlone(since)) return
      await this.#askByName(client, name, entry)
      if (this.#breakers.isOpen(client) || evidence.isAlone(since)) return
    }
  }

  /** @returns undefined if it is paused, was removed, or may not be tried yet */
  async #askByName(client: string, name: string, known?: StoredEntry): Promise<Outcome | undefined> {
    const { store, clock } = this.#dependencies
    const entry = known ?? (await store.describe({ room: 'grants', name }))
    const status = entry && readStatus(entry.tags, entry.currentVersionId)
    if (entry === undefined || status === undefined || status.status === 'paused') return undefined
    // A failure of its own has the time of its next attempt.
    const { failure } = status
    if (failure !== undefined && !isHeldByClient(failure) && failure.retry.getTime() > clock.now()) return undefined
    // A connection whose tag names this client by mistake is no evidence.
    if ((await clientOf(this.#dependencies, entry)) !== client) return undefined
    return this.#breakers.learn(client, await this.#input.ask(entry))
  }
}

/** The provider accepted the client and refused only this connection. */
const isOwnRefusal = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.asked === true && !isRetryableClass(outcome.failure.class)
