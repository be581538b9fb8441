// The result of a refresh: counts, and for each connection what its tags do not say.

import type { FailureClass, NamedOutcome } from '../../lambda/contract.ts'
import { meaningOf } from '../../lambda/core/failures/failure-table.ts'
import { fromNow } from '../terminal/times.ts'
import type { ShownConnection } from './connection.ts'

export interface Counts {
  readonly refreshed: number
  readonly published: number
  readonly fresh: number
  readonly failed: Partial<Record<FailureClass, number>>
  readonly left: number
  readonly held: number
  readonly superseded: number
}

export const countsOf = (outcomes: readonly NamedOutcome[]): Counts => {
  const count = (wanted: NamedOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).length
  const failed: Partial<Record<FailureClass, number>> = {}
  for (const { class: name } of outcomes) if (name !== undefined) failed[name] = (failed[name] ?? 0) + 1
  return {
    refreshed: count('refreshed'),
    published: count('published'),
    fresh: count('fresh'),
    failed,
    left: count('left'),
    held: count('held'),
    superseded: count('superseded'),
  }
}

export const countsText = (outcomes: readonly NamedOutcome[]): string => {
  const { refreshed, left, held, superseded } = countsOf(outcomes)
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed').length
  return [
    `${refreshed} refreshed`,
    superseded > 0 ? `${superseded} refreshed by another run at the same time` : '',
    failed > 0 ? `${failed} failed` : '',
    held > 0 ? `${held} held by another run` : '',
    left > 0 ? `${left} not tried, because their client or token endpoint failed for another connection` : '',
  ]
    .filter(Boolean)
    .join(', ')
}

/** No tag records a failure of the store, because it never counts against a connection. */
export const withOutcome = (one: ShownConnection, outcome: NamedOutcome | undefined, now: number): ShownConnection => {
  const { class: name, code, remedy } = outcome ?? {}
  if (name === undefined || code === undefined || remedy === undefined) return one
  if (name !== 'store' && one.reason !== undefined) return one
  const since = new Date(now)
  return {
    ...one,
    reason: { class: name, code, meaning: meaningOf(code), remedy, since, failures: 1, ofClient: false },
  }
}

/** One line for each connection whose refresh token another run holds. */
export const heldText = (outcomes: readonly NamedOutcome[], now: number): string =>
  outcomes
    .filter(({ outcome }) => outcome === 'held')
    .map(({ connection, held_until: until }) => {
      const when =
        until === undefined ? '' : ` until ${minutes(until)} (${fromNow(new Date(until), now)}) at the latest`
      return `${connection}: another run holds its refresh token${when}. Wait for it with token-refresher refresh ${connection} --wait`
    })
    .join('\n')

const minutes = (time: string): string => `${time.slice(0, 19).replace('T', ' ')}Z`
