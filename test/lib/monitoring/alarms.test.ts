// Which alarms there are, when each fires, what missing data means to it, and what it tells.
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { failureClasses } from '../../../lambda/contract.ts'
import { propertiesOf, templateWith } from '../support.ts'

const template = templateWith()
const withShards = templateWith({ everyMinutes: 10, minimumValidityMinutes: 20, shards: 4 })

const alarm = (name: string) => ({ AlarmName: `token-refresher-${name}` })
const isOver = (threshold: number) => ({ ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: threshold })

test.each([
  ['ActionRequired', { MetricName: 'ActionRequired', Statistic: 'Maximum', ...isOver(1), TreatMissingData: 'ignore' }],
  [
    'RefreshTokenAgingWarning',
    { MetricName: 'OldestRefreshDays', Statistic: 'Maximum', ...isOver(30), TreatMissingData: 'missing' },
  ],
  [
    'RefreshTokenAgingCritical',
    { MetricName: 'OldestRefreshDays', Statistic: 'Maximum', ...isOver(60), TreatMissingData: 'missing' },
  ],
  [
    'AccessTokenStale',
    {
      MetricName: 'LowestValidityMinutes',
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 15,
      TreatMissingData: 'missing',
    },
  ],
  [
    'ScheduleStopped',
    {
      MetricName: 'Connections',
      Statistic: 'SampleCount',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    },
  ],
])('%s looks at the last three ticks', (name, properties) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...alarm(name),
    ...properties,
    Namespace: 'TokenRefresher',
    Dimensions: [{ Name: 'service', Value: 'token-refresher' }],
    Period: 15 * 60,
    EvaluationPeriods: 1,
  })
})

test.each([60, 30, 7])('ClientSecretExpiring fires at %i days', (days) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...alarm(`ClientSecretExpiring${days}Days`),
    MetricName: 'ClientSecretDays',
    Statistic: 'Minimum',
    ComparisonOperator: 'LessThanOrEqualToThreshold',
    Threshold: days,
    TreatMissingData: 'missing',
  })
})

test('the essential alarms are those without which a connection could die unnoticed', () => {
  const names = (template: Template) =>
    Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties.AlarmName)
  const essential = names(templateWith({ alarms: 'essential' }))
  expect(essential.toSorted()).toEqual(
    [
      'token-refresher-AccessTokenStale',
      'token-refresher-ActionRequired',
      'token-refresher-ClientSecretExpiring7Days',
      'token-refresher-DeliveryFailed',
      'token-refresher-RefreshTokenAgingCritical',
      'token-refresher-ScheduleStopped',
    ].toSorted(),
  )
  expect(names(template)).toEqual(expect.arrayContaining(essential))
})

test('alarms link the runbook where the operators read it', () => {
  templateWith({ runbookUrl: 'https://wiki.example.com/runbook' }).hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...alarm('ActionRequired'),
    AlarmDescription: Match.stringLikeRegexp('What to do: https://wiki\\.example\\.com/runbook#'),
  })
})

describe('an alarm on a sum', () => {
  interface Metric {
    readonly MetricName: string
    readonly Dimensions: readonly { readonly Value: unknown }[]
  }
  const metricsOf = (
    name: string,
    of = template,
  ): readonly { Expression?: string; MetricStat?: { Metric: Metric } }[] =>
    Object(propertiesOf(of, 'AWS::CloudWatch::Alarm', `Alarms${name}`)).Metrics
  const namesIn = (name: string) => metricsOf(name).flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])

  test('RefreshFailing counts failures of all classes and what is left, and fires when two of four windows saw a failure', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...alarm('RefreshFailing'),
      ...isOver(1),
      EvaluationPeriods: 4,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    })
    expect(namesIn('RefreshFailing')).toEqual(['Failed', 'Left'])
    expect(JSON.stringify(metricsOf('RefreshFailing'))).not.toContain('"class"')
  })

  test('RefresherErrors counts errors and throttles, and fires when two of three periods saw one', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...alarm('RefresherErrors'),
      ...isOver(1),
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    })
    expect(namesIn('RefresherErrors')).toEqual(['Errors', 'Throttles'])
  })

  test('DeliveryFailed fires when an event waits in the queue, or could not even be put there', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...alarm('DeliveryFailed'),
      ...isOver(1),
      TreatMissingData: 'notBreaching',
    })
    expect(namesIn('DeliveryFailed')).toEqual([
      'ApproximateNumberOfMessagesVisible',
      'DestinationDeliveryFailures',
      'InvocationsFailedToBeSentToDeadLetterCount',
    ])
  })

  test('DeliveryFailed also counts runs of the bootstrap function, where a schedule starts it', () => {
    const countedOf = (settings: Readonly<Record<string, unknown>>) =>
      metricsOf('DeliveryFailed', templateWith(settings))
        .flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])
        .filter(({ MetricName }) => MetricName === 'DestinationDeliveryFailures')
        .map(({ Dimensions }) => Object(Dimensions[0]?.Value).Ref)
    const functionOf = (part: string) => expect.stringContaining(`${part}Function`)
    expect(countedOf({})).toEqual([functionOf('Refresh')])
    expect(countedOf({ clientSecretRenewal: 'on' })).toEqual([functionOf('Refresh'), functionOf('Bootstrap')])
  })

  test('takes a silent metric for zero, so that the others still count', () => {
    for (const name of ['RefreshFailing', 'RefresherErrors', 'DeliveryFailed']) {
      const [sum] = metricsOf(name).flatMap(({ Expression }) => Expression ?? [])
      expect(sum).toMatch(/^FILL\(\w+, 0\)( \+ FILL\(\w+, 0\))*$/)
    }
  })
})

test('every alarm tells when it fires and when it is over, and links its heading in the runbook', () => {
  const topic = [{ Ref: Match.stringLikeRegexp('NotificationsTopic') }]
  template.resourceCountIs('AWS::CloudWatch::Alarm', 11)
  template.allResourcesProperties('AWS::CloudWatch::Alarm', {
    AlarmActions: topic,
    OKActions: topic,
    AlarmDescription: Match.stringLikeRegexp('What to do: docs/runbook\\.md#[a-z]+$'),
  })
})

test('no alarm speaks in the first hour after a deployment before it has the data it needs', () => {
  template.allResourcesProperties('AWS::CloudWatch::Alarm', {
    WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 60 },
  })
})

test('only a stopped schedule is made of missing data, so nothing fires while there is no connection', () => {
  const breaching = template.findResources('AWS::CloudWatch::Alarm', { Properties: { TreatMissingData: 'breaching' } })
  expect(Object.values(breaching).map(({ Properties }) => Properties.AlarmName)).toEqual([
    'token-refresher-ScheduleStopped',
  ])
})

test('windows and limits follow the period, the promise to readers and the shards', () => {
  withShards.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...alarm('AccessTokenStale'),
    Threshold: 20,
    Period: 1800,
  })
  withShards.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...alarm('ScheduleStopped'),
    Threshold: 4,
    Period: 1800,
  })
})

test('the dashboard shows every alarm, every measure and every class of failure', () => {
  const { DashboardBody, DashboardName } = propertiesOf(template, 'AWS::CloudWatch::Dashboard')
  expect(DashboardName).toBe('token-refresher-eu-west-1')
  const body = JSON.stringify(DashboardBody)
  for (const name of [
    'Connections',
    'ActionRequired',
    'LowestValidityMinutes',
    'OldestRefreshDays',
    'ClientSecretDays',
  ]) {
    expect(body).toContain(name)
  }
  for (const failureClass of failureClasses) expect(body).toContain(`\\"class\\",\\"${failureClass}\\"`)
  expect(Object.keys(template.findResources('AWS::CloudWatch::Alarm')).filter((id) => !body.includes(id))).toEqual([])
})
