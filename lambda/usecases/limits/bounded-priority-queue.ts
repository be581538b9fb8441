// Keeps the most urgent items of many, in memory for a few.

interface Item<T> {
  readonly urgency: number
  readonly value: T
}

export class BoundedPriorityQueue<T> {
  readonly #capacity: number
  readonly #drop: (value: T) => void
  #items: Item<T>[] = []
  /** Items less urgent than this are dropped. */
  #bar = Number.POSITIVE_INFINITY

  /** @param drop receives each item that is dropped */
  constructor(capacity: number, drop: (value: T) => void) {
    this.#capacity = capacity
    this.#drop = drop
  }

  /** @param urgency the smaller, the sooner */
  add(urgency: number, value: T): void {
    if (urgency > this.#bar) {
      this.#drop(value)
      return
    }
    this.#items.push({ urgency, value })
    // Twice the capacity, so that sorting is rare.
    if (this.#items.length >= 2 * this.#capacity) this.#trim()
  }

  /** The soonest first. Nothing is kept. */
  take(): readonly T[] {
    this.#trim()
    const taken = this.#items.map(({ value }) => value)
    this.#items = []
    this.#bar = Number.POSITIVE_INFINITY
    return taken
  }

  #trim(): void {
    this.#items.sort((a, b) => a.urgency - b.urgency)
    for (const { value } of this.#items.splice(this.#capacity)) this.#drop(value)
    if (this.#items.length === this.#capacity) this.#bar = this.#items.at(-1)?.urgency ?? this.#bar
  }
}
