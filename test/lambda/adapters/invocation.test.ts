// How long an invocation of Lambda may still go on.

import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { invocationOf } from '../../../lambda/adapters/invocation.ts'

const withLeft = (milliseconds: number) => invocationOf({ getRemainingTimeInMillis: () => milliseconds })

/** Whether it is reached within so many milliseconds. */
const isReached = (reached: Promise<void> | undefined, within: number): Promise<boolean> =>
  Promise.race([reached?.then(() => true) ?? false, setTimeout(within, false)])

describe('an invocation', () => {
  it('says what is left each time it is asked', () => {
    let left = 3_000
    const invocation = invocationOf({ getRemainingTimeInMillis: () => left })
    expect(invocation.remainingMilliseconds()).toBe(3_000)
    left = 2_000
    expect(invocation.remainingMilliseconds()).toBe(2_000)
  })

  it('resolves when the given time is left, and not earlier', async () => {
    const began = performance.now()
    const waiting = withLeft(60_050).whenLeft?.(60_000)
    expect(await isReached(waiting?.reached, 10_000)).toBe(true)
    // A timer of Node.js may be early by a fraction of a millisecond.
    expect(performance.now() - began).toBeGreaterThanOrEqual(48)
  })

  it.each([60_000, 59_999, 0, -5])('tells at once where %d ms are left of 60 000', async (left) => {
    expect(await isReached(withLeft(left).whenLeft?.(60_000).reached, 10_000)).toBe(true)
  })

  it('tells nothing after it was cancelled', async () => {
    const waiting = withLeft(1_010).whenLeft?.(1_000)
    waiting?.cancel()
    expect(await isReached(waiting?.reached, 60)).toBe(false)
  })

  // Node.js lets a timer that is longer than 2 ** 31 - 1 ms run out at once.
  it.each([2 ** 31, Number.MAX_SAFE_INTEGER])('waits where %d ms are left', async (left) => {
    const waiting = withLeft(left).whenLeft?.(0)
    expect(await isReached(waiting?.reached, 60)).toBe(false)
    waiting?.cancel()
  })

  it('keeps no process alive that has nothing else to do', () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const waiting = withLeft(60_000).whenLeft?.(0)
    expect(timers()).toBe(before)
    waiting?.cancel()
  })
})
