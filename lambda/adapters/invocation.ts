// A Lambda invocation as the use cases see it: how long it may still go on.

import type { Invocation } from '../ports.ts'

/** What a handler uses of Lambda's context. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
}

export const invocationOf = (context: LambdaContext): Invocation => ({
  remainingMilliseconds: () => context.getRemainingTimeInMillis(),
  whenLeft: (milliseconds) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    // Keeps no process alive that has nothing else to do.
    const timer = setTimeout(resolve, Math.max(0, context.getRemainingTimeInMillis() - milliseconds)).unref()
    return { reached: promise, cancel: () => clearTimeout(timer) }
  },
})
