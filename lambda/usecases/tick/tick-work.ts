// The work of a tick: refreshes the connections that are due, probes clients at fault, and collects what to report.

import { type ConnectionSettings, tags } from '../../contract.ts'
import type { Failure } from '../../core/failures/failure.ts'
import { type ConnectionStatus, readStatus } from '../../core/tags/status.ts'
import { urgency } from '../../core/urgency.ts'
import {
  type Dependencies,
  type Invocation,
  type Outcome,
  type StoredEntry,
  StoreFailure,
  type StoreTask,
} from '../../ports.ts'
import { ClientTagsUpdater } from '../client/update-client-tags.ts'
import type { Answer } from '../connection/load-connection.ts'
import { refreshConnection } from '../connection/refresh-connection.ts'
import { CircuitBreakers } from '../limits/circuit-breakers.ts'
import { clientOf } from '../limits/client-of.ts'
import { EndpointConcurrency } from '../limits/endpoint-concurrency.ts'
import type { RefusalContext } from '../limits/judge-refusal.ts'
import { Prober } from '../limits/probe.ts'
import { Delays } from '../reporting/delays.ts'
import { Notifier } from '../reporting/notifier.ts'
import { Publications } from '../reporting/publications.ts'
import { TickReport } from '../reporting/tick-report.ts'
import type { PublishedChange } from '../secrets/publish.ts'
import { ReadAhead } from './read-ahead.ts'
import { TickClients } from './tick-clients.ts'

export interface TickWorkInput {
  readonly force: boolean
  readonly invocation: Invocation
  /** No further refresh may begin. */
  readonly isOver: () => boolean
  /** Only one of several shards probes a client at fault, and reports it. */
  readonly ownsClient: (client: string) => boolean
  /** New settings of each connection. @default no change */
  readonly set?: ConnectionSettings | undefined
  /** Receives the result of each due connection; undefined: it was not tried. */
  readonly onOutcome?: (connection: string, outcome: Outcome | undefined) => void
}

const defectFailure: Failure = {
  class: 'store',
  code: 'unexpected_error',
  remedy: 'Report this as a defect of token-refresher with the log line "defect" of the same run.',
}

interface Asking {
  readonly force: boolean
  readonly urgent: boolean
  readonly known?: readonly Answer[] | undefined
}

export class TickWork {
  readonly report: TickReport
  readonly breakers = new CircuitBreakers()
  readonly #dependencies: Dependencies
  readonly #input: TickWorkInput
  readonly #notifier: Notifier
  readonly #delays: Delays
  readonly #publications: Publications
  readonly #concurrency = new EndpointConcurrency()
  readonly #clientTags: ClientTagsUpdater
  readonly #readAhead: ReadAhead
  readonly #context: RefusalContext
  readonly #prober: Prober
  readonly clients: TickClients
  /** Connections that are due, by client, until they are asked. */
  readonly #waiting = new Map<string, Set<string>>()
  readonly #asked = new Set<string>()

  constructor(dependencies: Dependencies, input: TickWorkInput) {
    this.#dependencies = dependencies
    this.#input = input
    this.report = new TickReport(dependencies.clock.now())
    this.#notifier = new Notifier(dependencies, input.ownsClient)
    this.#delays = new Delays(dependencies, input.ownsClient)
    this.#publications = new Publications(dependencies)
    this.#clientTags = new ClientTagsUpdater(dependencies)
    this.#readAhead = new ReadAhead(dependencies)
    this.clients = new TickClients(dependencies, {
      breakers: this.breakers,
      report: this.report,
      notifier: this.#notifier,
      clientTags: this.#clientTags,
      onStoreFailure: (error) => this.noteStoreFailure(error),
    })
    const waiting = (client: string): readonly string[] => [...(this.#waiting.get(client) ?? [])]
    this.#prober = new Prober(dependencies, this.breakers, {
      isOver: input.isOver,
      ownsClient: input.ownsClient,
      waiting,
      wasAsked: (connection) => this.#asked.has(connection),
      ask: (entry) => {
        this.#asked.add(entry.name)
        return this.#ask(entry, { force: true, urgent: true })
      },
    })
    this.#context = {
      breakers: this.breakers,
      startedAt: dependencies.clock.now(),
      waiting,
      askAnother: (client, exceptFor, since) => this.#prober.askAnother(client, exceptFor, since),
    }
  }

  /** Takes a connection from the list. */
  see(entry: StoredEntry, status: ConnectionStatus): void {
    this.report.see(entry, status)
    this.#notifier.see(entry, status)
    this.#delays.see(entry, status)
    this.#publications.see(entry)
  }

  /** Refreshes all of them, and probes one connection of each client at fault whose next probe is due. */
  async askAll(due: readonly StoredEntry[]): Promise<void> {
    for (const { name, tags: all } of due) this.#wait(name, all[tags.client])
    const probes = this.#input.force ? [] : this.clients.toProbe().map((entry) => this.#probe(entry))
    await Promise.all([...probes, ...due.map((entry) => this.#askInTurn(entry))])
  }

  /** Reports changes, and keeps the store's failures for the run's report. */
  async notify(): Promise<void> {
    const { invocation } = this.#input
    await this.#announcing(async () => {
      for (const { entry, delay } of await this.#delays.settle(this.breakers)) this.#notifier.delayed(entry, delay)
      await this.#notifier.notify(invocation)
    })
    await this.#announcing(() => this.#publications.announce(invocation))
  }

  async #announcing(announce: () => Promise<void>): Promise<void> {
    try {
      await announce()
    } catch (error) {
      this.noteStoreFailure(error, 'announce')
    }
  }

  /** The failure concerns no connection in particular, and the next tick repairs it. */
  noteStoreFailure(error: unknown, task: StoreTask = 'list or tag'): void {
    if (!(error instanceof StoreFailure)) throw error
    const { failure } = error
    this.report.fail(failure.class)
    this.#dependencies.telemetry.storeFailed({ task, name: '', failure })
  }

  async #askInTurn(entry: StoredEntry): Promise<void> {
    const { settings, clock } = this.#dependencies
    const status = readStatus(entry.tags, entry.currentVersionId)
    this.#readAhead.expect(entry, status)
    const client = await clientOf(this.#dependencies, entry)
    const urgent = this.#input.force || urgency(status, settings.timing, clock.now()) < 0
    if (this.clients.incomplete && client !== undefined) await this.clients.lookUp(client)
    // A wait for another connection's answer takes no slot, so a slow provider delays only its own connections.
    const outcome = await this.breakers.pass({ client, urgent }, () =>
      this.#concurrency.run(this.clients.hostOf(client ?? '') ?? client ?? '', async () => {
        if (this.#asked.has(entry.name)) return { kind: 'waiting' }
        if ((client !== undefined && this.breakers.isOpen(client)) || this.#input.isOver()) {
          return { kind: 'waiting', held: true }
        }
        this.#asked.add(entry.name)
        return this.#ask(entry, { force: this.#input.force, urgent, known: await this.#known(entry, client) })
      }),
    )
    this.#waiting.get(status.client ?? '')?.delete(entry.name)
    const left = outcome === undefined || (outcome.kind === 'waiting' && outcome.held)
    if (left) this.report.leave()
    this.#input.onOutcome?.(entry.name, left ? undefined : outcome)
    this.report.settle(entry.name)
    if (client !== undefined && this.breakers.works(client)) await this.clients.works(client)
  }

  /** What was read of it together with others. A connection that a person asks for, or that asks as a probe, is read alone. */
  async #known(entry: StoredEntry, client: string | undefined): Promise<readonly Answer[] | undefined> {
    if (!this.#input.force && client !== undefined && this.breakers.isClosed(client)) {
      return this.#readAhead.take(entry, client)
    }
    this.#readAhead.skip(entry, client)
    return undefined
  }

  /** A defect in one connection's refresh is logged, and the tick continues with the others. */
  async #ask(entry: StoredEntry, { force, urgent, known }: Asking): Promise<Outcome> {
    const { telemetry, random } = this.#dependencies
    const correlationId = random.uuid()
    const { invocation, set } = this.#input
    const input = {
      ...(set !== undefined && { set }),
      ...{ entry, known, force, urgent, correlationId, invocation },
      ...{ context: this.#context, clientTags: this.#clientTags },
      onChange: (change: PublishedChange) => this.#publications.made(entry.name, change),
      ...(this.clients.incomplete && { lookUpClient: (client: string) => this.clients.lookUp(client) }),
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

  async #probe(entry: StoredEntry): Promise<void> {
    await this.#prober.probe(entry)
    if (this.breakers.works(entry.name)) await this.clients.works(entry.name)
  }

  #wait(name: string, client: string | undefined): void {
    if (client === undefined) return
    const names = this.#waiting.get(client) ?? new Set()
    this.#waiting.set(client, names.add(name))
  }
}

/** The place in the code, without the error message, which may contain a secret. */
const placeOf = (error: unknown): { readonly error: string; readonly at: readonly string[] } => {
  if (!(error instanceof Error)) return { error: typeof error, at: [] }
  const lines = (error.stack ?? '').split('\n').map((line) => line.trim())
  return { error: error.name, at: lines.filter((line) => line.startsWith('at ')).slice(0, 8) }
}
