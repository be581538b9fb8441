// One clock drives the whole embedded stack: real, or moved by hand.

export interface Clock {
  /** Milliseconds since 1970, as Date.now() counts. */
  now(): number
  /** Resolves when this much of the clock's own time has passed. */
  wait(milliseconds: number): Promise<void>
}

export const realClock: Clock = {
  now: () => Date.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

/** A clock that moves only by hand. A wait moves it too, so no wait hangs. */
export class ManualClock implements Clock {
  #now: number

  constructor(start: Date | number) {
    this.#now = Number(start)
  }

  now(): number {
    return this.#now
  }

  async wait(milliseconds: number): Promise<void> {
    this.advance(milliseconds)
  }

  advance(milliseconds: number): void {
    if (milliseconds < 0) throw new RangeError('a clock only moves forward')
    this.#now += milliseconds
  }

  /** Moves to a moment. A moment in the past does not move the clock. */
  moveTo(moment: Date | number): void {
    this.#now = Math.max(this.#now, Number(moment))
  }
}
