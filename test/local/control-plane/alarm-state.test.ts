// An alarm's state from the metrics, as CloudWatch evaluates it.

import { describe, expect, it } from 'vitest'
import { alarmState } from '../../../local/control-plane/alarm-state.ts'
import type { DeployedAlarm } from '../../../local/control-plane/deployment.ts'
import { Metrics } from '../../../local/control-plane/metrics.ts'

const minute = 60_000
const now = Date.parse('2027-01-01T12:00:30Z')
const long = { now, since: now - 86_400_000 }

const alarm = (change: Partial<DeployedAlarm['properties']> = {}): DeployedAlarm => ({
  arn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a',
  properties: {
    AlarmName: 'a',
    AlarmActions: [],
    OKActions: [],
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    TreatMissingData: 'missing',
    Namespace: 'N',
    MetricName: 'm',
    Dimensions: [{ Name: 'service', Value: 's' }],
    Period: 60,
    Statistic: 'Sum',
    ...change,
  },
})

/** The value of each of the newest periods that are over, the newest last. */
const metrics = (values: readonly (number | undefined)[], name = 'm'): Metrics => {
  const all = new Metrics()
  const end = Math.floor(now / minute) * minute
  values.forEach((value, index) => {
    const at = end - (values.length - index) * minute + 1
    if (value !== undefined) all.put('N', name, { service: 's' }, { value, at })
  })
  return all
}

describe('with data', () => {
  it.each([
    [[0, 0, 0], 'OK'],
    [[0, 0, 1], 'OK'],
    [[1, 0, 1], 'ALARM'],
    [[1, 1, 0, 0, 0], 'OK'],
  ] as const)('%j is %s', (values, state) => {
    expect(alarmState(alarm(), metrics(values), long)).toBe(state)
  })

  it.each([
    ['GreaterThanThreshold', 1, 'OK'],
    ['GreaterThanThreshold', 2, 'ALARM'],
    ['LessThanThreshold', 1, 'OK'],
    ['LessThanThreshold', 0, 'ALARM'],
    ['LessThanOrEqualToThreshold', 1, 'ALARM'],
    ['LessThanOrEqualToThreshold', 2, 'OK'],
  ])('%s of %d is %s', (ComparisonOperator, value, state) => {
    const one = alarm({ ComparisonOperator, EvaluationPeriods: 1, DatapointsToAlarm: 1 })
    expect(alarmState(one, metrics([value]), long)).toBe(state)
  })

  it.each([
    ['Sum', 6],
    ['Average', 2],
    ['Minimum', 1],
    ['Maximum', 3],
    ['SampleCount', 3],
  ])('%s of 1, 2 and 3 is %d', (Statistic, value) => {
    const all = metrics([1])
    const at = Math.floor(now / minute) * minute - 30_000
    for (const more of [2, 3]) all.put('N', 'm', { service: 's' }, { value: more, at })
    const one = { Statistic, EvaluationPeriods: 1, DatapointsToAlarm: 1 }
    expect(alarmState(alarm({ ...one, Threshold: value }), all, long)).toBe('ALARM')
    expect(alarmState(alarm({ ...one, Threshold: value + 0.1 }), all, long)).toBe('OK')
  })

  it('another dimension is another metric, and the period that goes on does not count', () => {
    const all = new Metrics()
    all.put('N', 'm', { service: 'other' }, { value: 9, at: now - 2 * minute })
    all.put('N', 'm', { service: 's' }, { value: 9, at: now - 10_000 })
    expect(alarmState(alarm({ DatapointsToAlarm: 1 }), all, long)).toBe('INSUFFICIENT_DATA')
  })
})

describe('without data', () => {
  it.each([
    ['missing', 'INSUFFICIENT_DATA'],
    ['ignore', 'INSUFFICIENT_DATA'],
    ['notBreaching', 'OK'],
    ['breaching', 'ALARM'],
  ])('%s is %s', (TreatMissingData, state) => {
    expect(alarmState(alarm({ TreatMissingData }), new Metrics(), long)).toBe(state)
  })

  it('one that was made a moment ago is silent, unless it has data for all its periods', () => {
    const young = { now, since: now - minute }
    const warm = { TreatMissingData: 'breaching', WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 60 } }
    expect(alarmState(alarm(warm), metrics([1, 1]), young)).toBe('INSUFFICIENT_DATA')
    expect(alarmState(alarm(warm), metrics([1, 1, 1]), young)).toBe('ALARM')
  })
})

describe('a sum of metrics', () => {
  const metric = (Id: string) => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: { Namespace: 'N', MetricName: Id, Dimensions: [{ Name: 'service', Value: 's' }] },
      Period: 60,
      Stat: 'Sum',
    },
  })
  const sum = (Expression: string) =>
    alarm({
      Namespace: undefined,
      MetricName: undefined,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 3,
      Metrics: [
        { Id: 'total', Expression, ReturnData: true },
        { Id: 'part', Expression: 'FILL(a, 0)', ReturnData: false },
        metric('a'),
        metric('b'),
      ],
    })

  it.each([
    ['FILL(part, 0) + FILL(b, 0)', 'OK'],
    ['FILL(part, 0) + FILL(b, 1)', 'ALARM'],
    ['part + b', 'INSUFFICIENT_DATA'],
  ])('%s is %s when one of them has no data', (expression, state) => {
    expect(alarmState(sum(expression), metrics([2], 'a'), long)).toBe(state)
  })

  it('of a kind that is not known here is refused by its text', () => {
    expect(() => alarmState(sum('MAX(METRICS())'), new Metrics(), long)).toThrow('MAX(METRICS())')
  })
})

it('takes the embedded metric format from what is printed, and nothing else', () => {
  const all = new Metrics()
  const line = {
    _aws: {
      Timestamp: now - minute,
      CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [['service']], Metrics: [{ Name: 'm', Unit: 'Count' }] }],
    },
    service: 's',
    m: 7,
  }
  all.take(JSON.stringify(line))
  all.take('{"_aws": not JSON')
  all.take('{"message":"tick"}')
  expect(all.values('N', 'm', { service: 's' }, { from: now - 2 * minute, to: now })).toEqual([7])
})
