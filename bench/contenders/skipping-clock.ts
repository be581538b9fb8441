// A clock on which no one waits: the time is over at once.

import type { Clock } from '../../lambda/ports.ts'

export class SkippingClock implements Clock {
  /** Of the real time. */
  #ahead = 0

  now(): number {
    return Date.now() + this.#ahead
  }

  async wait(milliseconds: number): Promise<void> {
    // Not even a turn of the event loop, which those without a pace do not take either.
    this.skip(milliseconds)
  }

  skip(milliseconds: number): void {
    this.#ahead += Math.max(0, milliseconds)
  }
}
