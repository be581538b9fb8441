// The order of due connections.

import { flexibleWindowMinutes, type Timing, tickSlackMinutes } from '../contract.ts'
import { minute } from './milliseconds.ts'
import { type ConnectionStatus, nextLook } from './tags/status.ts'

/** Subtracted from the time of an urgent connection. It is larger than any time, so that urgent connections come first. */
const rank = 1e15

/**
 * A smaller value comes first. First come connections that can still be saved: the published token would have less than
 * `minimumValidity` left, or the refresh token would die, before the next tick; the soonest first. Then all
 * others, the oldest deadline first, also those that have already expired and cannot be saved. Tags that
 * cannot be trusted have no deadline, so their connection comes first.
 */
export const urgency = (status: ConnectionStatus, timing: Timing, now: number): number => {
  const next = nextLook(status, now)
  if (next === undefined) return -rank
  const deadline = Math.min(promiseEnd(status, timing, now), tokenEnd(status, now))
  const following = now + (timing.everyMinutes + flexibleWindowMinutes + tickSlackMinutes) * minute
  return deadline <= following ? deadline - rank : next.getTime()
}

type Known = Pick<ConnectionStatus, 'mode' | 'expires' | 'refreshBy'>

/** When a reader of a fresh connection will find too little validity; never, if that has already happened. */
const promiseEnd = ({ mode, expires }: Known, timing: Timing, now: number): number => {
  if (mode !== 'fresh' || expires === undefined) return Number.POSITIVE_INFINITY
  const end = expires.getTime() - timing.minimumValidityMinutes * minute
  return end > now ? end : Number.POSITIVE_INFINITY
}

const tokenEnd = ({ refreshBy }: Known, now: number): number =>
  refreshBy === undefined || refreshBy.getTime() <= now ? Number.POSITIVE_INFINITY : refreshBy.getTime()
