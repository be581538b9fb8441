// Repeats a write while the invocation has time left.

import { type Dependencies, type Invocation, StoreFailure } from '../../ports.ts'

/** A write with the SDK's own three attempts takes at most this long. */
const lastWriteMilliseconds = 20_000

export interface WriteRetries {
  readonly invocation: Invocation
  /**
   * At most this many attempts, and only after failures that may pass. Undefined: until the invocation ends, after every failure
   * of the store, because the text is the only copy.
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
