// A Lambda invocation as the use cases see it: how long it may still go on.

import type { Invocation } from '../ports.ts'

/** What a handler uses of Lambda's context. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
}

/** Of Node.js, in milliseconds: 24 days. */
const longestTimer = 2 ** 31 - 1

export const invocationOf = (context: LambdaContext): Invocation => ({
  remainingMilliseconds: () => context.getRemainingTimeInMillis(),
  whenLeft: (milliseconds) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const left = Math.max(0, context.getRemainingTimeInMillis() - milliseconds)
    // Keeps no process alive that has nothing else to do.
    const timer = setTimeout(resolve, Math.min(left, longestTimer)).unref()
    return { reached: promise, cancel: () => clearTimeout(timer) }
  },
})
