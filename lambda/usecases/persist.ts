// Trying a write again while something passing is in the way and the invocation has time left.

import { type Dependencies, type Invocation, StoreFailure } from '../ports.ts'

/** A write with the SDK's own three tries is over within this. */
const lastWriteMilliseconds = 20_000

export interface Persistence {
  readonly invocation: Invocation
  /** At most this many; undefined: until the invocation ends. */
  readonly tries: number | undefined
}

/** @param write must be safe to repeat: every write of ours is, for its version id is derived */
export const persist = async <T>(
  { clock }: Dependencies,
  { invocation, tries }: Persistence,
  write: () => Promise<T>,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (error) {
      const passing = error instanceof StoreFailure && error.passing
      if (!passing || attempt === tries || invocation.remainingMilliseconds() < lastWriteMilliseconds) throw error
      await clock.wait(Math.min(10_000, 500 * 2 ** attempt))
    }
  }
}
