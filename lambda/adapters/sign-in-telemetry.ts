// What the sign-in function logs and counts: pages, connections and codes; no link, state, code of a sign-in or account.

import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { metrics as names, signInFailedMetric } from '../contract.ts'
import type { SignInTelemetry } from '../ports.ts'

export const powertoolsSignInTelemetry = (serviceName: string): SignInTelemetry => {
  const logger = new Logger({ serviceName })
  const metrics = new Metrics({ namespace: names.namespace, serviceName })
  const failed = (): void => {
    metrics.addMetric(signInFailedMetric, MetricUnit.Count, 1)
    metrics.publishStoredMetrics()
  }
  return {
    signIn: (event) => logger.info('sign-in', { ...event }),
    storeFailed: ({ class: name, code }) => {
      logger.warn('store failed', { class: name, code })
      failed()
    },
    defect: (at) => {
      logger.error('defect', { at })
      failed()
    },
  }
}
