// When a connection is due, and what the refresher does now.

import { refreshMarginMinutes, shortestRefreshIntervalMinutes, type Timing, tickSlackMinutes } from '../contract.ts'
import { day, minute } from './milliseconds.ts'
import type { Grant } from './secrets/grant.ts'

/** The next time to use the refresh token. */
export const dueAt = (grant: Grant, timing: Timing): Date => {
  const refreshed = grant.refreshed_at.getTime()
  // An end that no refresh moves does not make refreshes more frequent as it comes nearer.
  const fixed = grant.ends_at !== undefined && grant.ends_at <= grant.refresh_by
  const window = fixed ? Number.POSITIVE_INFINITY : grant.refresh_by.getTime() - refreshed
  const keepAlive = refreshed + Math.min(timing.keepAliveDays * day, window / 2)
  const beforeExpiry = grant.expires_at.getTime() - refreshMarginMinutes(timing, grant.rotation) * minute
  const wanted = grant.mode === 'fresh' ? Math.min(beforeExpiry, keepAlive) : keepAlive
  return new Date(Math.max(refreshed + shortestRefreshIntervalMinutes(grant.rotation) * minute, wanted))
}

export interface Decision {
  /** Whether to redeem the refresh token. */
  readonly refresh: boolean
  /** Whether apps see an older generation than the grant holds. */
  readonly publish: boolean
}

export interface DecideInput {
  readonly grant: Grant
  /** Generation that apps see; undefined if none decodes. */
  readonly publishedGeneration: number | undefined
  readonly timing: Timing
  readonly now: Date
  /** @default false */
  readonly force?: boolean
}

export const decide = ({ grant, publishedGeneration, timing, now, force = false }: DecideInput): Decision => ({
  refresh: force || dueAt(grant, timing) <= now || fromTheFuture(grant, now),
  publish: publishedGeneration === undefined || publishedGeneration < grant.generation,
})

/** A clock was wrong when this was written, so none of its times can be trusted. */
const fromTheFuture = (grant: Grant, now: Date): boolean =>
  grant.refreshed_at.getTime() > now.getTime() + tickSlackMinutes * minute
