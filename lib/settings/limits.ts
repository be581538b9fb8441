// The limits of the settings that follow from the contract and from AWS, each with its reason.
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  functionNames,
  shortestDefaultLifetimeMinutes,
  shortestFreshLifetimeMinutes,
  type Timing,
} from '../../lambda/contract.ts'

/** Lambda's limit for a function's name is 64 letters, and the longest of ours is `<prefix>-bootstrap`. */
export const longestPrefix = 64 - functionNames('').bootstrap.length

/**
 * Characters that the names of secrets, functions, stacks, exports and KMS aliases all allow, without the
 * letters that mean something in an IAM policy (`*`, `?`, `$`). Names that begin with `aws` belong to AWS.
 */
export const prefixPattern = new RegExp(`^(?!aws)[a-z][a-z0-9-]{0,${longestPrefix - 1}}$`, 'i')

/** With a shorter period, the maximum age of an event (at least 60 s at the scheduler) would not be less than the period. */
export const shortestPeriodMinutes = 2

/** The longest period that still keeps the shortest-lived token of Entra's default policy fresh. */
export const longestPeriodMinutes = ({ minimumValidityMinutes }: Pick<Timing, 'minimumValidityMinutes'>): number =>
  Array.from({ length: shortestDefaultLifetimeMinutes }, (_, everyMinutes) => everyMinutes).findLast(
    (everyMinutes) =>
      shortestFreshLifetimeMinutes({ everyMinutes, minimumValidityMinutes }) <= shortestDefaultLifetimeMinutes,
  ) ?? 0

/** The most validity that can be promised to readers, with the shortest period. */
export const mostValidityMinutes =
  shortestDefaultLifetimeMinutes -
  shortestFreshLifetimeMinutes({ everyMinutes: shortestPeriodMinutes, minimumValidityMinutes: 0 })

/** Days since a refresh token was last used: the two alarms, and when the provider lets it die. */
export const agingDays = { warning: 30, critical: 60, lapse: 90 } as const

/** Each is one resource in a template that holds 500, and this is far more than the store's write quota allows. */
export const mostShards = 100

/** The retention times of CloudWatch Logs, in days. */
export const retentionDays: readonly RetentionDays[] = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
)
