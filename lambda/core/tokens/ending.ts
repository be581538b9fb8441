// When a grant ends although it is refreshed: as a login has said, or as the provider's answers show.

import { day } from '../milliseconds.ts'
import type { Grant } from '../secrets/grant.ts'

export function earliest(first: Date, ...others: readonly (Date | undefined)[]): Date
export function earliest(...all: readonly (Date | undefined)[]): Date | undefined
export function earliest(...all: readonly (Date | undefined)[]): Date | undefined {
  const times = all.filter((time) => time !== undefined).map(Number)
  return times.length === 0 ? undefined : new Date(Math.min(...times))
}

type SignedIn = Pick<Grant, 'bootstrapped_at' | 'grant_ends_after_days'>

/** From a login. */
export const fixedEnd = ({ bootstrapped_at, grant_ends_after_days: days }: SignedIn): Date | undefined =>
  days === undefined ? undefined : new Date(bootstrapped_at.getTime() + days * day)

/** A person needs a working day or two. A grant of a week or less is reported in its middle. */
const longestWarning = 3.5 * day

/** When people are notified of the end: three and a half days before it, or half of the grant's time if that is less. */
export const warnFrom = (end: Date, { bootstrapped_at }: Pick<Grant, 'bootstrapped_at'>): Date =>
  new Date(end.getTime() - Math.min(longestWarning, Math.max(end.getTime() - bootstrapped_at.getTime(), 0) / 2))

/** Two answers within this time do not show whether the end moves. */
const shortestElapsed = 5 * 60_000

/**
 * An end that a refresh has not moved is fixed (a session of Keycloak at its maximum, an absolute lifetime): it differs
 * from the one before by less than half of the elapsed time. It counts only if it is near: some providers hand out the same
 * refresh token for a day (QuickBooks), and move the end with the next one.
 * @param said the end of the refresh token in this answer
 */
export const observedEnd = (
  before: Pick<Grant, 'refreshed_at' | 'refresh_by' | 'bootstrapped_at'>,
  said: Date | undefined,
  askedAt: Date,
): Date | undefined => {
  if (said === undefined || askedAt < warnFrom(said, before)) return undefined
  const elapsed = askedAt.getTime() - before.refreshed_at.getTime()
  const moved = Math.abs(said.getTime() - before.refresh_by.getTime())
  return elapsed >= shortestElapsed && moved <= elapsed / 2 ? said : undefined
}
