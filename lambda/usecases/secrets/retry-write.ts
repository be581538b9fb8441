// Trying a write again while the invocation has time left.

import { type Dependencies, type Invocation, StoreFailure } from '../../ports.ts'

/** A write with the SDK's own three tries is over within this. */
const lastWriteMilliseconds = 20_000

export interface WriteRetries {
  readonly invocation: Invocation
  /**
   * At most this many, and only after failures that may pass. Undefined: until the invocation ends, for any
   * the store says, for what is to be written is the only copy.
   */
  readonly tries: number | undefined
}

/** @param write must be safe to repeat: every write of ours is, for its version id is derived */
export const retryWrite = async <T>(
  { clock }: Dependencies,
  { invocation, tries }: WriteRetries,
  write: () => Promise<T>,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (error) {
      const worthwhile = error instanceof StoreFailure && (error.passing || tries === undefined)
      if (!worthwhile || attempt === tries || invocation.remainingMilliseconds() < lastWriteMilliseconds) throw error
      await clock.wait(Math.min(10_000, 500 * 2 ** attempt))
    }
  }
}
