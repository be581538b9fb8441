// The page about cost: its arithmetic, and its counts against the code, the template and a running refresher.

import { describe, expect, test } from 'vitest'
import { defaultTiming, metrics, refreshMarginMinutes } from '../../lambda/contract.ts'
import { templateWith } from '../lib/support.ts'
import { embedded } from '../support/embedded.ts'
import { table, textOf } from './markdown.ts'

describe('the cost', () => {
  const page = 'docs/reference/cost.md'
  const rows = table(page, 'what')
  const columns = [1, 100, 1000]
  const number = (text = ''): number => Number(text.replaceAll(/[$*,]/g, ''))
  const cells = (row: readonly string[]) =>
    row.slice(2).map((cell) => {
      const [count, dollars] = cell.split(' = ')
      return { count: number(count), dollars: number(dollars) }
    })
  const counts = (what: string): readonly number[] => {
    const found = rows.find(([name]) => name === what)
    return cells(found ?? []).map(({ count }) => count)
  }
  const perMonth = 12 * 730
  const refreshes = Math.round((730 * 60) / (75 - refreshMarginMinutes(defaultTiming) + defaultTiming.everyMinutes / 2))

  test('is the arithmetic that it shows', () => {
    const priced = rows.slice(0, -1)
    for (const row of priced) {
      const [, price = '', unit = '1'] = /\$([\d.]+) (?:each|per ([\d,]+))/.exec(row[1] ?? '') ?? []
      for (const { count, dollars } of cells(row)) {
        const exact = (count * Number(price)) / number(unit)
        expect(Math.abs(dollars - exact), row[0]).toBeLessThan(0.00501)
      }
    }
    const together = rows.at(-1)?.slice(2).map(number)
    const sums = columns.map((_, column) => priced.reduce((sum, row) => sum + (cells(row)[column]?.dollars ?? 0), 0))
    expect(together).toEqual(sums.map((sum) => Math.round(sum * 100) / 100))
  })

  test('counts what the code does', () => {
    const clients = [1, 1, 10]
    expect(counts('secrets')).toEqual(columns.map((n, column) => 2 * n + (clients[column] ?? 0)))
    expect(counts('ListSecrets calls')).toEqual(
      columns.map((n, column) => perMonth * (Math.ceil(n / 100) + Math.ceil((clients[column] ?? 0) / 100))),
    )
    expect(counts('other calls of Secrets Manager')).toEqual(columns.map((n) => refreshes * 6 * n))
    expect(counts('KMS requests')).toEqual(columns.map((n) => refreshes * 4 * n))
    expect(counts('Lambda requests')).toEqual([perMonth, perMonth, perMonth])
    expect(counts('Lambda GB-seconds, ARM64')).toEqual(
      columns.map((n) => Math.round(0.5 * (perMonth + (refreshes * n) / 24.5))),
    )
    expect(counts('logs, in MB, kept 90 days')).toEqual(
      columns.map((n) => Math.round((perMonth * 1.8 + refreshes * n * 0.65) / 1000)),
    )
    expect(textOf(page)).toContain(`730 × 60 / 49.5 = ${refreshes} times a month`)
    const { namespace, failed, deploymentDimension, classDimension, ...always } = metrics
    expect(counts('CloudWatch metrics')[0]).toBe(Object.keys(always).length)
  })

  test('counts what the template has', () => {
    const template = templateWith()
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
    const looked: number[] = alarms.map(({ Properties }) =>
      Properties.Metrics === undefined
        ? 1
        : Properties.Metrics.filter((one: Record<string, unknown>) => 'MetricStat' in one).length,
    )
    expect(looked.toSorted()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 10, 2, 3])
    expect(counts('CloudWatch alarm metrics')[0]).toBe(looked.reduce((sum, one) => sum + one, 0))
    expect(counts('KMS keys')[0]).toBe(Object.keys(template.findResources('AWS::KMS::Key')).length)
    expect(counts('CloudWatch dashboards')[0]).toBe(
      Object.keys(template.findResources('AWS::CloudWatch::Dashboard')).length,
    )
  })

  test('rests on calls that the refresher makes: two listings in each of 288 ticks a day, and four calls for each of 29 refreshes', async () => {
    const e = await embedded()
    await e.connect('a')
    const days = 3
    const calls = await e.callsDuring(async () => {
      for (let tick = 0; tick < days * 288; tick++) await e.tickAfter(5)
    })
    const { ListSecrets = 0, BatchGetSecretValue: refreshed = 0, ...writes } = calls
    expect(ListSecrets).toBe(days * 288 * 2)
    expect(refreshed / days).toBeGreaterThan(27)
    expect(refreshed / days).toBeLessThan(31.5)
    expect(writes).toEqual({ PutSecretValue: 2 * refreshed, TagResource: refreshed })
  })
})
