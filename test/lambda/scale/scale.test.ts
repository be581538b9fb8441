// Thousands of connections: pace, order, end and memory of a tick, on a clock that jumps.

import { describe, expect, it } from 'vitest'
import { shardOf } from '../../../lambda/usecases/tick/shards.ts'
import { catchUp } from './outage.ts'
import { hour, minute, mostInOneSecond, scaleWorld } from './world.ts'

const quota = 50

describe('a full tick', { timeout: 120_000 }, () => {
  it('uses at least 95 % of the write quota, and never passes it', async () => {
    const world = scaleWorld({ connections: 4000 })
    world.clock.advance(2 * hour)
    const answer = await world.tick()
    expect(answer.refreshed + answer.left).toBe(4000)
    expect(mostInOneSecond(world.puts)).toBeLessThanOrEqual(quota)
    const seconds = ((world.puts.at(-1) ?? 0) - (world.puts[0] ?? 0)) / 1000
    expect(world.puts.length / seconds / quota).toBeGreaterThanOrEqual(0.95)
  })

  it.each([2, 4])('takes its part of the quota among %d shards', async (of) => {
    const world = scaleWorld({ connections: 2000 })
    world.clock.advance(2 * hour)
    await world.tick({ shard: 0, of })
    const seconds = ((world.puts.at(-1) ?? 0) - (world.puts[0] ?? 0)) / 1000
    expect(mostInOneSecond(world.puts)).toBeLessThanOrEqual(Math.ceil(quota / of))
    expect(world.puts.length / seconds / (quota / of)).toBeGreaterThanOrEqual(0.95)
  })

  it('of a provider that takes two seconds an answer uses as much', async () => {
    const world = scaleWorld({ connections: 4000, providerMilliseconds: () => 2000 })
    world.clock.advance(2 * hour)
    await world.tick()
    // From the third write on: the first two are those of the connection that went ahead, alone.
    const [, , ...puts] = world.puts
    const seconds = ((puts.at(-1) ?? 0) - (puts[0] ?? 0)) / 1000
    expect(puts.length / seconds / quota).toBeGreaterThanOrEqual(0.95)
  })

  it('redeems nothing that it cannot store: what it has begun is over when the invocation ends', async () => {
    const world = scaleWorld({ connections: 6000 })
    world.clock.advance(2 * hour)
    const end = world.clock.now() + 120_000
    const answer = await world.tick({}, 120)
    expect(world.clock.now()).toBeLessThan(end)
    expect(answer.left).toBeGreaterThan(0)
    expect(world.counts.redeem).toBe(answer.refreshed)
    expect(world.counts.put).toBe(2 * answer.refreshed)
  })
})

describe('a slow provider', { timeout: 120_000 }, () => {
  it('holds up its own connections, and the others use the quota', async () => {
    const world = scaleWorld({
      connections: 5000,
      clients: ['slow', 'quick'],
      providerMilliseconds: (client) => (client === 'slow' ? 10_000 : 150),
    })
    world.clock.advance(2 * hour)
    await world.tick()
    const quick = world.redeemed.filter((client) => client === 'quick').length
    expect(quick).toBe(2500)
    // As long as there are quick ones left.
    const seconds = 80
    const early = world.puts.filter((at) => at < (world.puts[0] ?? 0) + seconds * 1000).length
    expect(early / seconds / quota).toBeGreaterThanOrEqual(0.95)
  })

  it('that does not answer at all does not take the place of the others, however long theirs are due', async () => {
    // More than a tick can do are due for longer than those of the other client.
    const world = scaleWorld({
      connections: 12_000,
      clients: ['dead', 'dead2', 'alive'],
      grant: (index) => (index % 3 === 2 ? { expires_at: new Date('2027-01-01T01:31:00Z') } : {}),
    })
    for (const client of ['dead', 'dead2']) world.down.add(client)
    world.clock.advance(2 * hour)
    await world.tick()
    expect(world.redeemed.filter((client) => client === 'alive').length).toBe(4000)
    expect(world.redeemed.filter((client) => client !== 'alive').length).toBeLessThan(20)
  })
})

describe('an outage of a day with 20,000 connections', { timeout: 240_000 }, () => {
  it('is caught up within 10 % of what the quota allows, and no one lapses who need not', async () => {
    const count = 20_000
    const { refreshed, began, puts, lapses } = await catchUp(count)
    expect(lapses).toEqual([])
    expect(refreshed).toBe(count)
    const total = (puts.at(-1) ?? 0) - began
    expect(total).toBeLessThanOrEqual((1.1 * 1000 * 2 * count) / quota)
    expect(mostInOneSecond(puts)).toBeLessThanOrEqual(quota)
  })
})

describe('a quiet tick with 20,000 connections', { timeout: 120_000 }, () => {
  it('makes list calls and no others', async () => {
    const world = scaleWorld({ connections: 20_000 })
    world.clock.advance(minute)
    expect(await world.tick()).toEqual({ refreshed: 0, published: 0, fresh: 20_000, failed: {}, left: 0 })
    expect(world.counts).toEqual({ list: 201, batch: 0, put: 0, tag: 0, redeem: 0 })
  })
})

describe('shards', () => {
  it.each([
    [2, 3],
    [4, 5],
    [7, 100],
  ])('a connection is in one of %d, in one of %d, and never in two', (...numbers) => {
    const names = Array.from({ length: 2000 }, (_, index) => `mailbox-${index}`)
    for (const of of numbers) {
      const sizes = new Array<number>(of).fill(0)
      for (const name of names) {
        const shard = shardOf(name, of)
        expect(Number.isInteger(shard) && shard >= 0 && shard < of).toBe(true)
        sizes[shard] = (sizes[shard] ?? 0) + 1
      }
      expect(Math.max(...sizes)).toBeLessThan((2.2 * names.length) / of + 10)
    }
  })

  it('together look at every connection once, and after their number was changed too', {
    timeout: 60_000,
  }, async () => {
    const world = scaleWorld({ connections: 300 })
    for (const shards of [3, 4]) {
      world.clock.advance(2 * hour)
      const before = world.counts.redeem
      for (let shard = 0; shard < shards; shard++) await world.tick({ shard, of: shards })
      expect(world.counts.redeem - before).toBe(300)
    }
  })
})
