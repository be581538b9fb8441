// What a function's process and the one that started it say to each other.

import * as v from 'valibot'

export interface Invocation {
  readonly event: unknown
  readonly remainingMilliseconds: number
}

/** How an invocation ended, as Lambda's answer to Invoke tells it. */
const invoked = v.union([
  v.strictObject({ answer: v.unknown() }),
  v.strictObject({ errorType: v.string(), errorMessage: v.string() }),
])

export type Invoked = v.InferOutput<typeof invoked>

export const readInvoked = (message: unknown): Invoked => v.parse(invoked, message)
