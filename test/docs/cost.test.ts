// The page about cost: its tables against what the script computes, and its counts against a running refresher.

import { describe, expect, test } from 'vitest'
import { countsOfOurs, refreshes } from '../../bench/cost/cost.ts'
import { withTables } from '../../bench/cost/page.ts'
import { together, togetherBesideFree } from '../../bench/cost/prices.ts'
import { embedded } from '../support/embedded.ts'
import { withoutNetwork } from '../support/without-network.ts'
import { textOf } from './markdown.ts'

describe('the cost', () => {
  const page = textOf('docs/reference/cost.md')

  test('is computed from prices, the template and what the code does (node bench/cost/page.ts --write)', () => {
    expect(withTables(page)).toBe(page)
    expect(page).toContain(`730 × 60 / 49.5 = ${refreshes} times a month`)
  })

  test('of one mailbox without a dashboard is at most $7.20, and less with the essential alarms', () => {
    const lean = together(countsOfOurs(1, { dashboard: 'off' }))
    const leanest = together(countsOfOurs(1, { dashboard: 'off', alarms: 'essential' }))
    expect(lean).toBeLessThanOrEqual(7.2)
    expect(leanest).toBeLessThan(lean)
    expect(togetherBesideFree(countsOfOurs(1))).toBeLessThan(4)
  })

  test('rests on calls that the refresher makes: two listings in each of 288 ticks a day, and four calls for each of 29 refreshes', async () => {
    const e = await embedded({ reach: withoutNetwork })
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
