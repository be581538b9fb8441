// Limits the number of concurrent refreshes for each token endpoint, so that a slow one delays only its own connections.

import pLimit, { type LimitFunction } from 'p-limit'

/** With this many, a token endpoint that needs two seconds per answer still uses the whole write quota. */
const perEndpoint = 64

/** Of all endpoints together; each takes some hundred kilobytes at the most. */
const altogether = 256

export class EndpointConcurrency {
  readonly #all = pLimit(altogether)
  readonly #byEndpoint = new Map<string, LimitFunction>()

  /** @param endpoint key that all connections of one token endpoint share */
  run<T>(endpoint: string, work: () => Promise<T>): Promise<T> {
    const limit = this.#byEndpoint.get(endpoint) ?? pLimit(perEndpoint)
    this.#byEndpoint.set(endpoint, limit)
    return limit(() => this.#all(work))
  }
}
