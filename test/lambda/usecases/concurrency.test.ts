// Working through a list with a bound on how many are under way.

import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { eachOf } from '../../../lambda/usecases/concurrency.ts'

const numbers = (length: number): number[] => Array.from({ length }, (_, index) => index)

describe('each of a list', () => {
  it.each([
    [1, 10, 1],
    [3, 10, 3],
    [16, 100, 16],
    [16, 5, 5],
    [16, 0, 0],
  ])('is worked on with at most %d at once: of %d there are %d under way', async (atOnce, length, most) => {
    let [underWay, seen] = [0, 0]
    const done: number[] = []
    await eachOf(atOnce, numbers(length), async (item) => {
      seen = Math.max(seen, ++underWay)
      await setImmediate()
      underWay--
      done.push(item)
    })
    expect(seen).toBe(most)
    expect(done.toSorted((a, b) => a - b)).toEqual(numbers(length))
  })

  it('is taken in its order', async () => {
    const begun: number[] = []
    await eachOf(4, numbers(20), async (item) => {
      begun.push(item)
      await setImmediate()
    })
    expect(begun).toEqual(numbers(20))
  })

  it('does not wait for a slow one before it goes on', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const done: number[] = []
    await eachOf(2, numbers(10), async (item) => {
      if (item === 0) await promise
      done.push(item)
      if (item === 9) resolve()
    })
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 0])
  })

  it('may be done without waiting', async () => {
    const done: number[] = []
    await eachOf(2, numbers(5), (item) => {
      done.push(item)
    })
    expect(done).toEqual(numbers(5))
  })

  it('is asked for when there is a place, not before', async () => {
    let taken = 0
    const items = function* () {
      for (;;) yield taken++
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const all = eachOf(3, items(), async (item) => {
      await promise
      if (item >= 3) throw new Error('enough')
    })
    await setImmediate()
    expect(taken).toBe(3)
    resolve()
    await expect(all).rejects.toThrow('enough')
  })

  it.each([
    ['later', async () => Promise.reject(new Error('broken'))],
    [
      'at once',
      () => {
        throw new Error('broken')
      },
    ],
  ])('fails as a whole when one throws %s', async (_, work) => {
    await expect(eachOf(3, numbers(10), work)).rejects.toThrow('broken')
  })

  it('is left once each of those at once has failed', async () => {
    const begun: number[] = []
    const all = eachOf(1, numbers(10), async (item) => {
      begun.push(item)
      if (item === 2) throw new Error('broken')
    })
    await expect(all).rejects.toThrow('broken')
    await setImmediate()
    expect(begun).toEqual([0, 1, 2])
  })
})
