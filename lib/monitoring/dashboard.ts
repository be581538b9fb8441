// The dashboard: whether all connections are alive, which class fails, and how near the next deadline is.
import { Stack } from 'aws-cdk-lib'
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  Color,
  GraphWidget,
  type HorizontalAnnotation,
  type IMetric,
  MathExpression,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { failureClasses, type Timing } from '../../lambda/contract.ts'
import { agingDays } from '../settings/limits.ts'
import { metricsOf } from './metrics.ts'
import { ofTicks } from './standard-alarm.ts'

export interface DashboardProps {
  /** The dashboard is `<prefix>-<region>`: dashboards of all Regions of an account share one list. */
  readonly prefix: string
  readonly timing: Timing
  readonly shards: number
  readonly alarms: readonly Alarm[]
  readonly refresh: IFunction
  readonly undelivered: IQueue
}

const width = 24

export class Dashboard extends Construct {
  readonly dashboard: CloudWatchDashboard

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id)
    this.dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: `${props.prefix}-${Stack.of(this).region}`,
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width, height: 3 })],
        [now(props)],
        [outcomes(props), failures(props)],
        [validity(props), age(props), clientSecrets(props)],
        [runs(props), undelivered(props)],
      ],
    })
  }
}

/** The state of the last three ticks, as numbers. */
const now = ({ prefix, timing, shards }: DashboardProps): SingleValueWidget => {
  const period = ofTicks(3, timing.everyMinutes)
  return new SingleValueWidget({
    title: 'Are all connections alive, and how near is the nearest deadline?',
    width,
    height: 4,
    metrics: [
      new MathExpression({
        expression: `ofOneShard * ${shards}`,
        usingMetrics: { ofOneShard: metricsOf(prefix).connections() },
        label: 'connections',
        period,
      }),
      metricsOf(prefix).actionRequired({ label: 'need a person', period }),
      metricsOf(prefix).lowestValidityMinutes({ label: 'shortest access token left (minutes)', period }),
      metricsOf(prefix).oldestRefreshDays({ label: 'longest unused refresh token (days)', period }),
      metricsOf(prefix).clientSecretDays({ label: 'next client secret expires in (days)', period }),
    ],
  })
}

const graph = (
  title: string,
  left: readonly IMetric[],
  options: { readonly marks?: HorizontalAnnotation[]; readonly stacked?: boolean; readonly columns: number },
): GraphWidget =>
  new GraphWidget({
    title,
    left: [...left],
    leftAnnotations: options.marks ?? [],
    leftYAxis: { min: 0, showUnits: false },
    stacked: options.stacked ?? false,
    width: width / options.columns,
    height: 6,
  })

const mark = (value: number, label: string, color: string): HorizontalAnnotation => ({ value, label, color })

const outcomes = ({ prefix, timing }: DashboardProps): GraphWidget => {
  const period = ofTicks(3, timing.everyMinutes)
  const shown = [metricsOf(prefix).refreshed({ label: 'refreshed', color: Color.GREEN, period })]
  return graph('Refreshed', shown, { columns: 2 })
}

const failures = ({ prefix, timing }: DashboardProps): GraphWidget => {
  const period = ofTicks(3, timing.everyMinutes)
  const byClass = failureClasses.map((name) => metricsOf(prefix).failed(name, { period }))
  return graph('Which class fails?', byClass, { columns: 2, stacked: true })
}

const validity = ({ prefix, timing }: DashboardProps): GraphWidget =>
  graph('Shortest access token left (minutes)', [metricsOf(prefix).lowestValidityMinutes({ label: 'minutes' })], {
    columns: 3,
    marks: [mark(timing.minimumValidityMinutes, 'readers are promised', Color.RED)],
  })

const age = ({ prefix }: DashboardProps): GraphWidget =>
  graph('Longest unused refresh token (days)', [metricsOf(prefix).oldestRefreshDays({ label: 'days' })], {
    columns: 3,
    marks: [
      mark(agingDays.warning, 'warning', Color.ORANGE),
      mark(agingDays.critical, 'critical', Color.RED),
      mark(agingDays.lapse, 'lapses', Color.GREY),
    ],
  })

const clientSecrets = ({ prefix }: DashboardProps): GraphWidget =>
  graph('Next client secret expires in (days)', [metricsOf(prefix).clientSecretDays({ label: 'days' })], {
    columns: 3,
    marks: [mark(60, 'first alarm', Color.ORANGE), mark(7, 'last alarm', Color.RED)],
  })

const runs = ({ refresh }: DashboardProps): GraphWidget =>
  graph('Runs of the refresher', [refresh.metricInvocations(), refresh.metricErrors(), refresh.metricThrottles()], {
    columns: 2,
  })

const undelivered = ({ undelivered: queue }: DashboardProps): GraphWidget =>
  graph('Undelivered events', [queue.metricApproximateNumberOfMessagesVisible({ label: 'waiting' })], { columns: 2 })
