// A tick: list the connections, look at those that are due, the oldest first, tell what has changed, and end in time.

import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import { type RefreshAnswer, type RefreshEvent, tags } from '../contract.ts'
import { ownFailure } from '../core/failure-table.ts'
import { type ConnectionStatus, readStatus, recoveredTags } from '../core/status.ts'
import { type Dependencies, type Invocation, type Outcome, type StoredEntry, StoreFailure } from '../ports.ts'
import { Gates } from './gates.ts'
import { pacedStore } from './pace.ts'
import { refreshConnection } from './refresh-connection.ts'
import { Teller } from './tell.ts'
import { TickReport } from './tick-report.ts'

/** At 150 ms a token request, this many at once pass the store's write quota, which is the limit then. */
const concurrency = 16

/** Nothing is redeemed that may not be stored: a token request and its writes are over within this. */
const refreshMilliseconds = 40_000

export const refreshConnections = async (
  dependencies: Dependencies,
  event: RefreshEvent,
  invocation: Invocation,
): Promise<RefreshAnswer> => {
  const paced = { ...dependencies, store: pacedStore(dependencies, event.of ?? 1) }
  const tick = new Tick(paced, event, invocation)
  const due = event.connections === undefined ? await tick.listDue() : await tick.named(event.connections)
  await tick.work(due)
  return tick.end()
}

class Tick {
  readonly #dependencies: Dependencies
  readonly #event: RefreshEvent
  readonly #invocation: Invocation
  readonly #report: TickReport
  readonly #teller: Teller
  readonly #gates = new Gates()
  /** Clients that were at fault, by name. */
  readonly #clients = new Map<string, StoredEntry>()

  constructor(dependencies: Dependencies, event: RefreshEvent, invocation: Invocation) {
    this.#dependencies = dependencies
    this.#event = event
    this.#invocation = invocation
    this.#report = new TickReport(dependencies.clock.now())
    this.#teller = new Teller(dependencies)
  }

  async listDue(): Promise<readonly StoredEntry[]> {
    const { store, clock } = this.#dependencies
    const due: { readonly entry: StoredEntry; readonly next: number }[] = []
    for await (const entry of store.list(['grants', 'clients'])) {
      const status = readStatus(entry.tags, entry.currentVersionId)
      if (entry.room === 'clients') {
        this.#seeClient(entry, status)
      } else if (inShard(entry.name, this.#event)) {
        this.#report.see(entry, status)
        this.#teller.see(entry, status)
        if (isDue(status, clock.now())) due.push({ entry, next: status.next?.getTime() ?? 0 })
        else this.#report.notDue(status)
      }
    }
    return due.sort((a, b) => a.next - b.next).map(({ entry }) => entry)
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
    const limit = pLimit(concurrency)
    let stopped = false
    await Promise.all(
      due.map(async (entry) => {
        const { client } = readStatus(entry.tags, entry.currentVersionId)
        // Waiting for a scout takes no slot: a slow provider holds up its own connections only.
        const outcome = await this.#gates.pass(client, () =>
          limit(async () => {
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

  #isOver(): boolean {
    return this.#invocation.remainingMilliseconds() < refreshMilliseconds
  }

  #seeClient(entry: StoredEntry, status: ConnectionStatus): void {
    this.#report.seeClient(entry, status)
    this.#teller.see(entry, status)
    const { failure } = status
    if (hasTrouble(entry)) this.#clients.set(entry.name, entry)
    if (failure !== undefined && failure.retry.getTime() > this.#dependencies.clock.now()) this.#gates.close(entry.name)
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
const isDue = ({ status, next }: ConnectionStatus, now: number): boolean =>
  status !== 'paused' && (next === undefined || next.getTime() <= now)

/** The same connection is never in two shards, and every connection is in one. */
export const shardOf = (connection: string, of: number): number =>
  createHash('sha256').update(connection).digest().readUInt32BE(0) % of

const inShard = (connection: string, { shard, of }: RefreshEvent): boolean =>
  of === undefined || shardOf(connection, of) === shard
