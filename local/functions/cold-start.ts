// How long a new process needs for its first answer.

import { BareFunction, type BareFunctionOptions } from './bare-function.ts'
import type { Invoked } from './messages.ts'

export interface ColdStart {
  /** From the start of the process. */
  readonly milliseconds: number
  readonly invoked: Invoked
}

export const coldStart = async (options: BareFunctionOptions, event: unknown): Promise<ColdStart> => {
  const bare = await BareFunction.start(options)
  try {
    const invoked = await bare.invoke(event)
    return { milliseconds: performance.now() - bare.spawnedAt, invoked }
  } finally {
    await bare.stop()
  }
}
