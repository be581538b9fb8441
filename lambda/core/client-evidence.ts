// The evidence for and against a client: its connections' refusals because of the client, and their refreshes since.

import { tickSlackMinutes } from '../contract.ts'
import type { ConnectionStatus } from './tags/status.ts'

/** The newest refusals suffice: a refresh that is newer than one of them is newer than all before it. */
const mostKept = 3

interface Refused {
  readonly connection: string
  /** When its series of failures began. */
  readonly since: number
}

interface Witness {
  readonly name: string
  /** 2: not failing. 1: refused because of the client, or held since. 0: failing for its own reasons, or perhaps another client's. */
  readonly rank: 0 | 1 | 2
  readonly refreshed: number
  /** When it failed last. */
  readonly failed: number
}

export class ClientEvidence {
  #connections = 0
  #isUsed = false
  #refreshedAt = Number.NEGATIVE_INFINITY
  #refused: Refused[] = []
  #witnesses: Witness[] = []

  /** Connections of this client that are not paused. */
  get connections(): number {
    return this.#connections
  }

  /** Whether it has a connection, paused or not. */
  get isUsed(): boolean {
    return this.#isUsed
  }

  /** The last known refresh of one of its connections, in milliseconds. */
  get refreshedAt(): number {
    return this.#refreshedAt
  }

  /** Refusals that no refresh of another connection contradicts, oldest first. */
  get standing(): readonly Refused[] {
    return this.#refused.filter(({ since }) => !this.isAlone(since)).toReversed()
  }

  /** @returns connections that can show whether the client works, the best first: healthy ones, then the one that failed longest ago */
  witnesses(lowestRank: Witness['rank'] = 0): readonly string[] {
    return this.#witnesses.filter(({ rank }) => rank >= lowestRank).map(({ name }) => name)
  }

  /** Adds a connection, by its tags. */
  see(connection: string, status: ConnectionStatus, now: number): void {
    this.#isUsed = true
    if (status.status === 'paused') return
    this.#connections++
    const { failure } = status
    const refreshed = status.refreshed?.getTime() ?? Number.NEGATIVE_INFINITY
    // A time ahead of the clock is ignored. If the tag is in doubt, the refresh may have been with another client.
    if (!status.doubtful && refreshed <= now + tickSlackMinutes * 60_000) this.refreshed(refreshed)
    const held = failure?.concerns === 'held'
    const speaks = failure !== undefined && failure.concerns !== 'held'
    const forClient = speaks && (failure.concerns === 'client' || failure.class === 'refused')
    if (forClient) this.refuse(connection, failure.since.getTime())
    const rank = status.doubtful ? 0 : forClient || held ? 1 : speaks ? 0 : 2
    this.#keep({ name: connection, rank, refreshed, failed: failure?.failed.getTime() ?? 0 })
  }

  refreshed(at: number): void {
    this.#refreshedAt = Math.max(this.#refreshedAt, at)
  }

  refuse(connection: string, since: number): void {
    const others = this.#refused.filter((one) => one.connection !== connection)
    this.#refused = [...others, { connection, since }].sort((a, b) => b.since - a.since).slice(0, mostKept)
  }

  /** Another connection was refreshed after this one's first failure, so these failures are its own. */
  isAlone(since: number): boolean {
    return this.#refreshedAt > since
  }

  #keep(witness: Witness): void {
    const worst = this.#witnesses.at(-1)
    if (this.#witnesses.length === mostKept && worst !== undefined && better(worst, witness) <= 0) return
    this.#witnesses = [...this.#witnesses, witness].sort(better).slice(0, mostKept)
  }
}

/** Among failed connections, the one with the oldest attempt, so that each becomes the probe in turn. */
const better = (a: Witness, b: Witness): number => b.rank - a.rank || a.failed - b.failed || b.refreshed - a.refreshed
