// Connections that are not refreshed for an hour although no person is needed: each is reported once, by name.

import { type FailureClass, tags } from '../../contract.ts'
import { type ConnectionStatus, type FailureState, isHeldByClient } from '../../core/tags/status.ts'
import { readTime } from '../../core/tags/tag-time.ts'
import { type Dependencies, type Outcome, type StoredEntry, StoreFailure } from '../../ports.ts'
import type { CircuitBreakers } from '../limits/circuit-breakers.ts'
import type { Delay } from './notifier.ts'

const longMilliseconds = 3_600_000

/** The next tick reports the others. */
const mostKept = 2_000

interface Failing {
  readonly entry: StoredEntry
  readonly delay: Delay
  /** When it failed last, in milliseconds. */
  readonly failed: number
}

export class Delays {
  readonly #dependencies: Dependencies
  /** Connections that fail and need no person, by name. */
  readonly #failing = new Map<string, Failing>()
  /** When the tick began, in milliseconds. */
  readonly #startedAt: number

  readonly #ownsClient: (client: string) => boolean

  /** @param ownsClient whether this one of several shards reports a client first; default: always */
  constructor(dependencies: Dependencies, ownsClient: (client: string) => boolean = () => true) {
    this.#dependencies = dependencies
    this.#ownsClient = ownsClient
    this.#startedAt = dependencies.clock.now()
  }

  /** A connection from the list. */
  see(entry: StoredEntry, { failure, status }: ConnectionStatus): void {
    if (status === 'retrying' && failure !== undefined) this.#see(entry, failure)
  }

  /** The newest outcome of a connection. */
  async happened(entry: StoredEntry, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'failed' && outcome.failure.class === 'store')
      return this.#noteStoreFailure(entry, outcome.failure)
    // It was refreshed, or another process has written it and the next tick reads that.
    if (outcome.kind !== 'waiting') this.#failing.delete(entry.name)
    if (outcome.kind === 'failed' && outcome.recorded?.state.status === 'retrying')
      this.#see(entry, outcome.recorded.state)
    const over = outcome.kind === 'refreshed' || outcome.kind === 'published' || outcome.kind === 'fresh'
    if (over && entry.tags[tags.storeFailed]) await this.#tag(entry, '')
  }

  /**
   * If two or more connections of a client fail and none of the client was refreshed since, the client is reported in
   * their place.
   */
  async settle(breakers: CircuitBreakers): Promise<readonly Failing[]> {
    const byClient = Map.groupBy(this.#failing.values(), ({ entry }) => entry.tags[tags.client] ?? '')
    const settled: Failing[] = []
    for (const [client, failing] of byClient) {
      // The client's own record has the reason, and was reported.
      if (breakers.isAtFault(client) || !failing.some((one) => this.#isLong(one))) continue
      const evidence = breakers.evidence(client)
      const together = failing.filter(({ delay }) => !evidence.isAlone(delay.since.getTime()))
      const first = together.toSorted((a, b) => a.delay.since.getTime() - b.delay.since.getTime())[0]
      const shared = together.length > 1 && first !== undefined && this.#isLong(first) && client !== ''
      const waits = shared && !this.#isLongOfClient(first, client)
      const record = shared && !waits ? await this.#describe(client) : undefined
      if (first !== undefined && record !== undefined) settled.push({ ...first, entry: record })
      const single = waits || record !== undefined ? failing.filter((one) => !together.includes(one)) : failing
      // A failure from before the refresh of another connection may be over. The next attempt shows it.
      const known = Math.min(evidence.refreshedAt, this.#startedAt)
      settled.push(...single.filter((one) => this.#isLong(one) && one.failed >= known))
    }
    return settled
  }

  #isLong({ delay }: Failing, longer = 0): boolean {
    return this.#dependencies.clock.now() - delay.since.getTime() >= longMilliseconds + longer
  }

  /** A shard without connections of the client cannot report it, so this one does if no shard has done so by then. */
  #isLongOfClient(failing: Failing, client: string): boolean {
    const twoTicks = 2 * this.#dependencies.settings.timing.everyMinutes * 60_000
    return this.#isLong(failing, this.#ownsClient(client) ? 0 : twoTicks)
  }

  #describe(client: string): Promise<StoredEntry | undefined> {
    return this.#dependencies.store.describe({ room: 'clients', name: client })
  }

  /** A refusal with an unknown code needs a person after some time, and is then reported as such. */
  #see(entry: StoredEntry, failure: FailureState): void {
    if (!isHeldByClient(failure) && failure.class !== 'refused')
      this.#keep({ entry, delay: failure, failed: failure.failed.getTime() })
  }

  #keep(failing: Failing): void {
    if (this.#failing.size < mostKept) this.#failing.set(failing.entry.name, failing)
  }

  /** The failure is not in the connection's tags, because it does not count against it. A separate tag has its start. */
  async #noteStoreFailure(entry: StoredEntry, { code }: { readonly code: string }): Promise<void> {
    const [time, known] = (entry.tags[tags.storeFailed] ?? '').split(' ')
    const since = readTime(time)
    const failureClass: FailureClass = 'store'
    const failed = this.#dependencies.clock.now()
    if (since !== undefined) this.#keep({ entry, delay: { class: failureClass, code, since }, failed })
    if (since === undefined || known !== code) {
      const began = since ?? new Date(failed)
      await this.#tag(entry, `${began.toISOString()} ${code}`)
    }
  }

  /** A failing store may refuse the tag too. */
  async #tag(entry: StoredEntry, value: string): Promise<void> {
    try {
      await this.#dependencies.store.tag({ room: 'grants', name: entry.name }, { [tags.storeFailed]: value })
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
    }
  }
}
