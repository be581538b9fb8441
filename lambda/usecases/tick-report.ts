// What a tick has to tell: its answer, and the figures that the alarms watch.

import { type FailureClass, tags } from '../contract.ts'
import { type ConnectionStatus, isGoverned } from '../core/status.ts'
import type { Outcome, StoredEntry, TickSummary } from '../ports.ts'

interface Known {
  refreshed: number | undefined
  /** When the published access token ends; undefined where none is promised to be valid. */
  expires: number | undefined
  actionRequired: boolean
}

const day = 86_400_000
const minute = 60_000

export class TickReport {
  readonly #now: number
  readonly #known = new Map<string, Known>()
  readonly #failed: Partial<Record<FailureClass, number>> = {}
  readonly #counts = { refreshed: 0, published: 0, fresh: 0, left: 0 }
  readonly #clientsInNeed = new Set<string>()
  #nearestClientSecret: number | undefined

  constructor(now: number) {
    this.#now = now
  }

  /** As listed: what the tags say before anything is done. */
  see(entry: { readonly name: string }, status: ConnectionStatus): void {
    this.#known.set(entry.name, {
      refreshed: status.refreshed?.getTime(),
      expires: status.mode === 'fresh' && status.status !== 'paused' ? status.expires?.getTime() : undefined,
      actionRequired: status.status === 'action-required' && !(status.failure && isGoverned(status.failure)),
    })
  }

  /** Its tags say that there is nothing to do, and can be believed. */
  notDue(status: ConnectionStatus): void {
    if (status.failure === undefined && status.status !== 'paused') this.#counts.fresh++
  }

  seeClient({ tags: all, name }: Pick<StoredEntry, 'tags' | 'name'>, status: ConnectionStatus): void {
    if (status.failure?.status === 'action-required') this.#clientsInNeed.add(name)
    const expires = Date.parse(all[tags.clientSecretExpires] ?? '')
    if (Number.isNaN(expires)) return
    this.#nearestClientSecret = Math.min(this.#nearestClientSecret ?? Number.POSITIVE_INFINITY, expires)
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
        this.#known.set(entry.name, {
          refreshed: outcome.sight.refreshedAt.getTime(),
          expires: outcome.sight.mode === 'fresh' ? outcome.sight.expiresAt.getTime() : undefined,
          actionRequired: false,
        })
        return
      case 'failed': {
        const { class: name } = outcome.failure
        this.#failed[name] = (this.#failed[name] ?? 0) + 1
        const needed = outcome.state?.status === 'action-required'
        const known = this.#known.get(entry.name)
        if (outcome.about?.room === 'clients' && needed) this.#clientsInNeed.add(outcome.about.name)
        else if (known !== undefined && outcome.state !== undefined) {
          known.actionRequired = needed && !isGoverned(outcome.state)
        }
        return
      }
      case 'waiting':
      case 'superseded':
        return
    }
  }

  summary(): TickSummary {
    const known = [...this.#known.values()]
    const refreshed = lowest(known.map((one) => one.refreshed))
    const expires = lowest(known.map((one) => one.expires))
    const secret = this.#nearestClientSecret
    return {
      ...this.#counts,
      failed: this.#failed,
      connections: known.length,
      actionRequired: known.filter((one) => one.actionRequired).length + this.#clientsInNeed.size,
      oldestRefreshDays: refreshed && (this.#now - refreshed) / day,
      lowestValidityMinutes: expires && (expires - this.#now) / minute,
      clientSecretDays: secret && (secret - this.#now) / day,
    }
  }
}

const lowest = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce((low, value) => (value === undefined || (low !== undefined && low <= value) ? low : value), undefined)
