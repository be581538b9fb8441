// How much of a tick's time is left, and how many refreshes that is enough for.

import { longestRefreshSeconds } from '../../contract.ts'
import type { Invocation } from '../../ports.ts'
import { type RateLimited, writesPerRefresh } from '../limits/rate-limited-store.ts'

/** A token is redeemed only if there is enough time to store it. */
const refreshMilliseconds = longestRefreshSeconds * 1000

/** A tick with hardly any time left still reads this many, because most need no write. */
const leastCapacity = 100

export class TimeLeft {
  readonly #invocation: Invocation
  readonly #rateLimited: RateLimited

  constructor(invocation: Invocation, rateLimited: RateLimited) {
    this.#invocation = invocation
    this.#rateLimited = rateLimited
  }

  /** Whether no further refresh may begin. Writes that already wait for the rate limit come first. */
  isOver(): boolean {
    return this.#invocation.remainingMilliseconds() - this.#rateLimited.backlogMilliseconds() < refreshMilliseconds
  }

  /** How many connections could be refreshed. */
  capacity(): number {
    const seconds = Math.max(0, this.#invocation.remainingMilliseconds() - refreshMilliseconds) / 1000
    return Math.max(leastCapacity, Math.ceil((seconds * this.#rateLimited.writesPerSecond) / writesPerRefresh))
  }
}
