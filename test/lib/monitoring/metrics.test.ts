// Both sides of the metrics: what the running code emits is what alarms and dashboard look at.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failureClasses, metrics } from '../../../lambda/contract.ts'
import { templateWith } from '../support.ts'

const root = join(import.meta.dirname, '../../..')

/** One tick in which everything was measured, through the telemetry that is deployed. */
const tick = `
import { powertoolsTelemetry } from './lambda/adapters/telemetry.ts'
powertoolsTelemetry({ serviceName: 'token-refresher', allMetrics: process.argv.includes('all') }).tick({
  connections: 3, refreshed: 1, published: 1, fresh: 2, left: 0, actionRequired: 1,
  oldestRefreshDays: 1, lowestValidityMinutes: 20, clientSecretDays: 90,
  failing: ${JSON.stringify(Object.fromEntries(failureClasses.map((name) => [name, 1])))},
})`

interface Emitted extends Readonly<Record<string, unknown>> {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string }[]
    }[]
  }
}

const named = (name: string, dimensions: readonly (readonly [string, unknown])[]): string =>
  `${name} ${JSON.stringify(dimensions.toSorted())}`

const emitted = (which: 'all' | 'alarms'): ReadonlySet<string> => {
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', tick, which], {
    cwd: root,
    encoding: 'utf8',
  })
  const lines: readonly Emitted[] = printed
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .map((line) => JSON.parse(line))
  const each = lines.flatMap((line) =>
    line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((names) =>
        Metrics.map(({ Name }) =>
          named(
            `${Namespace} ${Name}`,
            names.map((name) => [name, line[name]]),
          ),
        ),
      ),
    ),
  )
  return new Set(each)
}

interface Watched {
  readonly Namespace?: string
  readonly MetricName?: string
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[]
}

const watched = (): ReadonlySet<string> => {
  const alarms = Object.values(templateWith().findResources('AWS::CloudWatch::Alarm'))
  const metricsOfAlarms: readonly Watched[] = alarms.flatMap(({ Properties }) => [
    Properties,
    ...(Properties.Metrics ?? []).flatMap(
      (entry: { MetricStat?: { Metric: Watched } }) => entry.MetricStat?.Metric ?? [],
    ),
  ])
  const ours = metricsOfAlarms.filter(({ Namespace }) => Namespace === metrics.namespace)
  return new Set(
    ours.map(({ Namespace, MetricName, Dimensions = [] }) =>
      named(
        `${Namespace} ${MetricName}`,
        Dimensions.map(({ Name, Value }) => [Name, Value]),
      ),
    ),
  )
}

test('every metric that an alarm watches is emitted, under the same dimensions', () => {
  const wanted = [...watched()]
  expect(wanted).toHaveLength(7)
  for (const which of ['all', 'alarms'] as const) {
    const seen = emitted(which)
    expect(wanted.filter((metric) => !seen.has(metric))).toEqual([])
  }
})

test('without a dashboard no metric is written that no alarm reads', () => {
  expect([...emitted('alarms')].toSorted()).toEqual([...watched()].toSorted())
  expect(emitted('all').size).toBe(7 + 1 + failureClasses.length)
  templateWith({ dashboard: 'off' }).resourceCountIs('AWS::CloudWatch::Dashboard', 0)
  templateWith({ dashboard: 'off' }).hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { TOKEN_REFRESHER_METRICS: 'alarms' } },
  })
})
