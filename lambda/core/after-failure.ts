// What a failure leaves behind: status, how often in a row, and when to try again.

import { flexibleWindowMinutes, shortestRefreshIntervalMinutes, type Timing } from '../contract.ts'
import type { Failure } from './failure.ts'
import type { Grant } from './grant.ts'
import type { FailureState } from './status.ts'

const minute = 60_000
const day = 24 * 60 * minute

export interface AfterFailureInput {
  readonly failure: Failure
  /** Nothing is to be spared: what is wrong is in our own store, or the client's own record says when to try again. */
  readonly atOnce: boolean
  /** State before it; undefined when the connection was healthy. */
  readonly before: FailureState | undefined
  /** Undefined when it could not be read. */
  readonly grant: Pick<Grant, 'mode' | 'rotation'> | undefined
  readonly timing: Timing
  readonly now: Date
  /** Jitter, from 0 up to 1. */
  readonly fraction: number
}

export const afterFailure = (input: AfterFailureInput): FailureState => {
  const { failure, now } = input
  const before = standing(input.before)
  const failures = (before?.failures ?? 0) + 1
  const status = statusAfter(failure, before)
  // A hiccup says nothing new: what the provider said before still stands.
  const definite = before?.status === 'action-required' || before?.class === 'reauthorize'
  const stands = before !== undefined && definite && isPassing(failure) ? before : failure
  return {
    status,
    class: stands.class,
    code: stands.code,
    failures,
    failed: now,
    since: before?.since ?? now,
    retry: new Date(now.getTime() + waitAfter(input, status, failures)),
  }
}

const isPassing = ({ class: name }: Failure): boolean => name === 'transient' || name === 'throttled'

/** What was wrong in our own store is mended once something else is met: it is no word of the provider's. */
const standing = (before: FailureState | undefined): FailureState | undefined =>
  before !== undefined && localCodes.includes(before.code) ? undefined : before

const localCodes: readonly string[] = ['grant_not_decodable', 'client_not_known', 'client_not_decodable']

const statusAfter = (failure: Failure, before: FailureState | undefined): FailureState['status'] => {
  // No connection is called dead unless the provider has said so twice.
  if (failure.class === 'reauthorize') return before?.class === 'reauthorize' ? 'action-required' : 'retrying'
  if (before?.status === 'action-required') return 'action-required'
  return isPassing(failure) ? 'retrying' : 'action-required'
}

const waitAfter = (input: AfterFailureInput, status: FailureState['status'], failures: number): number => {
  const { failure, timing, fraction } = input
  if (input.atOnce) return 0
  if (status === 'action-required') return day + fraction * 60 * minute
  if (failure.class === 'reauthorize') return 0
  const backoff =
    failures === 1 ? firstBackoff(timing) : Math.min(longestBackoff(input), timing.everyMinutes * 2 ** (failures - 1))
  const own = backoff * minute * (0.5 + fraction / 2)
  if (failure.retryAfterSeconds === undefined) return own
  const asked = failure.retryAfterSeconds * 1000
  // A provider that asks for a second is asked again in the next tick, but for what each attempt costs in versions.
  return input.grant?.rotation === 'single-use' ? Math.max(asked, own) : asked
}

/** Minutes. Over when the next tick looks, however early it begins: one hiccup costs one tick. */
const firstBackoff = ({ everyMinutes }: Timing): number => Math.max(0.5, everyMinutes - flexibleWindowMinutes - 1)

/**
 * Minutes. Apps wait for a fresh connection, so it (or its client) is back within two ticks of the provider's being
 * back. An attempt with a single-use refresh token takes two versions, a claim and its release, and with half of this
 * between attempts a day of them stays below what the store keeps.
 */
const longestBackoff = ({ grant, timing }: AfterFailureInput): number => {
  if (grant?.mode === 'keep-alive') return 60
  const ticks = 2 * timing.everyMinutes
  return grant?.rotation === 'single-use' ? Math.max(ticks, 2 * shortestRefreshIntervalMinutes('single-use')) : ticks
}
