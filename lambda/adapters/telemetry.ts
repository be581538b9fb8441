// Logs and metrics through Powertools: one JSON line for each connection that was refreshed or failed, EMF metrics for each tick.

import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { metrics as names } from '../contract.ts'
import type { Failure } from '../core/failures/failure.ts'
import type { Outcome, Telemetry, TickSummary } from '../ports.ts'

export interface TelemetryOptions {
  /** The deployment's prefix. */
  readonly serviceName: string
  /** Whether metrics that no alarm reads are written too. */
  readonly allMetrics: boolean
}

export const powertoolsTelemetry = ({ serviceName, allMetrics }: TelemetryOptions): Telemetry => {
  const logger = new Logger({ serviceName })
  const metrics = new Metrics({ namespace: names.namespace, serviceName })
  return {
    outcome: ({ connection, outcome, correlationId }) => {
      // Our id of the request overrides another id that the provider has sent.
      const fields = { connection, ...outcomeFields(outcome), ...(correlationId !== undefined && { correlationId }) }
      if (outcome.kind === 'failed') logger.warn('refresh failed', fields)
      else if (outcome.kind === 'refreshed' || outcome.kind === 'published') logger.info(outcome.kind, fields)
      else logger.debug(outcome.kind, fields)
    },
    storeFailed: ({ task, name, failure }) => logger.warn('store failed', { task, name, ...failureFields(failure) }),
    tokenRequest: (report) => {
      if (report.warning === undefined) logger.info('token request', { ...report })
      else logger.warn('token request', { ...report })
    },
    announced: ({ name, detail: { sign_in_link, sign_in_as, ...detail } }) => {
      logger.info('announced', { event: name, ...detail, link: sign_in_link !== undefined })
    },
    defect: (defect) => logger.error('defect', { ...defect }),
    renewal: ({ client, done, failure }) => {
      if (failure === undefined) logger.info('client secret renewal', { client, done })
      else logger.warn('client secret renewal failed', { client, done, ...failureFields(failure) })
    },
    bootstrapped: ({ connection, failure }) => {
      if (failure === undefined) logger.info('bootstrapped', { connection })
      else logger.warn('bootstrap refused', { connection, ...failureFields(failure) })
    },
    tick: (summary) => {
      logger.info('tick', { ...summary })
      addAlarmMetrics(metrics, summary)
      if (allMetrics) addOtherMetrics(metrics, summary)
      metrics.publishStoredMetrics()
    },
  }
}

const failureFields = ({ class: name, correlationId, ...rest }: Failure) => ({
  class: name,
  ...rest,
  ...(correlationId !== undefined && { providerCorrelationId: correlationId }),
})

const outcomeFields = (outcome: Outcome): Record<string, unknown> => {
  switch (outcome.kind) {
    case 'refreshed':
    case 'published':
    case 'fresh':
      return { ...outcome.times }
    case 'failed':
      return {
        ...failureFields(outcome.failure),
        status: outcome.recorded?.state.status,
        failures: outcome.recorded?.state.failures,
        nextAttempt: outcome.recorded?.state.retry,
      }
    case 'claimed':
      return { until: outcome.until }
    case 'waiting':
    case 'superseded':
      return {}
  }
}

/** The metrics of the alarms. */
const addAlarmMetrics = (metrics: Metrics, summary: TickSummary): void => {
  const add = (name: string, value: number | undefined, unit: (typeof MetricUnit)[keyof typeof MetricUnit]): void => {
    if (value !== undefined) metrics.addMetric(name, unit, value)
  }
  const failed = Object.values(summary.failing).reduce((sum, count) => sum + count, 0)
  add(names.connections, summary.connections, MetricUnit.Count)
  add(names.left, summary.left, MetricUnit.Count)
  add(names.failed, failed, MetricUnit.Count)
  add(names.actionRequired, summary.actionRequired, MetricUnit.Count)
  add(names.oldestRefreshDays, summary.oldestRefreshDays, MetricUnit.NoUnit)
  add(names.lowestValidityMinutes, summary.lowestValidityMinutes, MetricUnit.NoUnit)
  add(names.clientSecretDays, summary.clientSecretDays, MetricUnit.NoUnit)
}

/** The further metrics of the dashboard. */
const addOtherMetrics = (metrics: Metrics, summary: TickSummary): void => {
  metrics.addMetric(names.refreshed, MetricUnit.Count, summary.refreshed)
  for (const [failureClass, count] of Object.entries(summary.failing)) {
    const single = metrics.singleMetric()
    single.addDimension(names.classDimension, failureClass)
    single.addMetric(names.failed, MetricUnit.Count, count)
  }
}
