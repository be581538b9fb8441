// A tick over all connections: lists clients and connections, and refreshes those that are due, the most urgent first.

import type { RefreshEvent } from '../../contract.ts'
import { type ConnectionStatus, isDue, readStatus } from '../../core/tags/status.ts'
import { urgency } from '../../core/urgency.ts'
import { type Dependencies, type StoredEntry, StoreFailure } from '../../ports.ts'
import { BoundedPriorityQueue } from '../limits/bounded-priority-queue.ts'
import { listAll } from '../secrets/list-all.ts'
import { inShard } from './shards.ts'
import type { TickWork } from './tick-work.ts'
import type { TimeLeft } from './time-left.ts'

export interface AllConnectionsInput {
  readonly event: RefreshEvent
  readonly work: TickWork
  readonly time: TimeLeft
}

/** What a pass over the list reports about the entries. */
interface Pass {
  /** Of any shard. */
  listed(entry: StoredEntry, status: ConnectionStatus): void
  /** Of this shard. */
  seen(entry: StoredEntry, status: ConnectionStatus): void
  notDue(status: ConnectionStatus): void
  /** Held by its client. */
  held(): void
}

const ignored = (): void => {}

/** The first pass has already reported the entries. */
const laterPass: Pass = { listed: ignored, seen: ignored, notDue: ignored, held: ignored }

export class AllConnections {
  readonly #dependencies: Dependencies
  readonly #event: RefreshEvent
  readonly #work: TickWork
  readonly #time: TimeLeft
  /** Names of those that were looked at in this tick. */
  readonly #done = new Set<string>()
  #listingFailed: StoreFailure | undefined

  constructor(dependencies: Dependencies, { event, work, time }: AllConnectionsInput) {
    this.#dependencies = dependencies
    this.#event = event
    this.#work = work
    this.#time = time
  }

  /** Why clients or connections could not be listed to the end. */
  get listingFailed(): StoreFailure | undefined {
    return this.#listingFailed
  }

  /**
   * Keeps no more connections than a tick can refresh. If others had no place, and some of the kept ones
   * could not be refreshed because of a client at fault or a silent endpoint, another pass follows.
   */
  async refresh(): Promise<void> {
    for await (const client of this.#list('clients')) this.#work.clients.see(client)
    const first = await this.#choose(this.#firstPass())
    await this.#work.clients.settle()
    await this.#work.askAll(first.taken)
    let { dropped } = first
    while (dropped > 0 && !this.#time.isOver()) {
      const before = this.#done.size
      const later = await this.#choose(laterPass)
      await this.#work.askAll(later.taken)
      dropped = later.dropped
      if (this.#done.size === before) break
    }
    for (let left = 0; left < dropped; left++) this.#work.report.leave()
  }

  #firstPass(): Pass {
    const { breakers, report } = this.#work
    const { clock } = this.#dependencies
    return {
      listed: ({ name }, status) => breakers.see(name, status, clock.now()),
      seen: (entry, status) => this.#work.see(entry, status),
      notDue: (status) => report.notDue(status),
      held: () => report.leave(),
    }
  }

  /** @returns the most urgent due connections, and the number of due ones without a place that nothing holds up */
  async #choose(pass: Pass): Promise<{ readonly taken: readonly StoredEntry[]; readonly dropped: number }> {
    const { clock, settings } = this.#dependencies
    const { report } = this.#work
    let dropped = 0
    const due = new BoundedPriorityQueue<StoredEntry>(this.#time.capacity(), ({ name }) => {
      dropped++
      report.settle(name)
    })
    for await (const entry of this.#list('grants')) {
      const status = readStatus(entry.tags, entry.currentVersionId)
      pass.listed(entry, status)
      if (!inShard(entry.name, this.#event) || this.#done.has(entry.name)) continue
      pass.seen(entry, status)
      const rank = urgency(status, settings.timing, clock.now())
      if (!isDue(status, clock.now())) pass.notDue(status)
      else if (this.#isHeld(status, rank)) pass.held()
      else {
        due.add(rank, entry)
        continue
      }
      report.settle(entry.name)
    }
    const taken = due.take()
    for (const { name } of taken) this.#done.add(name)
    return { taken, dropped }
  }

  #isHeld({ client, doubtful }: ConnectionStatus, rank: number): boolean {
    return client !== undefined && !doubtful && this.#work.breakers.isHeld(client, rank < 0)
  }

  /** Connections from the pages before a failed page are still refreshed. The run reports that the others are missing. */
  async *#list(room: 'clients' | 'grants'): AsyncGenerator<StoredEntry, void> {
    try {
      yield* listAll(this.#dependencies, room)
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      this.#listingFailed = error
      if (room === 'clients') this.#work.clients.incomplete = true
      this.#work.noteStoreFailure(error)
    }
  }
}
