// A tick: list clients and connections, ask for those that are due, the most urgent first, report, and end in time.

import { createHash } from 'node:crypto'
import { longestRefreshSeconds, type RefreshAnswer, type RefreshEvent } from '../contract.ts'
import { ownFailure } from '../core/failures/failure-table.ts'
import { isDue, readStatus } from '../core/tags/status.ts'
import { urgency } from '../core/urgency.ts'
import { type Dependencies, type Invocation, type Outcome, type StoredEntry, StoreFailure } from '../ports.ts'
import { BoundedPriorityQueue } from './limits/bounded-priority-queue.ts'
import { type RateLimited, rateLimitedStore, writesPerRefresh } from './limits/rate-limited-store.ts'
import { listAll } from './secrets/list-all.ts'
import { TickWork } from './tick/tick-work.ts'

/** Nothing is redeemed that may not be stored. */
const refreshMilliseconds = longestRefreshSeconds * 1000

/** Messages and metrics need less than this at the end of an invocation. */
const reportMilliseconds = 25_000

/** A tick that could do hardly anything looks at this many all the same: most take no write. */
const leastCapacity = 100

/** @throws StoreFailure when connections or clients could not be listed to the end, after everything else was done */
export const refreshConnections = async (
  dependencies: Dependencies,
  event: RefreshEvent,
  invocation: Invocation,
): Promise<RefreshAnswer> => {
  const rateLimited = rateLimitedStore(dependencies, event.of ?? 1)
  const tick = new Tick({ ...dependencies, store: rateLimited.store }, { event, invocation, rateLimited })
  const working = tick.run()
  const left = invocation.whenLeft?.(reportMilliseconds)
  // A connection that has no answer by then keeps no message and no metric of the others back.
  await Promise.race([working, ...(left === undefined ? [] : [left.reached])]).finally(() => left?.cancel())
  const answer = await tick.end()
  await working
  return answer
}

interface TickInput {
  readonly event: RefreshEvent
  readonly invocation: Invocation
  readonly rateLimited: RateLimited
}

class Tick {
  readonly #dependencies: Dependencies
  readonly #event: RefreshEvent
  readonly #invocation: Invocation
  readonly #rateLimited: RateLimited
  readonly #work: TickWork
  /** Names of those that were looked at in this tick. */
  readonly #done = new Set<string>()
  #listingFailed: StoreFailure | undefined

  constructor(dependencies: Dependencies, { event, invocation, rateLimited }: TickInput) {
    this.#dependencies = dependencies
    this.#event = event
    this.#invocation = invocation
    this.#rateLimited = rateLimited
    const isOver = (): boolean => this.#isOver()
    const ownsClient = (client: string): boolean => inShard(client, event)
    this.#work = new TickWork(dependencies, { force: event.force ?? false, invocation, isOver, ownsClient })
  }

  async run(): Promise<void> {
    if (this.#event.connections === undefined) await this.#workThroughAll()
    else await this.#work.askAll(await this.#named(this.#event.connections))
  }

  /** @throws StoreFailure when not everything could be listed */
  async end(): Promise<RefreshAnswer> {
    const { telemetry } = this.#dependencies
    await this.#work.notify()
    if (this.#listingFailed !== undefined) throw this.#listingFailed
    const summary = this.#work.report.summary()
    // A tick over named connections has not seen the others, so it says nothing of them all.
    if (this.#event.connections === undefined) telemetry.tick(summary)
    const { refreshed, published, fresh, failed, left } = summary
    return { refreshed, published, fresh, failed, left }
  }

  /**
   * However many connections there are, no more are kept than a tick can refresh. Where some had no place, and those
   * that had one were held up by a client at fault or an endpoint that does not answer, the others get their turn.
   */
  async #workThroughAll(): Promise<void> {
    for await (const client of this.#list('clients')) this.#work.clients.see(client)
    let dropped = await this.#workThrough(true)
    while (dropped > 0 && !this.#isOver()) {
      const before = this.#done.size
      dropped = await this.#workThrough(false)
      if (this.#done.size === before) break
    }
    for (let left = 0; left < dropped; left++) this.#work.report.leave()
  }

  /** What was listed before a page failed is still worked on; that the rest is missing is the run's failure. */
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

  async #named(names: readonly string[]): Promise<readonly StoredEntry[]> {
    const { store, telemetry } = this.#dependencies
    const entries: StoredEntry[] = []
    const clients = new Set<string>()
    for (const name of new Set(names)) {
      const entry = await store.describe({ room: 'grants', name })
      if (entry !== undefined) {
        const status = readStatus(entry.tags, entry.currentVersionId)
        this.#work.report.see(entry, status)
        entries.push(entry)
        if (status.client !== undefined) clients.add(status.client)
        continue
      }
      const outcome: Outcome = { kind: 'failed', failure: ownFailure('connection_not_found') }
      this.#work.report.add({ name }, outcome)
      telemetry.outcome({ connection: name, outcome })
    }
    // A person asks for these, so no breaker is open; but what works again is noted.
    for (const client of clients) {
      const entry = await store.describe({ room: 'clients', name: client })
      if (entry !== undefined) this.#work.clients.seeNamed(entry)
    }
    return entries
  }

  /** @returns how many were due, had no place, and are not held up */
  async #workThrough(first: boolean): Promise<number> {
    const { clock, settings } = this.#dependencies
    const { breakers, report } = this.#work
    let dropped = 0
    const due = new BoundedPriorityQueue<StoredEntry>(this.#capacity(), ({ name }) => {
      dropped++
      report.settle(name)
    })
    for await (const entry of this.#list('grants')) {
      const status = readStatus(entry.tags, entry.currentVersionId)
      if (first) breakers.see(entry.name, status, clock.now())
      if (!inShard(entry.name, this.#event) || this.#done.has(entry.name)) continue
      if (first) this.#work.see(entry, status)
      const rank = urgency(status, settings.timing, clock.now())
      if (!isDue(status, clock.now())) {
        if (first) report.notDue(status)
        report.settle(entry.name)
      } else if (status.client !== undefined && !status.doubtful && breakers.isHeld(status.client, rank < 0)) {
        if (first) report.leave()
        report.settle(entry.name)
      } else {
        due.add(rank, entry)
      }
    }
    const taken = due.take()
    for (const { name } of taken) this.#done.add(name)
    if (first) await this.#work.clients.settle()
    await this.#work.askAll(taken)
    return dropped
  }

  /** As many as could be refreshed in what is left of the invocation. */
  #capacity(): number {
    const seconds = Math.max(0, this.#invocation.remainingMilliseconds() - refreshMilliseconds) / 1000
    return Math.max(leastCapacity, Math.ceil((seconds * this.#rateLimited.writesPerSecond) / writesPerRefresh))
  }

  /** What waits already for its turn to write is written before. */
  #isOver(): boolean {
    return this.#invocation.remainingMilliseconds() - this.#rateLimited.backlogMilliseconds() < refreshMilliseconds
  }
}

/** The same connection is never in two shards, and every connection is in one. */
export const shardOf = (connection: string, of: number): number =>
  createHash('sha256').update(connection).digest().readUInt32BE(0) % of

const inShard = (name: string, { shard, of }: RefreshEvent): boolean => of === undefined || shardOf(name, of) === shard
