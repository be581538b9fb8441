// RateLimiter: so many calls in a span of time and no more, one after another, fewer for a while when the store says so.

import type { Clock } from '../../ports.ts'

/** Waking up late and the way to the store may bring calls closer together by this much than they were let go. */
const jitterMilliseconds = 42

/** A share of the rate that the store has shown to be too much. */
const slowerBy = 0.8
const slowest = 0.05

/** Of the full rate, each second without another complaint. */
const recoveryPerSecond = 0.03

export class RateLimiter {
  readonly #clock: Clock
  /** Calls that may be let go within `#span`. */
  readonly #most: number
  readonly #span: number
  readonly #interval: number
  /** When the last ones were let go, in a ring: a sliding window, which no stall of this process can deceive. */
  readonly #past: number[] = []
  #count = 0
  /** When the next one would be let go if nothing were ever late. */
  #slot = Number.NEGATIVE_INFINITY
  #line: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #rate = 1
  #slowedAt = Number.NEGATIVE_INFINITY

  /** @param perSecond calls that the store takes in any second; below one, one in as many seconds as that makes */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock
    this.#most = Math.max(1, Math.floor(perSecond))
    this.#span = (this.#most * (1000 + jitterMilliseconds)) / perSecond
    this.#interval = 1000 / perSecond
  }

  /** Calls a second, in the long run. */
  get perSecond(): number {
    return (this.#most * 1000) / this.#span
  }

  /** How long a call would wait that asks for its turn now. */
  backlogMilliseconds(): number {
    const now = this.#clock.now()
    const queued = (this.#waiting * this.#span) / this.#most / this.#rateAt(now)
    return queued + Math.max(0, this.#freeAt(now) - now)
  }

  /** Resolves when the caller may start. First come, first served; unused capacity is not saved up. */
  next(): Promise<void> {
    this.#waiting++
    const turn = this.#line.then(() => this.#take())
    this.#line = turn
    return turn
  }

  /** The store has refused a call for coming too soon. Complaints within a second are one. */
  slowDown(): void {
    const now = this.#clock.now()
    if (now - this.#slowedAt < 1000) return
    this.#rate = Math.max(slowest, this.#rateAt(now) * slowerBy)
    this.#slowedAt = now
  }

  async #take(): Promise<void> {
    this.#waiting--
    const asked = this.#clock.now()
    const free = this.#freeAt(asked)
    // No timer is finer than a millisecond.
    if (free - asked >= 1) await this.#clock.wait(free - asked)
    const now = this.#clock.now()
    const late = Math.min(Math.max(0, now - Math.max(free, asked)), this.#interval)
    this.#slot = now - late + this.#interval / this.#rateAt(now)
    this.#past[this.#count++ % this.#most] = now
  }

  #freeAt(now: number): number {
    const oldest = this.#past[this.#count % this.#most] ?? Number.NEGATIVE_INFINITY
    return Math.max(this.#slot, oldest + this.#span / this.#rateAt(now))
  }

  #rateAt(now: number): number {
    return Math.min(1, this.#rate + ((now - this.#slowedAt) / 1000) * recoveryPerSecond)
  }
}
