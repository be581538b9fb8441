// Calls are spread so that a tick stays below the store's quotas, each group of operations by itself.

import { describe, expect, it } from 'vitest'
import { storeErrors } from '../../../../lambda/adapters/store-errors.ts'
import { StoreFailure } from '../../../../lambda/ports.ts'
import { rateLimitedStore, retryingStore } from '../../../../lambda/usecases/limits/rate-limited-store.ts'
import { refusingStore } from '../../../support/core-refusing.ts'
import { noon, stored } from '../../../support/core-samples.ts'
import { JumpingClock, mostInOneSecond } from '../../scale/world.ts'

const write = {
  room: 'grants',
  name: 'a',
  text: stored('{}'),
  versionId: '3f1a2b3c-0000-4000-8000-00000000ab00',
} as const

/** When the calls of a paced store reach the store beneath it, of which every call succeeds. */
const paced = (shards = 1, put: (at: number) => void = () => {}) => {
  const clock = new JumpingClock(noon)
  const moments: number[] = []
  const { store } = rateLimitedStore(
    {
      clock,
      store: {
        ...refusingStore,
        put: async () => {
          moments.push(clock.now())
          put(clock.now())
          return 'written'
        },
        tag: async () => {},
        list: async () => ({ entries: [], next: undefined }),
        describe: async () => undefined,
        read: async () => undefined,
      },
    },
    shards,
  )
  return { clock, moments, store }
}

const many = <T>(count: number, call: () => Promise<T>) => Promise.all(Array.from({ length: count }, call))

describe('a paced store', () => {
  it('never writes more than 50 times in a second, and uses at least 95 % of that', async () => {
    const { store, moments } = paced()
    await many(500, () => store.put(write))
    expect(mostInOneSecond(moments)).toBeLessThanOrEqual(50)
    expect(499_000 / ((moments.at(-1) ?? 0) - (moments[0] ?? 0))).toBeGreaterThanOrEqual(0.95 * 50)
  })

  it.each([2, 3, 4, 10, 100])('takes its part of the quota among %d shards', async (shards) => {
    const { store, moments } = paced(shards)
    await many(100, () => store.put(write))
    expect(mostInOneSecond(moments)).toBeLessThanOrEqual(Math.ceil(50 / shards))
    expect((99_000 * shards) / ((moments.at(-1) ?? 0) - (moments[0] ?? 0))).toBeGreaterThanOrEqual(0.95 * 50)
  })

  it('gives every group of operations turns of its own', async () => {
    const { clock, store } = paced()
    await many(200, () => store.put(write))
    const from = clock.now()
    await store.tag(write, {})
    await store.list('grants')
    await many(1000, () => store.describe(write))
    expect(clock.now() - from).toBeLessThan(100)
    await many(100, () => store.list('grants'))
    expect(clock.now() - from).toBeLessThan(1200)
  })

  it('describes 40,000 secrets a second, and reads 10,000 beside that', async () => {
    const { clock, store } = paced()
    const from = clock.now()
    await many(10_001, () => store.read(write))
    const read = clock.now()
    expect(read - from).toBeGreaterThanOrEqual(1000)
    await many(40_000, () => store.describe(write))
    expect(clock.now() - read).toBeLessThan(1000)
    await store.describe(write)
    expect(clock.now() - read).toBeGreaterThanOrEqual(1000)
  })

  it('passes calls and answers on as they are', async () => {
    const calls: unknown[][] = []
    const put = async (...call: unknown[]) => {
      calls.push(call)
      return 'exists' as const
    }
    const { store } = rateLimitedStore({ clock: new JumpingClock(noon), store: { ...refusingStore, put } }, 1)
    expect(await store.put(write, 'CLAIM')).toBe('exists')
    expect(calls).toEqual([[write, 'CLAIM']])
  })

  it('goes on after a write that failed, and does not repeat it', async () => {
    let count = 0
    const { store } = paced(1, () => {
      if (count++ === 0) throw new Error('refused')
    })
    await expect(store.put(write)).rejects.toThrow('refused')
    expect(await store.put(write)).toBe('written')
    expect(count).toBe(2)
  })
})

describe('a store of which others use the quota too', () => {
  /** Takes so many calls a second in total. */
  const shared = (perSecond: number) => {
    const taken: number[] = []
    let refused = 0
    const world = paced(1, (at) => {
      if (taken.filter((one) => one > at - 1000).length >= perSecond) {
        refused++
        throw storeErrors('ThrottlingException')
      }
      taken.push(at)
    })
    return { ...world, taken, refused: () => refused }
  }

  it('gets all writes in the end, and few that it must refuse', async () => {
    const { store, taken, moments, refused } = shared(25)
    const answers = await many(1000, () => store.put(write))
    expect(new Set(answers)).toEqual(new Set(['written']))
    expect(taken).toHaveLength(1000)
    expect(refused()).toBeLessThan(300)
    // It is used as far as it goes.
    expect(1_000_000 / ((moments.at(-1) ?? 0) - (moments[0] ?? 0))).toBeGreaterThan(0.8 * 25)
  })

  it('that takes nothing at all is a failure of the store', async () => {
    const { store, refused } = shared(0)
    const error = await store.put(write).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StoreFailure)
    expect(error).toMatchObject({ failure: { class: 'store', code: 'ThrottlingException' }, passing: true })
    expect(refused()).toBe(5)
  })
})

describe('the store of a bootstrap', () => {
  const store = (put: () => void) => {
    const clock = new JumpingClock(noon)
    const random = { fraction: () => 0.5, uuid: () => 'drawn' }
    const beneath = {
      ...refusingStore,
      put: async () => {
        put()
        return 'written' as const
      },
    }
    return { clock, store: retryingStore({ clock, random, store: beneath }) }
  }

  it('lets calls go at once', async () => {
    const { clock, store: patient } = store(() => {})
    await many(10, () => patient.put(write))
    expect(clock.now()).toBe(noon.getTime())
  })

  it('waits a second when it is throttled, and then calls again', async () => {
    let calls = 0
    const { clock, store: patient } = store(() => {
      if (calls++ < 2) throw storeErrors('ThrottlingException')
    })
    expect(await patient.put(write)).toBe('written')
    expect(clock.now() - noon.getTime()).toBe(2000)
  })

  it('repeats nothing else', async () => {
    let calls = 0
    const { store: patient } = store(() => {
      calls++
      throw storeErrors('InternalServiceError')
    })
    await expect(patient.put(write)).rejects.toThrow('InternalServiceError')
    expect(calls).toBe(1)
  })
})
