// The refresher's own metrics, each with the statistic that it makes sense with.
import {
  type IMetric,
  MathExpression,
  type MathExpressionOptions,
  Metric,
  type MetricOptions,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch'
import { type FailureClass, failureClasses, metrics } from '../lambda/contract.ts'

const metric = (metricName: string, statistic: string, options: MetricOptions | undefined): Metric =>
  new Metric({ namespace: metrics.namespace, metricName, statistic, ...options })

export const refreshed = (options?: MetricOptions): Metric => metric(metrics.refreshed, Stats.SUM, options)

export const failed = (failureClass: FailureClass, options?: MetricOptions): Metric =>
  metric(metrics.failed, Stats.SUM, {
    label: failureClass,
    ...options,
    dimensionsMap: { [metrics.classDimension]: failureClass },
  })

/** A class that did not fail in a period counts as zero, so that the others still do. */
export const allFailed = (options?: MathExpressionOptions): MathExpression =>
  sumOf(Object.fromEntries(failureClasses.map((name) => [name, failed(name)])), {
    label: 'failed, all classes',
    ...options,
  })

/** The most that any shard counted. */
export const actionRequired = (options?: MetricOptions): Metric =>
  metric(metrics.actionRequired, Stats.MAXIMUM, options)

export const oldestRefreshDays = (options?: MetricOptions): Metric =>
  metric(metrics.oldestRefreshDays, Stats.MAXIMUM, options)

export const lowestValidityMinutes = (options?: MetricOptions): Metric =>
  metric(metrics.lowestValidityMinutes, Stats.MINIMUM, options)

export const clientSecretDays = (options?: MetricOptions): Metric =>
  metric(metrics.clientSecretDays, Stats.MINIMUM, options)

/** Of one tick; with several shards, of one shard on average. */
export const connections = (options?: MetricOptions): Metric => metric(metrics.connections, Stats.AVERAGE, options)

/** How many ticks came to their end: each counts its connections once, also when there are none. */
export const ticks = (options?: MetricOptions): Metric => metric(metrics.connections, Stats.SAMPLE_COUNT, options)

/** The sum of metrics of which some are silent. */
export const sumOf = (usingMetrics: Record<string, IMetric>, options?: MathExpressionOptions): MathExpression =>
  new MathExpression({
    expression: Object.keys(usingMetrics)
      .map((name) => `FILL(${name}, 0)`)
      .join(' + '),
    usingMetrics,
    ...options,
  })
