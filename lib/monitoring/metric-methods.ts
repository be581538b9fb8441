// The metric...() methods of TokenRefresher.
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { FailureClass } from '../../lambda/contract.ts'
import { metricsOf } from './metrics.ts'

/** The metrics of the refresher, written in every tick. The prefix identifies the metrics of a deployment. */
export abstract class MetricMethods extends Construct {
  /** First part of every name. */
  abstract readonly prefix: string

  /** Refreshed connections. Not written if `dashboard` is off. @default - sum over 5 minutes */
  metricRefreshed(options?: MetricOptions): Metric {
    return metricsOf(this.prefix).refreshed(options)
  }

  /** Failed refreshes of one class. Not written if `dashboard` is off. @default - sum over 5 minutes */
  metricFailed(failureClass: FailureClass, options?: MetricOptions): Metric {
    return metricsOf(this.prefix).failed(failureClass, options)
  }

  /** Failed refreshes of all classes together. @default - sum over 5 minutes */
  metricAllFailed(options?: MetricOptions): Metric {
    return metricsOf(this.prefix).allFailed(options)
  }

  /** Connections and clients that need a person. @default - maximum over 5 minutes */
  metricActionRequired(options?: MetricOptions): Metric {
    return metricsOf(this.prefix).actionRequired(options)
  }

  /** Days since the least recently used refresh token was used. @default - maximum over 5 minutes */
  metricOldestRefreshDays(options?: MetricOptions): Metric {
    return metricsOf(this.prefix).oldestRefreshDays(options)
  }

  /** Minutes left in the shortest access token of the fresh connections. @default - minimum over 5 minutes */
  metricLowestValidityMinutes(options?: MetricOptions): Metric {
    return metricsOf(this.prefix).lowestValidityMinutes(options)
  }

  /** Days until the next client secret expires. @default - minimum over 5 minutes */
  metricClientSecretDays(options?: MetricOptions): Metric {
    return metricsOf(this.prefix).clientSecretDays(options)
  }

  /** Connections of one tick; with several shards, of one shard on average. @default - average over 5 minutes */
  metricConnections(options?: MetricOptions): Metric {
    return metricsOf(this.prefix).connections(options)
  }
}
