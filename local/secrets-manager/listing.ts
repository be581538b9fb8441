// The secrets in ListSecrets: filtered, sorted, in pages, and possibly with a lag.

import type { Clock } from '../clock.ts'
import { type Filter, matches, namePrefixes } from './filters.ts'
import type { Secret } from './model.ts'
import { OrderedSecrets } from './ordered-secrets.ts'

export const sortKeys = ['created-date', 'last-accessed-date', 'last-changed-date', 'name'] as const
export const sortOrders = ['asc', 'desc'] as const

/** The end of a page: the sort value and the sequence of its last secret. */
export type Position = readonly [value: string | number, sequence: number]

export interface Selection {
  readonly filters: readonly Filter[]
  readonly sortBy: (typeof sortKeys)[number]
  readonly sortOrder: (typeof sortOrders)[number]
  readonly includePlannedDeletion: boolean
  readonly after: Position | undefined
  readonly limit: number
}

export interface Page {
  readonly secrets: readonly Secret[]
  /** Undefined: this was the last page. */
  readonly end: Position | undefined
}

type Change = { readonly visibleAt: number; readonly apply: () => void }

export class Listing {
  readonly #clock: Clock
  readonly #lag: number
  readonly #secrets = new OrderedSecrets()
  /** Changes that ListSecrets does not show yet, oldest first. */
  #pending: Change[] = []

  constructor(clock: Clock, lagMilliseconds = 0) {
    this.#clock = clock
    this.#lag = lagMilliseconds
  }

  /** A secret from before the start of the service: visible at once. */
  load(secret: Secret): void {
    this.#secrets.put(secret)
  }

  put(secret: Secret): void {
    this.#change(this.#clock.now(), () => this.#secrets.put(secret))
  }

  remove(name: string, at: number): void {
    this.#change(at, () => this.#secrets.remove(name))
  }

  select(selection: Selection): Page {
    this.#catchUp()
    const secrets: Secret[] = []
    for (const secret of this.#candidates(selection)) {
      if (secret.deletionAt !== undefined && !selection.includePlannedDeletion) continue
      if (!matches(secret, selection.filters)) continue
      const last = secrets.at(-1)
      if (last && secrets.length === selection.limit) return { secrets, end: position(last, selection.sortBy) }
      secrets.push(secret)
    }
    return { secrets, end: undefined }
  }

  #change(at: number, apply: () => void): void {
    if (this.#lag === 0) return void apply()
    this.#catchUp()
    this.#pending.push({ visibleAt: at + this.#lag, apply })
  }

  #catchUp(): void {
    const now = this.#clock.now()
    const waiting = this.#pending.findIndex(({ visibleAt }) => visibleAt > now)
    const due = waiting === -1 ? this.#pending : this.#pending.slice(0, waiting)
    for (const { apply } of due) apply()
    this.#pending = waiting === -1 ? [] : this.#pending.slice(waiting)
  }

  /** In the requested order, beginning at the position; reads no more secrets than necessary. */
  #candidates({ filters, sortBy, sortOrder, after }: Selection): Iterable<Secret> {
    const prefixes = namePrefixes(filters)
    const few = prefixes && this.#secrets.withPrefixes(prefixes)
    if (!few && sortBy === 'created-date') return this.#secrets.inCreationOrder(sortOrder, after?.[1])
    const direction = sortOrder === 'asc' ? 1 : -1
    const compare = (one: Position, other: Position) => direction * comparePositions(one, other)
    return [...(few ?? this.#secrets.all())]
      .map((secret) => ({ secret, at: position(secret, sortBy) }))
      .filter(({ at }) => !after || compare(at, after) > 0)
      .sort((one, other) => compare(one.at, other.at))
      .map(({ secret }) => secret)
  }
}

const position = (secret: Secret, sortBy: Selection['sortBy']): Position => {
  switch (sortBy) {
    case 'created-date':
      return [secret.sequence, secret.sequence]
    case 'last-accessed-date':
      return [secret.accessedAt ?? 0, secret.sequence]
    case 'last-changed-date':
      return [secret.changedAt, secret.sequence]
    case 'name':
      return [secret.name, secret.sequence]
  }
}

const comparePositions = ([one, first]: Position, [other, second]: Position): number =>
  one < other ? -1 : one > other ? 1 : first - second
