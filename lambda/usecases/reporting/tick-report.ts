// The report of a tick: its answer, and the figures for the alarms.

import type { FailureClass } from '../../contract.ts'
import { day, minute } from '../../core/milliseconds.ts'
import { expiryForPeople } from '../../core/tags/read-client-tags.ts'
import { type ConnectionStatus, isHeldByClient } from '../../core/tags/status.ts'
import type { Failed, Outcome, StoredEntry, TickSummary } from '../../ports.ts'

interface Known {
  refreshed: number | undefined
  /** When the published access token ends; undefined if the mode promises no valid one. */
  expires: number | undefined
  actionRequired: boolean
}

export class TickReport {
  readonly #now: number
  /** By connection: figures that may still change in this tick. `settle` moves them to the totals. */
  readonly #open = new Map<string, Known>()
  #connections = 0
  #actionRequired = 0
  #refreshed: number | undefined
  #expires: number | undefined
  readonly #failed: Partial<Record<FailureClass, number>> = {}
  readonly #counts = { refreshed: 0, published: 0, fresh: 0, left: 0 }
  readonly #clientsInNeed = new Set<string>()
  /** When the last client secret of each client expires, in milliseconds, if known. */
  readonly #clientSecrets = new Map<string, number>()
  /** Like `#failed`, without connections and clients that were known to need a person. */
  readonly #failing: Partial<Record<FailureClass, number>> = {}

  constructor(now: number) {
    this.#now = now
  }

  /** Takes a connection from the list, with its tags before any work. */
  see(entry: { readonly name: string }, status: ConnectionStatus): void {
    this.#connections++
    this.#open.set(entry.name, {
      refreshed: status.refreshed?.getTime(),
      expires: status.mode === 'fresh' && status.status !== 'paused' ? status.expires?.getTime() : undefined,
      actionRequired: status.status === 'action-required' && !(status.failure && isHeldByClient(status.failure)),
    })
  }

  /** Its tags can be trusted and show that no work is due. */
  notDue(status: ConnectionStatus): void {
    if (status.failure === undefined && status.status !== 'paused') this.#counts.fresh++
  }

  seeClient({ tags: all, name }: Pick<StoredEntry, 'tags' | 'name'>, status: ConnectionStatus): void {
    if (status.failure?.status === 'action-required') this.#clientsInNeed.add(name)
    const expires = expiryForPeople(all, this.#now)
    if (expires !== undefined) this.#clientSecrets.set(name, expires.getTime())
  }

  /** No connection uses it, so nothing about it needs a person. */
  unused(name: string): void {
    this.#clientsInNeed.delete(name)
    this.#clientSecrets.delete(name)
  }

  /** Its connections are refreshed again. */
  clientWorks(name: string): void {
    this.#clientsInNeed.delete(name)
  }

  leave(): void {
    this.#counts.left++
  }

  add(entry: { readonly name: string }, outcome: Outcome): void {
    switch (outcome.kind) {
      case 'refreshed':
      case 'published':
      case 'fresh':
        this.#counts[outcome.kind]++
        this.#open.set(entry.name, {
          refreshed: outcome.times.refreshedAt.getTime(),
          expires: outcome.times.mode === 'fresh' ? outcome.times.expiresAt.getTime() : undefined,
          actionRequired: false,
        })
        return
      case 'failed': {
        const { class: name } = outcome.failure
        this.#failed[name] = (this.#failed[name] ?? 0) + 1
        // ActionRequired reports those that are known to need a person, so that their attempts do not start another alarm.
        if (outcome.recorded?.before?.status !== 'action-required') this.fail(name)
        for (const one of [outcome, outcome.client]) this.#need(entry.name, one)
        return
      }
      case 'waiting':
      case 'superseded':
      case 'claimed':
        return
    }
  }

  /** A call of AWS failed beside the refreshes: an alarm must start, but no connection has failed. */
  fail(name: FailureClass): void {
    this.#failing[name] = (this.#failing[name] ?? 0) + 1
  }

  #need(connection: string, failed: Failed | undefined): void {
    if (failed?.recorded === undefined) return
    const { entry, state } = failed.recorded
    const needed = state.status === 'action-required'
    const known = this.#open.get(connection)
    if (entry.room === 'clients') {
      if (needed) this.#clientsInNeed.add(entry.name)
    } else if (known !== undefined) known.actionRequired = needed && !isHeldByClient(state)
  }

  /** This connection does not change again in this tick, so only its share of the figures is kept. */
  settle(name: string): void {
    const known = this.#open.get(name)
    if (known === undefined) return
    this.#open.delete(name)
    this.#refreshed = lower(this.#refreshed, known.refreshed)
    this.#expires = lower(this.#expires, known.expires)
    if (known.actionRequired) this.#actionRequired++
  }

  summary(): TickSummary {
    for (const name of [...this.#open.keys()]) this.settle(name)
    const refreshed = this.#refreshed
    const expires = this.#expires
    const secret = this.#clientSecrets.size === 0 ? undefined : Math.min(...this.#clientSecrets.values())
    return {
      ...this.#counts,
      failed: this.#failed,
      failing: this.#failing,
      connections: this.#connections,
      actionRequired: this.#actionRequired + this.#clientsInNeed.size,
      oldestRefreshDays: refreshed && (this.#now - refreshed) / day,
      lowestValidityMinutes: expires && (expires - this.#now) / minute,
      clientSecretDays: secret && (secret - this.#now) / day,
    }
  }
}

const lower = (low: number | undefined, value: number | undefined): number | undefined =>
  value === undefined || (low !== undefined && low <= value) ? low : value
