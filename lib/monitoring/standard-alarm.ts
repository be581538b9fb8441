// The standard alarm: it has a name, notifies at its start and end, is silent after a deployment, and links the runbook.
import { Duration } from 'aws-cdk-lib'
import {
  Alarm,
  CfnAlarm,
  type ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  type TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { runbookLink } from '../../lambda/contract.ts'

/** Minutes after a deployment in which an alarm stays silent, unless enough data comes sooner. */
const warmUpMinutes = 60

export interface AlarmOptions {
  /** The metric, with its period. */
  readonly metric: IMetric
  readonly comparison: ComparisonOperator
  readonly threshold: number
  /** Number of evaluated periods. @default 1 */
  readonly periods?: number
  /** Number of those periods that must breach. @default - all */
  readonly breaching?: number
  readonly missingData: TreatMissingData
  /** One sentence: the state that makes it fire. */
  readonly says: string
  /** Heading in the runbook. */
  readonly heading: string
}

export interface AlarmSurroundings {
  readonly prefix: string
  /** Address of the runbook; `#heading` is added. */
  readonly runbookUrl: string
  readonly action: IAlarmAction
}

/** An alarm named `<prefix>-<id>`, which notifies when it fires and when it is over. */
export const standardAlarm = (
  scope: Construct,
  id: string,
  options: AlarmOptions,
  surroundings: AlarmSurroundings,
): Alarm => {
  const { prefix, runbookUrl, action } = surroundings
  const made = new Alarm(scope, id, {
    alarmName: `${prefix}-${id}`,
    alarmDescription: `${options.says} What to do: ${runbookLink(runbookUrl, options.heading)}`,
    metric: options.metric,
    comparisonOperator: options.comparison,
    threshold: options.threshold,
    evaluationPeriods: options.periods ?? 1,
    datapointsToAlarm: options.breaching ?? options.periods ?? 1,
    treatMissingData: options.missingData,
  })
  made.addAlarmAction(action)
  made.addOkAction(action)
  const resource = made.node.defaultChild
  if (resource instanceof CfnAlarm) resource.warmUpConfiguration = { warmUpPeriodDurationInMinutes: warmUpMinutes }
  return made
}

/** The duration of that many ticks: long enough for a data point of every shard, with the flexible window included. */
export const ofTicks = (ticks: number, everyMinutes: number): Duration => Duration.minutes(ticks * everyMinutes)
