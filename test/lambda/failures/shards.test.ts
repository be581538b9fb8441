// Several shards and one client at fault: together they probe it as often as one would.

import { expect, it } from 'vitest'
import { minute } from '../../support/embedded.ts'
import { world } from './world.ts'

it('four shards probe a client at fault once an hour, and all connections come back with it', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `c${index}`)
  const w = await world(names)
  const of = 4
  const ticks = async (count: number): Promise<number> => {
    const before = w.refreshRequests()
    for (let tick = 0; tick < count; tick++) {
      w.clock.advance(5 * minute)
      await Promise.all(Array.from({ length: of }, (_, shard) => w.refresh({ shard, of })))
    }
    return w.refreshRequests() - before
  }
  await ticks(2)
  w.entra.habits.add({ kind: 'refuse', code: 7000222 }, { times: 'always', when: { grantType: 'refresh_token' } })
  await ticks(30)
  expect(await ticks(12 * 6)).toBeLessThanOrEqual(7)
  w.entra.habits.clear()
  await ticks(15)
  for (const name of names) expect(w.problems(name)).toEqual([])
  const told = w.events().map(({ event }) => event)
  expect(told).toEqual(['Client Action Required', 'Client Recovered'])
})
