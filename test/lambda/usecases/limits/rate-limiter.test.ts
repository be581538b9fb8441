// How close together calls are let go: never more than allowed in any second, and hardly fewer.

import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../../lambda/ports.ts'
import { RateLimiter } from '../../../../lambda/usecases/limits/rate-limiter.ts'
import { noon } from '../../../support/core-samples.ts'
import { JumpingClock, mostInOneSecond } from '../../scale/world.ts'

const start = noon.getTime()

/** A clock whose waits end late, each by this much. */
const late = (clock: JumpingClock, milliseconds: (wait: number) => number): Clock => {
  let waits = 0
  return { now: () => clock.now(), wait: (wanted) => clock.wait(wanted + milliseconds(waits++)) }
}

/** When so many callers, who all come at once, have their turns. */
const letGo = async (turns: RateLimiter, clock: Clock, callers: number): Promise<number[]> => {
  const moments: number[] = []
  const call = async () => {
    await turns.next()
    moments.push(clock.now())
  }
  await Promise.all(Array.from({ length: callers }, call))
  return moments
}

const perSecond = (moments: readonly number[]): number =>
  (1000 * (moments.length - 1)) / ((moments.at(-1) ?? 0) - (moments[0] ?? 0))

describe('turns', () => {
  it.each([50, 100, 25, 50 / 3, 12.5, 5, 0.5])('of %d a second are never more, and at least 95 %%', async (allowed) => {
    const clock = new JumpingClock(noon)
    const moments = await letGo(new RateLimiter(clock, allowed), clock, Math.max(10, Math.ceil(allowed * 20)))
    expect(mostInOneSecond(moments)).toBeLessThanOrEqual(Math.ceil(allowed))
    expect(perSecond(moments)).toBeLessThanOrEqual(allowed)
    expect(perSecond(moments)).toBeGreaterThanOrEqual(0.95 * allowed)
  })

  it('stay below what is allowed where the way to the store differs by 40 ms', async () => {
    const clock = new JumpingClock(noon)
    const moments = await letGo(new RateLimiter(clock, 50), clock, 1000)
    const arrived = moments.map((at, index) => at + (index % 3 === 0 ? 40 : 0)).toSorted((a, b) => a - b)
    expect(mostInOneSecond(arrived)).toBeLessThanOrEqual(50)
  })

  it('make up for timers that are late by a little', async () => {
    const clock = new JumpingClock(noon)
    const tardy = late(clock, () => 1.5)
    const moments = await letGo(new RateLimiter(tardy, 50), clock, 1000)
    expect(perSecond(moments)).toBeGreaterThanOrEqual(0.95 * 50)
    expect(mostInOneSecond(moments)).toBeLessThanOrEqual(50)
  })

  it.each([100, 300, 900, 5000])('do not come in a bunch after a stall of %d ms', async (stall) => {
    const clock = new JumpingClock(noon)
    const stalling = late(clock, (wait) => (wait % 100 === 50 ? stall : 0))
    const moments = await letGo(new RateLimiter(stalling, 50), clock, 1000)
    expect(mostInOneSecond(moments)).toBeLessThanOrEqual(50)
    const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? at))
    // One at once, for the one that was late; the others at their distance.
    expect(gaps.filter((gap) => gap < 15).length).toBeLessThanOrEqual(gaps.filter((gap) => gap > 50).length)
  })

  it('begin at once, and are not saved up while no one takes them', async () => {
    const clock = new JumpingClock(noon)
    const turns = new RateLimiter(clock, 50)
    expect((await letGo(turns, clock, 1))[0]).toBe(start)
    const all: number[] = []
    for (let round = 0; round < 3; round++) {
      all.push(...(await letGo(turns, clock, 100)))
      clock.advance(60_000)
    }
    expect(mostInOneSecond(all)).toBeLessThanOrEqual(50)
  })

  it('go to the caller that came first', async () => {
    const clock = new JumpingClock(noon)
    const turns = new RateLimiter(clock, 50)
    const order: number[] = []
    await Promise.all(Array.from({ length: 20 }, (_, caller) => turns.next().then(() => order.push(caller))))
    expect(order).toEqual(Array.from({ length: 20 }, (_, caller) => caller))
  })

  it('wait for no timer where they are a tenth of a millisecond apart', async () => {
    const clock: Clock = { now: () => start, wait: () => Promise.reject(new Error('no one waits')) }
    const turns = new RateLimiter(clock, 10_000)
    for (let call = 0; call < 10; call++) await turns.next()
  })

  it('say how long one would wait that is asked for now', async () => {
    const clock = new JumpingClock(noon)
    const turns = new RateLimiter(clock, 50)
    expect(turns.backlogMilliseconds()).toBe(0)
    const all = Promise.all(Array.from({ length: 101 }, () => turns.next()))
    expect(turns.backlogMilliseconds()).toBeGreaterThan(2000)
    expect(turns.backlogMilliseconds()).toBeLessThan(2300)
    await all
    clock.advance(2000)
    expect(turns.backlogMilliseconds()).toBe(0)
  })
})

describe('turns that were too many for the store', () => {
  it('are fewer for a while, and then as many as before', async () => {
    const clock = new JumpingClock(noon)
    const turns = new RateLimiter(clock, 50)
    turns.slowDown()
    const moments = await letGo(turns, clock, 1000)
    const between = (from: number, to: number) =>
      moments.filter((at) => at >= start + from && at < start + to).length / ((to - from) / 1000)
    expect(between(0, 2000)).toBeLessThan(0.85 * 50)
    expect(between(12_000, 18_000)).toBeGreaterThan(0.94 * 50)
  })

  it('are fewer still when the store complains again, but not for each complaint of the same second', async () => {
    const rate = async (complaints: number, apart: number): Promise<number> => {
      const clock = new JumpingClock(noon)
      const turns = new RateLimiter(clock, 50)
      for (let count = 0; count < complaints; count++) {
        turns.slowDown()
        clock.advance(apart)
      }
      return perSecond(await letGo(turns, clock, 20))
    }
    expect(await rate(5, 10)).toBeCloseTo(await rate(1, 50), 0)
    expect(await rate(5, 1000)).toBeLessThan(0.6 * (await rate(1, 1000)))
  })
})
