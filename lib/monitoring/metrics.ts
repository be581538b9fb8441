// The refresher's own metrics, each with its useful statistic.
import {
  type IMetric,
  MathExpression,
  type MathExpressionOptions,
  Metric,
  type MetricOptions,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch'
import { type FailureClass, metrics, signInFailedMetric } from '../../lambda/contract.ts'

/** The metrics of one deployment. */
export const metricsOf = (prefix: string) => {
  const metric = (metricName: string, statistic: string, options: MetricOptions | undefined): Metric =>
    new Metric({
      namespace: metrics.namespace,
      metricName,
      statistic,
      ...options,
      dimensionsMap: { [metrics.deploymentDimension]: prefix, ...options?.dimensionsMap },
    })
  const failed = (failureClass: FailureClass, options?: MetricOptions): Metric =>
    metric(metrics.failed, Stats.SUM, {
      label: failureClass,
      ...options,
      dimensionsMap: { [metrics.classDimension]: failureClass },
    })
  return {
    refreshed: (options?: MetricOptions): Metric => metric(metrics.refreshed, Stats.SUM, options),
    failed,
    /** Failures of all classes together. Written in every tick, zero included. */
    allFailed: (options?: MetricOptions): Metric =>
      metric(metrics.failed, Stats.SUM, { label: 'failed, all classes', ...options }),
    /** Due connections that were not tried, in all ticks of a period together. */
    left: (options?: MetricOptions): Metric => metric(metrics.left, Stats.SUM, options),
    /** The maximum of all shards. */
    actionRequired: (options?: MetricOptions): Metric => metric(metrics.actionRequired, Stats.MAXIMUM, options),
    oldestRefreshDays: (options?: MetricOptions): Metric => metric(metrics.oldestRefreshDays, Stats.MAXIMUM, options),
    lowestValidityMinutes: (options?: MetricOptions): Metric =>
      metric(metrics.lowestValidityMinutes, Stats.MINIMUM, options),
    clientSecretDays: (options?: MetricOptions): Metric => metric(metrics.clientSecretDays, Stats.MINIMUM, options),
    /** Written only when it happens. */
    signInFailed: (options?: MetricOptions): Metric => metric(signInFailedMetric, Stats.SUM, options),
    /** Connections of one tick; with several shards, of one shard on average. */
    connections: (options?: MetricOptions): Metric => metric(metrics.connections, Stats.AVERAGE, options),
    /** Number of completed ticks: each counts its connections once, also if there are none. */
    ticks: (options?: MetricOptions): Metric => metric(metrics.connections, Stats.SAMPLE_COUNT, options),
  }
}

/** The sum of metrics, some of which may have no data. */
export const sumOf = (usingMetrics: Record<string, IMetric>, options?: MathExpressionOptions): MathExpression =>
  new MathExpression({
    expression: Object.keys(usingMetrics)
      .map((name) => `FILL(${name}, 0)`)
      .join(' + '),
    usingMetrics,
    ...options,
  })
