// Announcing several things, a few at once, while the invocation has time. The next tick announces the others.

import pLimit from 'p-limit'
import { type Invocation, StoreFailure } from '../../ports.ts'

/** Nothing is begun when less than this is left. */
const leastMilliseconds = 10_000
const atOnce = 8

/** @throws StoreFailure the first one, after everything else was done */
export const eachInTime = async <T>(
  items: readonly T[],
  invocation: Invocation,
  announce: (item: T) => Promise<void>,
): Promise<void> => {
  const limit = pLimit(atOnce)
  const failures: StoreFailure[] = []
  const one = async (item: T): Promise<void> => {
    if (invocation.remainingMilliseconds() < leastMilliseconds) return
    try {
      await announce(item)
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      failures.push(error)
    }
  }
  await Promise.all(items.map((item) => limit(one, item)))
  const [first] = failures
  if (first !== undefined) throw first
}
