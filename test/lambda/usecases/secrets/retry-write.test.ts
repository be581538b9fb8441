// A write is tried again while something passing is in the way and the invocation has time left.

import { describe, expect, it } from 'vitest'
import { storeFailure } from '../../../../lambda/core/failures/failure-table.ts'
import { StoreFailure } from '../../../../lambda/ports.ts'
import { retryWrite } from '../../../../lambda/usecases/secrets/retry-write.ts'
import { ManualClock } from '../../../../local/clock.ts'
import { refusingDependencies } from '../../../support/core-refusing.ts'
import { noon } from '../../../support/core-samples.ts'

const passing = new StoreFailure(storeFailure('ThrottlingException'), true)
const lasting = new StoreFailure(storeFailure('AccessDeniedException'), false)

/** A write that fails so often, in an invocation that still has so many seconds. */
const persisting = (
  failing: number,
  { seconds = 120, tries = undefined as number | undefined, error = passing as Error } = {},
) => {
  const clock = new ManualClock(noon)
  const end = noon.getTime() + seconds * 1000
  const moments: number[] = []
  const write = async () => {
    moments.push((clock.now() - noon.getTime()) / 1000)
    if (moments.length <= failing) throw error
    return moments.length
  }
  const invocation = { remainingMilliseconds: () => end - clock.now() }
  return { moments, answer: retryWrite(refusingDependencies({ clock }), { invocation, tries }, write) }
}

describe('a write', () => {
  it('that succeeds is done once, and its answer is given back', async () => {
    const { answer, moments } = persisting(0)
    expect(await answer).toBe(1)
    expect(moments).toEqual([0])
  })

  it('that succeeds is done even when no time is left', async () => {
    expect(await persisting(0, { seconds: 0 }).answer).toBe(1)
  })

  it('is tried again after a second, then two, four, eight and at most ten', async () => {
    const { answer, moments } = persisting(6)
    expect(await answer).toBe(7)
    expect(moments).toEqual([0, 1, 3, 7, 15, 25, 35])
  })

  it.each([
    [1, 0],
    [3, 2],
  ])('is tried %d times where that is the limit, the last of them may succeed', async (tries, failing) => {
    expect(await persisting(failing, { tries }).answer).toBe(tries)
    const { answer, moments } = persisting(failing + 1, { tries })
    await expect(answer).rejects.toBe(passing)
    expect(moments).toHaveLength(tries)
  })

  it('is tried until the invocation ends, and not after', async () => {
    const { answer, moments } = persisting(1000, { seconds: 120 })
    await expect(answer).rejects.toBe(passing)
    expect(moments).toEqual([0, 1, 3, 7, 15, 25, 35, 45, 55, 65, 75, 85, 95, 105])
  })

  it.each([
    [20, 2],
    [19.999, 1],
  ])('with %d seconds left is tried %d times, for one takes up to 20', async (seconds, times) => {
    const { answer, moments } = persisting(1000, { seconds })
    await expect(answer).rejects.toBe(passing)
    expect(moments).toHaveLength(times)
  })

  it('of the only copy is tried again regardless of what the store says', async () => {
    const { answer, moments } = persisting(3, { error: lasting })
    expect(await answer).toBe(4)
    expect(moments).toEqual([0, 1, 3, 7])
  })

  it.each([
    ['something that lasts', lasting, 3],
    ['a bug', new TypeError('a bug'), 3],
    ['a bug, and is the only copy', new TypeError('a bug'), undefined],
  ])('that fails for %s is not tried again', async (_, error, tries) => {
    const { answer, moments } = persisting(1, { error, tries })
    await expect(answer).rejects.toBe(error)
    expect(moments).toEqual([0])
  })
})
