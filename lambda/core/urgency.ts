// Which of the connections that are due comes first.

import { flexibleWindowMinutes, type Timing, tickSlackMinutes } from '../contract.ts'
import { minute } from './milliseconds.ts'
import { type ConnectionStatus, nextLook } from './tags/status.ts'

/** Beyond any time in milliseconds since 1970, so that one number says both rank and time. */
const rank = 1e15

/**
 * The smaller, the sooner. Ahead of everything comes what can still be saved: what apps read would have less than
 * `minimumValidity` left, or the refresh token would die, before the next tick has looked; the soonest first. Then all
 * others, the oldest deadline first; what has lapsed already is among these, for nothing can be saved of it. Tags that
 * cannot be believed name no deadline, so the connection is looked at first.
 */
export const urgency = (status: ConnectionStatus, timing: Timing, now: number): number => {
  const next = nextLook(status, now)
  if (next === undefined) return -rank
  const deadline = Math.min(promiseEnd(status, timing, now), tokenEnd(status, now))
  const following = now + (timing.everyMinutes + flexibleWindowMinutes + tickSlackMinutes) * minute
  return deadline <= following ? deadline - rank : next.getTime()
}

type Known = Pick<ConnectionStatus, 'mode' | 'expires' | 'refreshBy'>

/** When a reader of a fresh connection will find too little left; never, where that has happened already. */
const promiseEnd = ({ mode, expires }: Known, timing: Timing, now: number): number => {
  if (mode !== 'fresh' || expires === undefined) return Number.POSITIVE_INFINITY
  const end = expires.getTime() - timing.minimumValidityMinutes * minute
  return end > now ? end : Number.POSITIVE_INFINITY
}

const tokenEnd = ({ refreshBy }: Known, now: number): number =>
  refreshBy === undefined || refreshBy.getTime() <= now ? Number.POSITIVE_INFINITY : refreshBy.getTime()
