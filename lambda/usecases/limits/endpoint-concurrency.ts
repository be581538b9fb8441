// How many connections are worked on at once: bounded for each token endpoint, so that a slow one holds up its own only.

import pLimit, { type LimitFunction } from 'p-limit'

/** A token endpoint that takes two seconds an answer still uses the whole of the store's write quota. */
const perEndpoint = 64

/** Of all endpoints together; each takes some hundred kilobytes at the most. */
const altogether = 256

export class EndpointConcurrency {
  readonly #all = pLimit(altogether)
  readonly #byEndpoint = new Map<string, LimitFunction>()

  /** @param endpoint what the connections of one token endpoint have in common */
  run<T>(endpoint: string, work: () => Promise<T>): Promise<T> {
    const limit = this.#byEndpoint.get(endpoint) ?? pLimit(perEndpoint)
    this.#byEndpoint.set(endpoint, limit)
    return limit(() => this.#all(work))
  }
}
