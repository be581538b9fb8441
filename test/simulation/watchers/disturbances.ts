// What excuses a lapse: two faults close to each other, or an outage that has hardly ended.

import {
  flexibleWindowMinutes,
  listingLagMinutes,
  type Rotation,
  shortestRefreshIntervalMinutes,
  type Timing,
  tickSlackMinutes,
} from '../../../lambda/contract.ts'

interface Disturbance {
  readonly at: number
  readonly until: number
}

const minute = 60_000

/**
 * Two faults within this may cost a lapse: the second hits the attempt that makes good for the first, and the first may
 * have happened when a token was stored that lives for 90 minutes.
 */
const memory = 80 * minute

/** The longest that anything is looked back for. */
const kept = 4 * 60 * minute

export class Disturbances {
  readonly #recovery: number
  #all: Disturbance[] = []
  /** When the last one ended. */
  last = 0

  constructor({ everyMinutes }: Timing, rotation: Rotation) {
    // The backoff that an outage has led to, a tick that finds it over, and a listing that lags.
    const backoff = rotation === 'single-use' ? 2 * shortestRefreshIntervalMinutes(rotation) : 0
    const late = everyMinutes + flexibleWindowMinutes + tickSlackMinutes + listingLagMinutes
    this.#recovery = (Math.max(2 * everyMinutes, backoff) + late) * minute
  }

  add({ at, until }: Disturbance): void {
    this.#all = this.#all.filter((one) => one.until > at - kept)
    this.#all.push({ at, until })
    this.last = Math.max(this.last, until)
  }

  /** @param lapse when it began, or now when it has not: what lapsed in an outage has to be back soon after */
  excuse(lapse: number, now: number): boolean {
    const recent = this.#all.filter(({ until }) => until >= lapse - memory)
    const isFresh = ({ at, until }: Disturbance): boolean =>
      until > at && until >= (lapse < until ? now : lapse) - this.#recovery
    const faults = recent.filter(({ at, until }) => until === at)
    return (faults.length > 0 && recent.length > 1) || recent.some(isFresh)
  }
}
