// RateLimiter: a maximum number of calls in a span of time, one after another, and fewer for a while after a throttled call.

import type { Clock } from '../../ports.ts'

/** Late timers and the network may bring calls closer together by this much. */
const jitterMilliseconds = 42

/** Factor for the rate after a throttled call. */
const slowerBy = 0.8
const slowest = 0.05

/** Share of the full rate that each second without throttling adds. */
const recoveryPerSecond = 0.03

export class RateLimiter {
  readonly #clock: Clock
  /** Calls that may start within `#span`. */
  readonly #most: number
  readonly #span: number
  readonly #interval: number
  /** Start times of the last calls, in a ring: a sliding window, which stays correct if this process stalls. */
  readonly #past: number[] = []
  #count = 0
  /** The ideal start time of the next call. */
  #slot = Number.NEGATIVE_INFINITY
  #line: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #rate = 1
  #slowedAt = Number.NEGATIVE_INFINITY

  /** @param perSecond calls that the store accepts in a second; 0.5 means one call in two seconds */
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

  /** How long a call would wait now. */
  backlogMilliseconds(): number {
    const now = this.#clock.now()
    const queued = (this.#waiting * this.#span) / this.#most / this.#rateAt(now)
    return queued + Math.max(0, this.#freeAt(now) - now)
  }

  /** Resolves when the caller may start. Callers start in their order; unused capacity is not saved. */
  next(): Promise<void> {
    this.#waiting++
    const turn = this.#line.then(() => this.#take())
    this.#line = turn
    return turn
  }

  /** Call it after a throttled call. Throttling within one second counts once. */
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
    // The resolution of timers is a millisecond.
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
