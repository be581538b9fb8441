// An alarm's state, from the metrics: periods, statistic, missing data and sums of metrics as CloudWatch reads them.

import type { DeployedAlarm } from './deployment.ts'
import type { Metrics } from './metrics.ts'

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

type AlarmProperties = DeployedAlarm['properties']

/** One value per period, the newest last; undefined: there is none. */
type Points = readonly (number | undefined)[]

/** All in milliseconds since 1970. */
export interface Times {
  readonly now: number
  /** When the alarm was made. */
  readonly since: number
}

export const alarmState = ({ properties }: DeployedAlarm, metrics: Metrics, { now, since }: Times): AlarmState => {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods, TreatMissingData } = properties
  const points = pointsOf(properties, metrics, now)
  const known = points.filter((point) => point !== undefined)
  const breaching = known.filter((point) => breaches(point, properties)).length
  const missing = points.length - known.length
  const warmUp = (properties.WarmUpConfiguration?.WarmUpPeriodDurationInMinutes ?? 0) * 60_000
  if (missing > 0 && now - since < warmUp) return 'INSUFFICIENT_DATA'
  switch (TreatMissingData) {
    case 'breaching':
      return breaching + missing >= needed ? 'ALARM' : 'OK'
    case 'notBreaching':
      return breaching >= needed ? 'ALARM' : 'OK'
    // Both keep the earlier state while there is no data, and here an alarm begins without a state.
    case 'ignore':
    case 'missing':
      if (known.length === 0) return 'INSUFFICIENT_DATA'
      return breaching >= needed ? 'ALARM' : 'OK'
    default:
      throw new Error(`TreatMissingData ${TreatMissingData} is not known here`)
  }
}

const pointsOf = (properties: AlarmProperties, metrics: Metrics, now: number): Points => {
  const { Namespace, MetricName, Dimensions, Period, Statistic, Metrics: queries } = properties
  const count = properties.EvaluationPeriods
  const read = (place: MetricPlace, period: number, statistic: string): Points =>
    windows(now, period, count).map((window) => {
      const dimensions = Object.fromEntries(place.Dimensions.map(({ Name, Value }) => [Name, Value]))
      return statisticOf(statistic, metrics.values(place.Namespace, place.MetricName, dimensions, window))
    })
  if (Namespace !== undefined && MetricName !== undefined && Period !== undefined && Statistic !== undefined) {
    return read({ Namespace, MetricName, Dimensions }, Period, Statistic)
  }
  const series = new Map<string, Points>()
  for (const { Id, MetricStat } of queries ?? []) {
    if (MetricStat !== undefined) series.set(Id, read(MetricStat.Metric, MetricStat.Period, MetricStat.Stat))
  }
  // An expression may use one that comes after it.
  const expressions = (queries ?? []).filter(({ Expression }) => Expression !== undefined)
  for (let round = 0; round < expressions.length; round++) {
    for (const { Id, Expression = '' } of expressions) {
      const sum = sumOf(Expression, series, count)
      if (sum !== undefined) series.set(Id, sum)
    }
  }
  const returned = (queries ?? []).find(({ ReturnData }) => ReturnData)
  const points = returned && series.get(returned.Id)
  if (points === undefined) throw new Error(`what the alarm ${properties.AlarmName} looks at is not known here`)
  return points
}

interface MetricPlace {
  readonly Namespace: string
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[]
}

/** The newest `count` periods that are over; periods begin at whole multiples of their length. */
const windows = (now: number, periodSeconds: number, count: number) => {
  const period = periodSeconds * 1000
  const end = Math.floor(now / period) * period
  return Array.from({ length: count }, (_, index) => {
    const from = end - (count - index) * period
    return { from, to: from + period }
  })
}

const statisticOf = (statistic: string, values: readonly number[]): number | undefined => {
  if (values.length === 0) return undefined
  const sum = values.reduce((total, value) => total + value, 0)
  switch (statistic) {
    case 'Sum':
      return sum
    case 'Average':
      return sum / values.length
    case 'Minimum':
      return Math.min(...values)
    case 'Maximum':
      return Math.max(...values)
    case 'SampleCount':
      return values.length
    default:
      throw new Error(`the statistic ${statistic} is not known here`)
  }
}

const term = /^(?:FILL\((\w+),\s*(-?\d+(?:\.\d+)?)\)|(\w+))$/

/** `a + FILL(b, 0)` and the like. Undefined while one of its series is still to be computed. */
const sumOf = (expression: string, series: ReadonlyMap<string, Points>, count: number): Points | undefined => {
  const terms = expression.split('+').map((part) => {
    const [, filled, fill, plain] = term.exec(part.trim()) ?? []
    const id = filled ?? plain
    if (id === undefined) throw new Error(`the expression ${expression} is not known here: sums and FILL are`)
    return { id, fill: fill === undefined ? undefined : Number(fill) }
  })
  if (terms.some(({ id }) => !series.has(id))) return undefined
  return Array.from({ length: count }, (_, index) => {
    const values = terms.map(({ id, fill }) => series.get(id)?.[index] ?? fill)
    return values.some((value) => value === undefined)
      ? undefined
      : values.reduce<number>((sum, one = 0) => sum + one, 0)
  })
}

const breaches = (value: number, { ComparisonOperator, Threshold }: AlarmProperties): boolean => {
  switch (ComparisonOperator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold
    case 'GreaterThanThreshold':
      return value > Threshold
    case 'LessThanOrEqualToThreshold':
      return value <= Threshold
    case 'LessThanThreshold':
      return value < Threshold
    default:
      throw new Error(`the comparison ${ComparisonOperator} is not known here`)
  }
}
