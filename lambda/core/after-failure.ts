// The record of a failure: status, number of failures in a row, and time of the next attempt.

import { flexibleWindowMinutes, shortestRefreshIntervalMinutes, type Timing } from '../contract.ts'
import type { Failure } from './failures/failure.ts'
import { day, hour, minute } from './milliseconds.ts'
import type { Grant } from './secrets/grant.ts'
import { type FailureState, isHeldByClient, isRetryableClass } from './tags/status.ts'

export interface AfterFailureInput {
  readonly failure: Failure
  /** The failure is in our own store: no provider was asked. */
  readonly local: boolean
  /** The kind of the record: of a connection or of a client. */
  readonly subject: 'connection' | 'client'
  /** `client` and `held`: see FailureState. Of a client's own record: `client`. */
  readonly concerns: FailureState['concerns']
  /** A new refresh token came with the failure and was stored. */
  readonly salvaged: boolean
  /** State before it; undefined when connection or client was healthy. */
  readonly before: FailureState | undefined
  /** Undefined when it could not be read. */
  readonly grant: Pick<Grant, 'mode' | 'rotation'> | undefined
  readonly timing: Timing
  readonly now: Date
  /** Jitter, from 0 up to 1. */
  readonly fraction: number
}

export const afterFailure = (input: AfterFailureInput): FailureState => {
  const { failure, now, concerns } = input
  const before = standing(input.before)
  const counted = {
    failures: (before?.failures ?? 0) + 1,
    refusals: refusalsAfter(input, before),
    since: before?.since ?? now,
  }
  const status = statusAfter(input, before, counted)
  const stands = before !== undefined && keepsReason(failure, before) ? before : undefined
  return {
    status,
    class: stands?.class ?? failure.class,
    code: stands?.code ?? failure.code,
    ...counted,
    concerns: stands === undefined || concerns === 'held' ? concerns : heldNoLonger(stands.concerns),
    failed: now,
    retry: new Date(now.getTime() + waitAfter(input, status, counted)),
  }
}

/** The connection was tried, so the record of its client no longer holds it. */
const heldNoLonger = (concerns: FailureState['concerns']): FailureState['concerns'] =>
  concerns === 'held' ? 'client' : concerns

/** An answer that brought a new refresh token shows that the provider accepted the one before, even if the answer was unusable. */
const refusalsAfter = (input: AfterFailureInput, before: FailureState | undefined): number => {
  const counts = isCounted(input, before)
  if (input.salvaged && !isCountedRefusal(input.failure)) return counts ? 1 : 0
  return (before?.refusals ?? 0) + (counts ? 1 : 0)
}

/** After a refusal, a passing failure changes nothing, unless it becomes a refusal when it lasts and no person is needed yet. */
const keepsReason = (failure: Failure, before: FailureState): boolean => {
  const saysMore = failure.onceItLasts !== undefined && before.status !== 'action-required'
  return isRetryableClass(failure.class) && !saysMore && isStanding(before)
}

/** A refusal with an unknown code may have been passing too. */
const isStanding = ({ refusals, status, class: name }: FailureState): boolean =>
  refusals > 0 && (status === 'action-required' || name !== 'refused')

/** Once a person is needed every attempt counts, so that attempts become rare after a day, for every answer. */
const isCounted = ({ failure, local }: AfterFailureInput, before: FailureState | undefined): boolean =>
  !local && (isCountedRefusal(failure) || (before?.status === 'action-required' && !isHeldByClient(before)))

type Counted = Pick<FailureState, 'failures' | 'refusals' | 'since'>

/** Less than the hour after which a delay is reported, so that people get one message and not two. */
const passingMinutes = 40

/**
 * A refusal with Retry-After, or a redirect, that lasts: from then on its code decides, and attempts are as rare
 * as after any other refusal (I8).
 *
 * @param row the connection's row of failures, this one included
 */
export const asItLasts = (failure: Failure, row: Pick<Counted, 'refusals' | 'since'>, now: Date): Failure => {
  const { onceItLasts, ...own } = failure
  const lasts = row.refusals >= unknownRefusals && now.getTime() - row.since.getTime() >= passingMinutes * minute
  return onceItLasts !== undefined && lasts ? { ...own, ...onceItLasts } : failure
}

/** Counts as a refusal: the provider judged the request, or the failure becomes a refusal if it lasts. */
export const isCountedRefusal = (failure: Failure): boolean => isRefusal(failure) || failure.onceItLasts !== undefined

/** The provider judged the request, with a code that the failure table knows or not. */
export const isRefusal = ({ class: name }: Pick<Failure, 'class'>): boolean =>
  !isRetryableClass(name) && name !== 'store'

/** A fault in our own store is over when the provider is asked again. It does not count as a failure of the connection. */
const standing = (before: FailureState | undefined): FailureState | undefined =>
  before !== undefined && localCodes.includes(before.code) ? undefined : before

const localCodes: readonly string[] = [
  'grant_not_decodable',
  'client_not_known',
  'client_not_decodable',
  'token_endpoint_host_not_allowed',
]

/** A refusal with a code that no table knows is reported after this many attempts, and not before an hour has passed. */
const unknownRefusals = 3

/** Whether a refusal with an unknown code has lasted long enough to be reported. */
export const isLasting = ({ refusals, since }: Pick<Counted, 'refusals' | 'since'>, now: Date): boolean =>
  refusals >= unknownRefusals && now.getTime() - since.getTime() >= hour

const statusAfter = (
  { failure, local, subject, concerns, now }: AfterFailureInput,
  before: FailureState | undefined,
  counted: Counted,
): FailureState['status'] => {
  if (local || concerns === 'held') return 'action-required'
  if (before?.status === 'action-required' && !isHeldByClient(before)) return 'action-required'
  if (!isRefusal(failure)) return 'retrying'
  // A client's record is written only on the evidence of two connections.
  if (subject === 'client') return 'action-required'
  if (failure.class === 'refused') return isLasting(counted, now) ? 'action-required' : 'retrying'
  return counted.refusals >= 2 ? 'action-required' : 'retrying'
}

/**
 * A tick starts within a flexible window of a minute, so 59 minutes after one tick is the last moment at which the tick
 * an hour later may start.
 */
const hourly = hour - flexibleWindowMinutes * minute
const daily = day - flexibleWindowMinutes * minute

/** Refusals after which the next attempt comes in an hour: a day of them, and the two before. */
const hourlyRefusals = 26

const waitAfter = (input: AfterFailureInput, status: FailureState['status'], counted: Counted): number => {
  const { failure, before, subject, now } = input
  if (input.local || input.concerns === 'held') return 0
  if (subject === 'client' && isRefusal(failure)) return before?.status === 'action-required' ? hourly : 0
  const asked = failure.retryAfterSeconds === undefined ? undefined : failure.retryAfterSeconds * 1000
  if (status === 'action-required') {
    const young = now.getTime() - counted.since.getTime() < day + hour
    return Math.max(young || counted.refusals <= hourlyRefusals ? hourly : daily, asked ?? 0)
  }
  // One refusal stops nothing: the next tick tries again.
  const own = isRefusal(failure) && failure.class !== 'refused' ? 0 : backoff(input, counted.failures)
  // One odd answer costs at most one tick. Only a series of failures is limited by the store's quota.
  const often = input.salvaged && counted.failures > 1
  const spared = often ? Math.max(own, shortestInterval(input)) : own
  if (asked === undefined) return spared
  // A throttled request with a wait of a second is repeated in the next tick. A refused request, or one that writes versions of the
  // secret, is not.
  const obeyed = input.grant?.rotation === 'single-use' || input.salvaged || failure.onceItLasts !== undefined
  return obeyed ? Math.max(asked, spared) : asked
}

const backoff = (input: AfterFailureInput, failures: number): number => {
  const { timing, fraction } = input
  const minutes =
    failures === 1 ? firstBackoff(timing) : Math.min(longestBackoff(input), timing.everyMinutes * 2 ** (failures - 1))
  return minutes * minute * (0.5 + fraction / 2)
}

/** Milliseconds between two attempts that each store a version. */
const shortestInterval = ({ grant }: AfterFailureInput): number =>
  shortestRefreshIntervalMinutes(grant?.rotation ?? 'single-use') * minute

/** Minutes. Over before the next tick, also if that begins early: one short failure costs one tick. */
const firstBackoff = ({ everyMinutes }: Timing): number => Math.max(0.5, everyMinutes - flexibleWindowMinutes - 1)

/**
 * Minutes. Apps wait for a fresh connection, so it (or its client) is asked again within two ticks of the provider's
 * being back, or three where the jitter is at its largest. An attempt with a single-use refresh token takes two versions, a claim and its release, and with half of this
 * between attempts a day of them stays below what the store keeps.
 */
const longestBackoff = ({ grant, timing }: AfterFailureInput): number => {
  if (grant?.mode === 'keep-alive') return 60
  const ticks = 2 * timing.everyMinutes
  return grant?.rotation === 'single-use' ? Math.max(ticks, 2 * shortestRefreshIntervalMinutes('single-use')) : ticks
}
