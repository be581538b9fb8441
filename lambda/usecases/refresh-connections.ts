// A tick: list the connections, look at those that are due, the most urgent first, tell what has changed, and end in time.

import { createHash } from 'node:crypto'
import { longestRefreshSeconds, type RefreshAnswer, type RefreshEvent, tags } from '../contract.ts'
import { ownFailure } from '../core/failure-table.ts'
import { type ConnectionStatus, nextLook, readStatus, recoveredTags } from '../core/status.ts'
import { urgency } from '../core/urgency.ts'
import { type Dependencies, type Invocation, type Outcome, type StoredEntry, StoreFailure } from '../ports.ts'
import { Gates } from './gates.ts'
import { Lanes } from './lanes.ts'
import { listAll } from './list-all.ts'
import { MostUrgent } from './most-urgent.ts'
import { type Paced, paceStore, writesPerRefresh } from './pace.ts'
import { refreshConnection } from './refresh-connection.ts'
import { Teller } from './tell.ts'
import { TickReport } from './tick-report.ts'

/** Nothing is redeemed that may not be stored. */
const refreshMilliseconds = longestRefreshSeconds * 1000

/** A tick that could do hardly anything looks at this many all the same: most take no write. */
const leastCapacity = 100

export const refreshConnections = async (
  dependencies: Dependencies,
  event: RefreshEvent,
  invocation: Invocation,
): Promise<RefreshAnswer> => {
  const paced = paceStore(dependencies, event.of ?? 1)
  const tick = new Tick({ ...dependencies, store: paced.store }, { event, invocation, paced })
  if (event.connections === undefined) await tick.workThroughAll()
  else await tick.work(await tick.named(event.connections))
  return tick.end()
}

interface TickInput {
  readonly event: RefreshEvent
  readonly invocation: Invocation
  readonly paced: Paced
}

class Tick {
  readonly #dependencies: Dependencies
  readonly #event: RefreshEvent
  readonly #invocation: Invocation
  readonly #paced: Paced
  readonly #report: TickReport
  readonly #teller: Teller
  readonly #gates = new Gates()
  readonly #lanes = new Lanes()
  /** Clients that were at fault, by name. */
  readonly #clients = new Map<string, StoredEntry>()
  /** Token endpoints of clients, by the client's name, as far as their tags tell. */
  readonly #endpoints = new Map<string, string>()
  /** Names of those that were looked at in this tick. */
  readonly #done = new Set<string>()

  constructor(dependencies: Dependencies, { event, invocation, paced }: TickInput) {
    this.#dependencies = dependencies
    this.#event = event
    this.#invocation = invocation
    this.#paced = paced
    this.#report = new TickReport(dependencies.clock.now())
    this.#teller = new Teller(dependencies)
  }

  /**
   * However many connections there are, no more are kept than a tick can refresh. Where some had no place, and those
   * that had one were held up by a client at fault or an endpoint that does not answer, the others get their turn.
   */
  async workThroughAll(): Promise<void> {
    for await (const client of listAll(this.#dependencies.store, 'clients')) this.#seeClient(client)
    let dropped = await this.#workThrough(true)
    while (dropped > 0 && !this.#isOver()) {
      const before = this.#done.size
      dropped = await this.#workThrough(false)
      if (this.#done.size === before) break
    }
    for (let left = 0; left < dropped; left++) this.#report.leave()
  }

  async named(names: readonly string[]): Promise<readonly StoredEntry[]> {
    const { store, telemetry } = this.#dependencies
    const entries: StoredEntry[] = []
    const clients = new Set<string>()
    for (const name of new Set(names)) {
      const entry = await store.describe({ room: 'grants', name })
      if (entry !== undefined) {
        const status = readStatus(entry.tags, entry.currentVersionId)
        this.#report.see(entry, status)
        entries.push(entry)
        if (status.client !== undefined) clients.add(status.client)
        continue
      }
      const outcome: Outcome = { kind: 'failed', failure: ownFailure('connection_not_found') }
      this.#report.add({ name }, outcome)
      telemetry.outcome({ connection: name, outcome })
    }
    // A person asks for these, so no gate is closed; but what works again is noted.
    for (const client of clients) {
      const entry = await store.describe({ room: 'clients', name: client })
      if (entry !== undefined && hasTrouble(entry)) this.#clients.set(client, entry)
    }
    return entries
  }

  async work(due: readonly StoredEntry[]): Promise<void> {
    let stopped = false
    await Promise.all(
      due.map(async (entry) => {
        const { client } = readStatus(entry.tags, entry.currentVersionId)
        const endpoint = (client === undefined ? undefined : this.#endpoints.get(client)) ?? client ?? ''
        // Waiting for a scout takes no slot: a slow provider holds up its own connections only.
        const outcome = await this.#gates.pass(client, () =>
          this.#lanes.run(endpoint, async () => {
            const closed = client !== undefined && this.#gates.isClosed(client)
            if (stopped || closed || this.#isOver()) return { kind: 'waiting', held: true }
            try {
              return await this.#one(entry)
            } catch (error) {
              stopped = true
              throw error
            }
          }),
        )
        if (outcome === undefined || (outcome.kind === 'waiting' && outcome.held)) this.#report.leave()
        this.#report.settle(entry.name)
        const works = client !== undefined && this.#gates.isOpen(client)
        if (works) await this.#clientWorks(client)
      }),
    )
  }

  async end(): Promise<RefreshAnswer> {
    const { telemetry } = this.#dependencies
    try {
      await this.#teller.tell(this.#invocation)
    } catch (error) {
      this.#storeFailed(error)
    }
    const summary = this.#report.summary()
    // A tick over named connections has not seen the others, so it says nothing of them all.
    if (this.#event.connections === undefined) telemetry.tick(summary)
    const { refreshed, published, fresh, failed, left } = summary
    return { refreshed, published, fresh, failed, left }
  }

  /** @returns how many were due, had no place, and are not held up */
  async #workThrough(first: boolean): Promise<number> {
    const { store, clock, settings } = this.#dependencies
    let dropped = 0
    const due = new MostUrgent<StoredEntry>(this.#capacity(), ({ name }) => {
      dropped++
      this.#report.settle(name)
    })
    for await (const entry of listAll(store, 'grants')) {
      if (!inShard(entry.name, this.#event) || this.#done.has(entry.name)) continue
      const status = readStatus(entry.tags, entry.currentVersionId)
      if (first) this.#see(entry, status)
      if (!isDue(status, clock.now())) {
        if (first) this.#report.notDue(status)
        this.#report.settle(entry.name)
      } else if (status.client !== undefined && this.#gates.isHeld(status.client)) {
        if (first) this.#report.leave()
        this.#report.settle(entry.name)
      } else {
        due.add(urgency(status, settings.timing, clock.now()), entry)
      }
    }
    const taken = due.take()
    for (const { name } of taken) this.#done.add(name)
    await this.work(taken)
    return dropped
  }

  /** As many as could be refreshed in what is left of the invocation. */
  #capacity(): number {
    const seconds = Math.max(0, this.#invocation.remainingMilliseconds() - refreshMilliseconds) / 1000
    return Math.max(leastCapacity, Math.ceil((seconds * this.#paced.writesPerSecond) / writesPerRefresh))
  }

  async #one(entry: StoredEntry): Promise<Outcome> {
    const { telemetry, random } = this.#dependencies
    const correlationId = random.uuid()
    const outcome = await refreshConnection(this.#dependencies, {
      entry,
      force: this.#event.force ?? false,
      correlationId,
      invocation: this.#invocation,
      gates: this.#gates,
    })
    this.#report.add(entry, outcome)
    this.#teller.happened(entry, outcome)
    telemetry.outcome({ connection: entry.name, outcome, correlationId })
    return outcome
  }

  /** What waits already for its turn to write is written before. */
  #isOver(): boolean {
    return this.#invocation.remainingMilliseconds() - this.#paced.backlogMilliseconds() < refreshMilliseconds
  }

  #see(entry: StoredEntry, status: ConnectionStatus): void {
    this.#report.see(entry, status)
    this.#teller.see(entry, status)
  }

  #seeClient(entry: StoredEntry): void {
    const status = readStatus(entry.tags, entry.currentVersionId)
    this.#report.seeClient(entry, status)
    this.#teller.see(entry, status)
    const { failure } = status
    const endpoint = entry.tags[tags.tokenEndpoint]
    if (endpoint) this.#endpoints.set(entry.name, new URL(endpoint).host)
    if (hasTrouble(entry)) this.#clients.set(entry.name, entry)
    if (failure !== undefined && !isDue(status, this.#dependencies.clock.now())) this.#gates.close(entry.name)
  }

  /** It concerns no connection in particular, and the next tick makes good for it. */
  #storeFailed(error: unknown): void {
    if (!(error instanceof StoreFailure)) throw error
    const outcome: Outcome = { kind: 'failed', failure: error.failure }
    this.#report.add({ name: '' }, outcome)
    this.#dependencies.telemetry.outcome({ connection: '', outcome })
  }

  /** Its connections are refreshed again, so whatever was recorded of it is over. Once in a tick. */
  async #clientWorks(name: string): Promise<void> {
    const entry = this.#clients.get(name)
    if (entry === undefined) return
    this.#clients.delete(name)
    const { store, clock } = this.#dependencies
    this.#teller.clientWorks(entry)
    this.#report.clientWorks(name)
    try {
      await store.tag({ room: 'clients', name }, recoveredTags(new Date(clock.now())))
    } catch (error) {
      this.#storeFailed(error)
    }
  }
}

/** A client that was at fault, or of which people still think so. */
const hasTrouble = (entry: StoredEntry): boolean =>
  entry.tags[tags.told] === 'action-required' || readStatus(entry.tags, entry.currentVersionId).failure !== undefined

/** Tags that cannot be believed have no next attempt: somebody has to look. */
const isDue = (status: ConnectionStatus, now: number): boolean => {
  const next = nextLook(status, now)
  return status.status !== 'paused' && (next === undefined || next.getTime() <= now)
}

/** The same connection is never in two shards, and every connection is in one. */
export const shardOf = (connection: string, of: number): number =>
  createHash('sha256').update(connection).digest().readUInt32BE(0) % of

const inShard = (connection: string, { shard, of }: RefreshEvent): boolean =>
  of === undefined || shardOf(connection, of) === shard
