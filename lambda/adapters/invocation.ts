// A Lambda invocation for the use cases: how much time is left.

import type { Invocation } from '../ports.ts'

/** The part of Lambda's context that a handler uses. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
}

/** The longest timer of Node.js, in milliseconds: 24 days. */
const longestTimer = 2 ** 31 - 1

export const invocationOf = (context: LambdaContext): Invocation => ({
  remainingMilliseconds: () => context.getRemainingTimeInMillis(),
  whenLeft: (milliseconds) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const left = Math.max(0, context.getRemainingTimeInMillis() - milliseconds)
    // Unreferenced, so that the timer alone does not keep the process alive.
    const timer = setTimeout(resolve, Math.min(left, longestTimer)).unref()
    return { reached: promise, cancel: () => clearTimeout(timer) }
  },
})
