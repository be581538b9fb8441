// Connections that are not refreshed for an hour although no person is needed: each is reported once, by name.

import { type FailureClass, tags } from '../contract.ts'
import { type ConnectionStatus, isHeldByClient, readTime } from '../core/status.ts'
import { type Dependencies, type Outcome, type StoredEntry, StoreFailure } from '../ports.ts'
import type { CircuitBreakers } from './breakers.ts'
import type { Delay } from './tell.ts'

const longMilliseconds = 3_600_000

/** What is not reported in one tick is reported by the next. */
const mostKept = 2_000

interface Delayed {
  readonly entry: StoredEntry
  readonly delay: Delay
}

export class Delays {
  readonly #dependencies: Dependencies
  readonly #delayed = new Map<string, Delayed>()

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies
  }

  /** A connection as it is listed. */
  see(entry: StoredEntry, { failure, status }: ConnectionStatus): void {
    if (failure === undefined || status !== 'retrying' || isHeldByClient(failure)) return
    this.#keep(entry, failure)
  }

  /** What has just happened to it. */
  async happened(entry: StoredEntry, outcome: Outcome): Promise<void> {
    const { state } = outcome.kind === 'failed' ? outcome : { state: undefined }
    const wasFailing = entry.tags[tags.storeFailed] !== undefined && entry.tags[tags.storeFailed] !== ''
    if (outcome.kind === 'failed' && outcome.failure.class === 'store') return this.#storeFailed(entry, outcome.failure)
    const over = outcome.kind === 'refreshed' || outcome.kind === 'published' || outcome.kind === 'fresh'
    // What another process has written meanwhile is listed in the next tick.
    const gone = over || outcome.kind === 'superseded' || state?.status === 'action-required'
    if (gone) this.#delayed.delete(entry.name)
    if (over && wasFailing) await this.#tag(entry, '')
  }

  /**
   * Where two or more connections of a client are delayed and none of the client was refreshed meanwhile, the client is
   * reported in their place.
   */
  async settle(breakers: CircuitBreakers): Promise<readonly Delayed[]> {
    const byClient = Map.groupBy(this.#delayed.values(), ({ entry }) => entry.tags[tags.client] ?? '')
    const settled: Delayed[] = []
    for (const [client, delayed] of byClient) {
      // The client's own record says why, and was reported.
      if (breakers.isAtFault(client)) continue
      const [first, second] = delayed.toSorted((a, b) => a.delay.since.getTime() - b.delay.since.getTime())
      const alone = second === undefined || breakers.evidence(client).refreshedAt > second.delay.since.getTime()
      const record = alone || client === '' ? undefined : await this.#describe(client)
      if (first !== undefined && record !== undefined) settled.push({ entry: record, delay: first.delay })
      else settled.push(...delayed)
    }
    return settled
  }

  #describe(client: string): Promise<StoredEntry | undefined> {
    return this.#dependencies.store.describe({ room: 'clients', name: client })
  }

  #keep(entry: StoredEntry, delay: Delay): void {
    const long = this.#dependencies.clock.now() - delay.since.getTime() >= longMilliseconds
    if (long && this.#delayed.size < mostKept) this.#delayed.set(entry.name, { entry, delay })
  }

  /** The connection's own tags say nothing of it, so that it counts for nothing; since when it lasts is kept beside them. */
  async #storeFailed(entry: StoredEntry, { code }: { readonly code: string }): Promise<void> {
    const [time, known] = (entry.tags[tags.storeFailed] ?? '').split(' ')
    const since = readTime(time)
    const failureClass: FailureClass = 'store'
    if (since !== undefined) this.#keep(entry, { class: failureClass, code, since })
    if (since === undefined || known !== code) {
      const began = since ?? new Date(this.#dependencies.clock.now())
      await this.#tag(entry, `${began.toISOString()} ${code}`)
    }
  }

  /** A store that fails may not take the tag either. */
  async #tag(entry: StoredEntry, value: string): Promise<void> {
    try {
      await this.#dependencies.store.tag({ room: 'grants', name: entry.name }, { [tags.storeFailed]: value })
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
    }
  }
}
