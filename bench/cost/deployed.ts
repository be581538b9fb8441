// What a deployment has that is paid for whether or not it does anything, counted in its template.

import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Code } from 'aws-cdk-lib/aws-lambda'
import cdk from '../../cdk.json' with { type: 'json' }
import { metrics } from '../../lambda/contract.ts'
import { readConfiguration } from '../../lib/settings/configuration.ts'
import { TokenRefresherStack } from '../../lib/token-refresher-stack.ts'
import type { Counts } from './prices.ts'

/** An alarm is billed once for each metric that it reads. */
const metricsRead = ({ Properties }: { readonly Properties: Record<string, unknown> }): number => {
  const { Metrics } = Properties
  return Array.isArray(Metrics) ? Metrics.filter((one) => 'MetricStat' in one).length : 1
}

/** @param settings as in the context of cdk.json */
export const countsOfTemplate = (settings: Readonly<Record<string, unknown>>): Counts => {
  const code = Code.fromInline('exports.handler = async () => ({})')
  const app = new App({ context: cdk.context, analyticsReporting: false, builtinCloudFormationValidation: false })
  const stack = new TokenRefresherStack(app, 'Cost', {
    code: { refresh: code, bootstrap: code, signIn: code },
    configuration: readConfiguration(settings),
  })
  const template = Template.fromStack(stack)
  const all = (type: string) => Object.values(template.findResources(type))
  const alarms = all('AWS::CloudWatch::Alarm')
  const { namespace, deploymentDimension, classDimension, refreshed, ...always } = metrics
  const isOn = settings.dashboard !== 'off'
  return {
    'KMS keys': all('AWS::KMS::Key').length,
    'CloudWatch metrics': Object.keys(always).length + (isOn ? 1 : 0),
    'CloudWatch alarm metrics': alarms.reduce((sum, alarm) => sum + metricsRead({ Properties: alarm.Properties }), 0),
    'CloudWatch dashboards': all('AWS::CloudWatch::Dashboard').length,
  }
}
