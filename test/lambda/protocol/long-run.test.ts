// Days of ticks: what a reader finds at each of them, and how much is written.

import { expect, it } from 'vitest'
import { day, embedded, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

it('finds 15 minutes of validity at every tick of five days, with at most 144 versions a day', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  let lowest = Number.POSITIVE_INFINITY
  let generation = 1
  for (let days = 0; days < 5; days++) {
    const written = new Set<string>()
    for (let minutes = 0; minutes < 24 * 60; minutes += 5) {
      await e.tickAfter(5)
      const { json, versionId } = e.current('connections', 'a')
      written.add(versionId)
      lowest = Math.min(lowest, (Date.parse(String(json.expires_at)) - e.clock.now()) / minute)
      expect(Number(json.generation)).toBeGreaterThanOrEqual(generation)
      generation = Number(json.generation)
    }
    const young = [...e.secret('grants', 'a').versions.values()].filter((one) => one.createdAt > e.clock.now() - day)
    expect(Math.max(written.size, young.length)).toBeLessThanOrEqual(144)
  }
  expect(lowest).toBeGreaterThanOrEqual(15)
  expect(e.refreshRequests()).toBe(generation - 1)
  expect(e.problems('a')).toEqual([])
})
