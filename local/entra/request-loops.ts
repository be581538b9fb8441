// Refuses clients that repeat the same request too often, with 50196. Counts in windows of fixed length.

import type { TokenRequestFacts } from './token-endpoint.ts'

export class RequestLoops {
  readonly #limit: { readonly requests: number; readonly perSeconds: number }
  readonly #counts = new Map<string, number>()
  #window = 0

  constructor(limit: { readonly requests: number; readonly perSeconds: number }) {
    this.#limit = limit
  }

  /** Counts this request, and says whether it is one too many. */
  isOneTooMany({ clientId, userName, grantType }: TokenRequestFacts, now: number): boolean {
    const window = Math.floor(now / (this.#limit.perSeconds * 1000))
    if (window !== this.#window) this.#counts.clear()
    this.#window = window
    const key = JSON.stringify([clientId, userName, grantType])
    const count = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, count)
    return count > this.#limit.requests
  }
}
