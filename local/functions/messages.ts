// The messages between a function's process and the process that started it.

import * as v from 'valibot'

export interface Invocation {
  readonly event: unknown
  readonly remainingMilliseconds: number
}

/** The end of an invocation, as in Lambda's answer to Invoke. */
const invoked = v.union([
  v.strictObject({ answer: v.unknown() }),
  v.strictObject({ errorType: v.string(), errorMessage: v.string() }),
])

export type Invoked = v.InferOutput<typeof invoked>

export const readInvoked = (message: unknown): Invoked => v.parse(invoked, message)
