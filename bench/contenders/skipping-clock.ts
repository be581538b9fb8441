// A clock on which nobody waits: the time is over at once.

import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../lambda/ports.ts'

export class SkippingClock implements Clock {
  /** Of the real time. */
  #ahead = 0

  now(): number {
    return Date.now() + this.#ahead
  }

  async wait(milliseconds: number): Promise<void> {
    const end = this.now() + milliseconds
    await setImmediate()
    this.skip(end - this.now())
  }

  skip(milliseconds: number): void {
    this.#ahead += Math.max(0, milliseconds)
  }
}
