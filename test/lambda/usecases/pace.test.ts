// Writes are spread so that a tick stays below the store's quota of 50 a second, and nothing else waits.

import { describe, expect, it } from 'vitest'
import { paceStore } from '../../../lambda/usecases/pace.ts'
import { ManualClock } from '../../../local/clock.ts'
import { refusingStore } from '../../support/core-refusing.ts'
import { noon, stored } from '../../support/core-samples.ts'

const write = {
  room: 'grants',
  name: 'a',
  text: stored('{}'),
  versionId: '3f1a2b3c-0000-4000-8000-00000000ab00',
} as const

/** When the writes of a paced store reach the store beneath it. */
const paced = (shards = 1) => {
  const clock = new ManualClock(noon)
  const moments: number[] = []
  const paced = paceStore(
    {
      clock,
      store: {
        ...refusingStore,
        put: async () => {
          moments.push(clock.now())
          return 'written'
        },
        tag: async () => {},
      },
    },
    shards,
  )
  return { clock, moments, paced, store: paced.store }
}

/** The most writes within any one second. */
const mostInOneSecond = (moments: readonly number[]): number =>
  Math.max(...moments.map((from) => moments.filter((one) => one >= from && one < from + 1000).length))

describe('a paced store', () => {
  it('writes at once when nothing was written before', async () => {
    const { store, moments } = paced()
    await store.put(write)
    expect(moments).toEqual([noon.getTime()])
  })

  it('never writes more than 50 times in a second, and uses at least 95 % of that', async () => {
    const { store, moments } = paced()
    for (let count = 0; count < 500; count++) await store.put(write)
    expect(moments).toHaveLength(500)
    expect(mostInOneSecond(moments)).toBeLessThanOrEqual(50)
    const seconds = ((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / 1000
    expect(499 / seconds).toBeGreaterThanOrEqual(0.95 * 50)
    expect(499 / seconds).toBeLessThanOrEqual(49.01)
  })

  it('saves no turns up while nothing is written', async () => {
    const { clock, store, moments } = paced()
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 100; count++) await store.put(write)
      clock.advance(60_000)
    }
    expect(mostInOneSecond(moments)).toBeLessThanOrEqual(50)
  })

  it('gives callers who come at the same moment one turn each', async () => {
    // A clock that stands still although somebody waits: everybody comes at the same moment.
    const waits: number[] = []
    const clock = {
      now: () => noon.getTime(),
      wait: async (milliseconds: number) => {
        waits.push(milliseconds)
      },
    }
    const { store } = paceStore({ clock, store: { ...refusingStore, put: async () => 'written' } }, 1)
    await Promise.all(Array.from({ length: 99 }, () => store.put(write)))
    expect(waits).toHaveLength(98)
    expect(waits.at(48)).toBeCloseTo(1000)
    expect(waits.at(-1)).toBeCloseTo(2000)
    for (const [index, wait] of waits.entries()) expect(wait).toBeCloseTo(((index + 1) * 1000) / 49)
  })

  it.each([2, 4, 10])('takes its part of the quota among %d shards', async (shards) => {
    const { store, moments } = paced(shards)
    for (let count = 0; count < 100; count++) await store.put(write)
    expect(mostInOneSecond(moments)).toBeLessThanOrEqual(Math.ceil(50 / shards))
    expect(((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / 1000).toBeCloseTo((99 * shards) / 49)
  })

  it('passes calls and answers on as they are', async () => {
    const calls: unknown[][] = []
    const { store } = paceStore(
      {
        clock: new ManualClock(noon),
        store: {
          ...refusingStore,
          put: async (...call) => {
            calls.push(call)
            return 'exists'
          },
        },
      },
      1,
    )
    expect(await store.put(write, 'CLAIM')).toBe('exists')
    expect(calls).toEqual([[write, 'CLAIM']])
  })

  it('goes on after a write that failed', async () => {
    let count = 0
    const clock = new ManualClock(noon)
    const put = async () => {
      if (count++ === 0) throw new Error('refused')
      return 'written' as const
    }
    const { store } = paceStore({ clock, store: { ...refusingStore, put } }, 1)
    await expect(store.put(write)).rejects.toThrow('refused')
    expect(await store.put(write)).toBe('written')
  })

  it('gives every group of operations turns of its own', async () => {
    const { clock, store } = paced()
    for (let count = 0; count < 49; count++) await store.put(write)
    const written = clock.now()
    for (let count = 0; count < 49; count++) await store.tag(write, {})
    expect(clock.now() - written).toBeCloseTo((48 * 1000) / 49)
  })

  it('says how long a write would wait', async () => {
    const { clock, paced: whole } = paced()
    expect(whole.backlogMilliseconds()).toBe(0)
    await whole.store.put(write)
    expect(whole.backlogMilliseconds()).toBeCloseTo(1000 / 49)
    clock.advance(1000)
    expect(whole.backlogMilliseconds()).toBe(0)
  })
})
