// The alarms: on connections, on aging tokens and secrets, and on the deployment itself.
import { Duration } from 'aws-cdk-lib'
import { type Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Timing } from '../../lambda/contract.ts'
import { agingDays } from '../settings/limits.ts'
import type { AlarmChoice } from '../settings/schema.ts'
import { metricsOf, sumOf } from './metrics.ts'
import { type AlarmOptions, type AlarmSurroundings, ofTicks, standardAlarm } from './standard-alarm.ts'

const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD, LESS_THAN_OR_EQUAL_TO_THRESHOLD } = ComparisonOperator
const { BREACHING, NOT_BREACHING, IGNORE, MISSING } = TreatMissingData

export interface AlarmsProps extends AlarmSurroundings {
  readonly timing: Timing
  readonly shards: number
  readonly refresh: IFunction
  readonly group: ScheduleGroup
  readonly undelivered: IQueue
  /** The sign-in function. Undefined: people do not sign in by a link. */
  readonly signIn: IFunction | undefined
  /** The bootstrap function, if a schedule starts it. Undefined: client secrets do not renew themselves. */
  readonly renewing: IFunction | undefined
  /** `essential`: those without which a connection could die unnoticed. */
  readonly choice: AlarmChoice
}

/**
 * All alarms. What missing data means differs: a silent schedule is what ScheduleStopped looks for; a count of errors
 * without errors is silent; a metric that ends with the last connection must neither keep its alarm on nor, while
 * the schedule is stopped, end it.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[]

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    const make = (name: string, options: AlarmOptions): Alarm => standardAlarm(this, name, options, props)
    this.all = [
      make('ActionRequired', actionRequired(props)),
      make('RefreshTokenAgingCritical', refreshTokenAging(props, agingDays.critical)),
      make('AccessTokenStale', accessTokenStale(props)),
      make('ScheduleStopped', scheduleStopped(props)),
      make('ClientSecretExpiring7Days', clientSecretExpiring(props, 7)),
      make('DeliveryFailed', deliveryFailed(props)),
      ...(props.signIn === undefined ? [] : [make('SignInFailing', signInFailing(props.prefix, props.signIn))]),
      ...(props.choice === 'essential'
        ? []
        : [
            // Each of these comes before one of the essential alarms, or says more about its cause.
            make('RefreshFailing', refreshFailing(props)),
            make('RefreshTokenAgingWarning', refreshTokenAging(props, agingDays.warning)),
            make('ClientSecretExpiring60Days', clientSecretExpiring(props, 60)),
            make('ClientSecretExpiring30Days', clientSecretExpiring(props, 30)),
            make('RefresherErrors', refresherErrors(props)),
          ]),
    ]
  }
}

/** Counted in every tick, zero included. A missed tick does not mean that a person has acted. */
const actionRequired = ({ prefix, timing }: AlarmsProps): AlarmOptions => ({
  heading: 'ActionRequired',
  says: 'A connection or a client needs a person: the provider refused it for good. The message of its event names it.',
  metric: metricsOf(prefix).actionRequired({ period: ofTicks(3, timing.everyMinutes) }),
  comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: 1,
  missingData: IGNORE,
})

/** A single failure is retried by the next ticks; failures in two windows of four are more than a short problem. */
const refreshFailing = ({ prefix, timing }: AlarmsProps): AlarmOptions => ({
  heading: 'RefreshFailing',
  says: 'Refreshes or the messages about them keep failing, or due connections are not tried. The log line "tick" shows the class of failure.',
  metric: sumOf(
    { failed: metricsOf(prefix).allFailed(), left: metricsOf(prefix).left() },
    { label: 'failed or left', period: ofTicks(3, timing.everyMinutes) },
  ),
  comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: 1,
  periods: 4,
  breaching: 2,
  missingData: NOT_BREACHING,
})

const refreshTokenAging = ({ prefix, timing }: AlarmsProps, days: number): AlarmOptions => ({
  heading: 'RefreshTokenAging',
  says: `A refresh token has not been used for ${days} days. The provider lets it die after ${agingDays.lapse}.`,
  metric: metricsOf(prefix).oldestRefreshDays({ period: ofTicks(3, timing.everyMinutes) }),
  comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: days,
  missingData: MISSING,
})

const accessTokenStale = ({ prefix, timing }: AlarmsProps): AlarmOptions => ({
  heading: 'AccessTokenStale',
  says: `A reader may find an access token with less than ${timing.minimumValidityMinutes} minutes left.`,
  metric: metricsOf(prefix).lowestValidityMinutes({ period: ofTicks(3, timing.everyMinutes) }),
  comparison: LESS_THAN_THRESHOLD,
  threshold: timing.minimumValidityMinutes,
  missingData: MISSING,
})

/** At least one full round of the shards in three periods. */
const scheduleStopped = ({ prefix, timing, shards }: AlarmsProps): AlarmOptions => ({
  heading: 'ScheduleStopped',
  says: 'The refresher has not completed a run for three periods. Nothing is refreshed.',
  metric: metricsOf(prefix).ticks({ period: ofTicks(3, timing.everyMinutes) }),
  comparison: LESS_THAN_THRESHOLD,
  threshold: shards,
  missingData: BREACHING,
})

const clientSecretExpiring = ({ prefix, timing }: AlarmsProps, days: number): AlarmOptions => ({
  heading: 'ClientSecretExpiring',
  says: `A client secret expires within ${days} days. A client without a valid one cannot refresh its connections.`,
  metric: metricsOf(prefix).clientSecretDays({ period: ofTicks(3, timing.everyMinutes) }),
  comparison: LESS_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: days,
  missingData: MISSING,
})

/** A run that failed as a whole, in two of three periods. */
const refresherErrors = ({ timing, refresh }: AlarmsProps): AlarmOptions => ({
  heading: 'RefresherErrors',
  says: 'Runs of the refresher fail as a whole, run out of time, or are throttled.',
  metric: sumOf(
    { errors: refresh.metricErrors(), throttles: refresh.metricThrottles() },
    { label: 'errors and throttles', period: ofTicks(1, timing.everyMinutes) },
  ),
  comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: 1,
  periods: 3,
  breaching: 2,
  missingData: NOT_BREACHING,
})

/** Only the person in front of the page would notice. Refused sign-ins do not count, because the provider answered. */
const signInFailing = (prefix: string, signIn: IFunction): AlarmOptions => ({
  heading: 'SignInFailing',
  says: 'The page where people sign in by a link could not answer, or received more requests than it can handle at once.',
  metric: sumOf(
    {
      failed: metricsOf(prefix).signInFailed(),
      errors: signIn.metricErrors(),
      throttles: signIn.metricThrottles(),
    },
    { label: 'sign-in pages that failed', period: Duration.minutes(15) },
  ),
  comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: 1,
  missingData: NOT_BREACHING,
})

/** The queue holds an event, or an event could not be put there. */
const deliveryFailed = ({ undelivered, refresh, renewing, group }: AlarmsProps): AlarmOptions => ({
  heading: 'DeliveryFailed',
  says: 'An event was not delivered, or its run failed as a whole. It waits in the queue of undelivered events.',
  metric: sumOf(
    {
      waiting: undelivered.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
      unkept: notKept(refresh),
      ...(renewing !== undefined && { renewals: notKept(renewing) }),
      dropped: group.metricFailedToBeSentToDLQ(),
    },
    { label: 'undelivered events' },
  ),
  comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: 1,
  missingData: NOT_BREACHING,
})

/** Events whose run failed, and which Lambda could not put into the queue. */
const notKept = (one: IFunction): IMetric => one.metric('DestinationDeliveryFailures', { statistic: 'Sum' })
