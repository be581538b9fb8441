// The work of a tick: ask for one connection after another, probe clients at fault, and keep what people are to be told.

import { tags } from '../../contract.ts'
import type { Failure } from '../../core/failures/failure.ts'
import { readNotified } from '../../core/tags/notified.ts'
import { readClientTags } from '../../core/tags/read-client-tags.ts'
import {
  type ConnectionStatus,
  isDue,
  isHeldByClient,
  isRetryableClass,
  readStatus,
  recoveredTags,
} from '../../core/tags/status.ts'
import { urgency } from '../../core/urgency.ts'
import { type Dependencies, type Invocation, type Outcome, type StoredEntry, StoreFailure } from '../../ports.ts'
import { ClientTagsUpdater } from '../client/update-client-tags.ts'
import { refreshConnection } from '../connection/refresh-connection.ts'
import { CircuitBreakers } from '../limits/circuit-breakers.ts'
import { EndpointConcurrency } from '../limits/endpoint-concurrency.ts'
import type { RefusalContext } from '../limits/judge-refusal.ts'
import { Delays } from '../reporting/delays.ts'
import { Notifier } from '../reporting/notifier.ts'
import { TickReport } from '../reporting/tick-report.ts'

export interface TickWorkInput {
  readonly force: boolean
  readonly invocation: Invocation
  /** No further refresh may begin. */
  readonly isOver: () => boolean
  /** Of several shards one probes a client at fault, and tells of it. */
  readonly ownsClient: (client: string) => boolean
}

const defectFailure: Failure = {
  class: 'store',
  code: 'unexpected_error',
  remedy: 'Report this as a defect of token-refresher with the log line "defect" of the same run.',
}

/** So many connections are asked for what one client's fault is about. */
const mostProbes = 3

export class TickWork {
  readonly report: TickReport
  readonly breakers = new CircuitBreakers()
  readonly #dependencies: Dependencies
  readonly #input: TickWorkInput
  readonly #notifier: Notifier
  readonly #delays: Delays
  readonly #lanes = new EndpointConcurrency()
  readonly #clientTags: ClientTagsUpdater
  readonly #court: RefusalContext
  /** Clients that were at fault, or of which people still think so, by name. */
  readonly #clients = new Map<string, StoredEntry>()
  /** All clients that were listed. */
  readonly #listed = new Set<string>()
  /** Not all clients could be listed: one that was not seen is looked up when a connection of it is asked. */
  clientsMissing = false
  readonly #lookedUp = new Map<string, Promise<void>>()
  /** Hosts of token endpoints, by the client's name. */
  readonly #hosts = new Map<string, string>()
  /** Connections that are due, by client, until they are asked. */
  readonly #waiting = new Map<string, Set<string>>()
  readonly #asked = new Set<string>()

  constructor(dependencies: Dependencies, input: TickWorkInput) {
    this.#dependencies = dependencies
    this.#input = input
    this.report = new TickReport(dependencies.clock.now())
    this.#notifier = new Notifier(dependencies, input.ownsClient)
    this.#delays = new Delays(dependencies)
    this.#clientTags = new ClientTagsUpdater(dependencies)
    this.#court = {
      breakers: this.breakers,
      startedAt: dependencies.clock.now(),
      waiting: (client) => [...(this.#waiting.get(client) ?? [])],
      askAnother: (client, exceptFor, since) => this.#askAnother(client, exceptFor, since),
    }
  }

  /** A connection as it is listed. */
  see(entry: StoredEntry, status: ConnectionStatus): void {
    this.report.see(entry, status)
    this.#notifier.see(entry, status)
    this.#delays.see(entry, status)
  }

  /** A client as it is listed. */
  seeClient(entry: StoredEntry): void {
    const { name } = entry
    const status = clientStatus(entry)
    this.#listed.add(name)
    this.#clientTags.listed(entry)
    this.report.seeClient(entry, status)
    this.#notifier.see(entry, status)
    const host = readClientTags(entry.tags).tokenEndpointHost
    if (host !== undefined) this.#hosts.set(name, host)
    if (!hasTrouble(entry)) return
    this.seeNamedClient(entry)
    if (status.failure !== undefined && !isDue(status, this.#dependencies.clock.now())) this.breakers.open(name)
  }

  /** A client of connections that a person asks for: no breaker is open, but what works again is noted. */
  seeNamedClient(entry: StoredEntry): void {
    if (!hasTrouble(entry)) return
    this.#clients.set(entry.name, entry)
    const { failure } = clientStatus(entry)
    if (failure?.status === 'action-required') this.breakers.markAtFault(entry.name)
  }

  /** Once all connections were seen: what they say of the clients that were at fault. */
  async settleClients(): Promise<void> {
    for (const name of this.#listed) {
      if (this.breakers.evidence(name).isUsed) continue
      this.report.unused(name)
      this.#notifier.forgetExpiry(name)
    }
    for (const [name, entry] of this.#clients) {
      const { failure } = readStatus(entry.tags, entry.currentVersionId)
      // A sign-in, or a refresh that a person asked for, has shown meanwhile that the client works.
      if (failure === undefined || this.breakers.evidence(name).refreshedAt <= failure.failed.getTime()) continue
      await this.#clientWorks(name)
    }
  }

  /** Asks for all of them, and for one connection of each client at fault whose next probe is due. */
  async askAll(due: readonly StoredEntry[]): Promise<void> {
    for (const { name, tags: all } of due) this.#wait(name, all[tags.client])
    const faulty = [...this.#clients].filter(([name]) => this.breakers.isAtFault(name) && !this.breakers.isOpen(name))
    const probes = this.#input.force ? [] : faulty.map(([, entry]) => this.#probeInShard(entry))
    await Promise.all([...probes, ...due.map((entry) => this.#askInTurn(entry))])
  }

  /** Reports what has changed, and keeps the store's failures for the run's report. */
  async tell(): Promise<void> {
    try {
      for (const { entry, delay } of await this.#delays.settle(this.breakers)) this.#notifier.delayed(entry, delay)
      await this.#notifier.tell(this.#input.invocation)
    } catch (error) {
      this.storeFailed(error)
    }
  }

  /** It concerns no connection in particular, and the next tick makes good for it. */
  storeFailed(error: unknown): void {
    if (!(error instanceof StoreFailure)) throw error
    const outcome: Outcome = { kind: 'failed', failure: error.failure }
    this.report.add({ name: '' }, outcome)
    this.#dependencies.telemetry.outcome({ connection: '', outcome })
  }

  async #askInTurn(entry: StoredEntry): Promise<void> {
    const { settings, clock } = this.#dependencies
    const status = readStatus(entry.tags, entry.currentVersionId)
    const { client } = status
    const urgent = this.#input.force || urgency(status, settings.timing, clock.now()) < 0
    if (this.clientsMissing && client !== undefined) await this.#lookUp(client)
    // Waiting for another connection's answer takes no slot: a slow provider holds up its own connections only.
    const outcome = await this.breakers.pass({ client, urgent }, () =>
      this.#lanes.run(this.#hosts.get(client ?? '') ?? client ?? '', async () => {
        if (this.#asked.has(entry.name)) return { kind: 'waiting' }
        if ((client !== undefined && this.breakers.isOpen(client)) || this.#input.isOver()) {
          return { kind: 'waiting', held: true }
        }
        return this.#ask(entry, { force: this.#input.force, urgent })
      }),
    )
    this.#waiting.get(client ?? '')?.delete(entry.name)
    if (outcome === undefined || (outcome.kind === 'waiting' && outcome.held)) this.report.leave()
    this.report.settle(entry.name)
    if (client !== undefined && this.breakers.works(client)) await this.#clientWorks(client)
  }

  /** Whatever happens to one connection, the tick goes on with the others. */
  async #ask(entry: StoredEntry, { force, urgent }: { force: boolean; urgent: boolean }): Promise<Outcome> {
    const { telemetry, random } = this.#dependencies
    this.#asked.add(entry.name)
    const correlationId = random.uuid()
    const { invocation } = this.#input
    const input = {
      ...{ entry, force, urgent, correlationId, invocation },
      ...{ court: this.#court, clientTags: this.#clientTags },
      ...(this.clientsMissing && { lookUpClient: (client: string) => this.#lookUp(client) }),
    }
    const outcome = await refreshConnection(this.#dependencies, input).catch((error: unknown): Outcome => {
      telemetry.defect({ connection: entry.name, ...placeOf(error) })
      return { kind: 'failed', failure: defectFailure }
    })
    this.report.add(entry, outcome)
    this.#notifier.happened(entry, outcome)
    await this.#delays.happened(entry, outcome)
    telemetry.outcome({ connection: entry.name, outcome, correlationId })
    return outcome
  }

  async #probeInShard({ name }: StoredEntry): Promise<void> {
    if (!this.#input.ownsClient(name)) return this.breakers.open(name)
    await this.breakers.probe(name, async () => {
      // A list may lag: the probe that it shows as due may have been made by the tick before.
      const newest = await this.#dependencies.store.describe({ room: 'clients', name }).catch(() => undefined)
      const status = newest && clientStatus(newest)
      const isOver = status !== undefined && status.failure === undefined
      if (newest === undefined || status === undefined || isOver) return
      if (isDue(status, this.#dependencies.clock.now())) await this.#probe(newest)
      else this.breakers.open(name)
    })
    if (this.breakers.works(name)) await this.#clientWorks(name)
  }

  /** One connection asks for a client at fault: another than last time, and preferably one that was refreshed last. */
  async #probe({ name: client, tags: all }: StoredEntry): Promise<void> {
    const last = readClientTags(all).probe
    const witnesses = this.breakers.evidence(client).witnesses()
    const others = witnesses.filter((name) => name !== last)
    for (const name of [...others, ...witnesses.filter((one) => one === last)].slice(0, mostProbes)) {
      if (this.#input.isOver()) break
      const outcome = await this.#askByName(client, name)
      if (this.breakers.works(client) || this.breakers.isOpen(client)) return
      // Not asked, or refused for its own sake: another one may be refreshed.
      if (outcome !== undefined && !isOwnRefusal(outcome)) break
    }
    // Where no tag names a connection of this client, the one that asks for itself is the probe.
    if (witnesses.length > 0) this.breakers.open(client)
  }

  async #askAnother(client: string, exceptFor: string, since: number): Promise<void> {
    const { store } = this.#dependencies
    const evidence = this.breakers.evidence(client)
    const names = new Set([...this.#court.waiting(client), ...evidence.witnesses(2)])
    for (const name of [...names].filter((one) => one !== exceptFor && !this.#asked.has(one)).slice(0, mostProbes)) {
      if (this.#input.isOver()) return
      const entry = await store.describe({ room: 'grants', name })
      const status = entry && readStatus(entry.tags, entry.currentVersionId)
      // Refreshed meanwhile, which a listing that lags does not show.
      if (status?.refreshed !== undefined) evidence.refreshed(status.refreshed.getTime())
      if (evidence.isAlone(since)) return
      await this.#askByName(client, name, entry)
      if (this.breakers.isOpen(client) || evidence.isAlone(since)) return
    }
  }

  /** @returns undefined when it is paused, has gone, or may not be asked yet */
  async #askByName(client: string, name: string, known?: StoredEntry): Promise<Outcome | undefined> {
    const { store, clock } = this.#dependencies
    const entry = known ?? (await store.describe({ room: 'grants', name }))
    const status = entry && readStatus(entry.tags, entry.currentVersionId)
    if (entry === undefined || status === undefined || status.status === 'paused') return undefined
    // A failure of its own says when the provider may be asked again.
    const { failure } = status
    if (failure !== undefined && !isHeldByClient(failure) && failure.retry.getTime() > clock.now()) return undefined
    return this.breakers.learn(client, await this.#ask(entry, { force: true, urgent: true }))
  }

  /** A client at fault must not be asked for because a list was incomplete. */
  #lookUp(client: string): Promise<void> {
    const looking = this.#lookedUp.get(client) ?? this.#lookUpOnce(client)
    this.#lookedUp.set(client, looking)
    return looking
  }

  async #lookUpOnce(client: string): Promise<void> {
    if (this.#listed.has(client)) return
    try {
      const entry = await this.#dependencies.store.describe({ room: 'clients', name: client })
      if (entry !== undefined) this.seeClient(entry)
    } catch (error) {
      this.storeFailed(error)
    }
  }

  #wait(name: string, client: string | undefined): void {
    if (client === undefined) return
    const names = this.#waiting.get(client) ?? new Set()
    this.#waiting.set(client, names.add(name))
  }

  /** Its connections are refreshed again, so whatever was recorded of it is over. Once in a tick. */
  async #clientWorks(name: string): Promise<void> {
    const entry = this.#clients.get(name)
    if (entry === undefined) return
    this.#clients.delete(name)
    const { store, clock } = this.#dependencies
    this.#notifier.clientWorks(entry)
    this.report.clientWorks(name)
    try {
      await store.tag({ room: 'clients', name }, recoveredTags(new Date(clock.now())))
    } catch (error) {
      this.storeFailed(error)
    }
  }
}

/** A client is never paused, whatever its tags say: a pause is of a connection. */
const clientStatus = ({ tags: all, currentVersionId }: StoredEntry): ConnectionStatus => {
  const status = readStatus(all, currentVersionId)
  return { ...status, status: status.failure?.status ?? 'healthy' }
}

/** A client that was at fault, or of which people still think so. */
const hasTrouble = ({ tags: all, currentVersionId }: StoredEntry): boolean =>
  !['healthy', undefined].includes(readNotified(all[tags.told]).state) ||
  readStatus(all, currentVersionId).failure !== undefined

/** The provider accepted the client and refused this connection alone. */
const isOwnRefusal = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.asked === true && !isRetryableClass(outcome.failure.class)

/** Where in the code it happened, and nothing of its message, which may hold a secret. */
const placeOf = (error: unknown): { readonly error: string; readonly at: readonly string[] } => {
  if (!(error instanceof Error)) return { error: typeof error, at: [] }
  const lines = (error.stack ?? '').split('\n').map((line) => line.trim())
  return { error: error.name, at: lines.filter((line) => line.startsWith('at ')).slice(0, 8) }
}
