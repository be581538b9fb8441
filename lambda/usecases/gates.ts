// Breakers: what one connection has found out spares the others of its client or token endpoint the same.

import type { Client } from '../core/client.ts'
import type { Outcome, Redemption } from '../ports.ts'

interface Gate {
  verdict: 'open' | 'closed' | undefined
  /** Resolves when the scout is back. */
  scout: Promise<void> | undefined
}

/** So many answers missing in a row, and the endpoint is left alone for the rest of the tick. */
const missingAnswers = 3

/**
 * For one tick. The first connection of a client goes as a scout while the others wait for what it finds: when the
 * client is at fault, or throttled, nobody else of that client asks.
 */
export class Gates {
  readonly #clients = new Map<string, Gate>()
  readonly #missing = new Map<string, number>()

  /** The client is known to be at fault, and its next probe is not due. */
  close(client: string): void {
    this.#clients.set(client, { verdict: 'closed', scout: undefined })
  }

  /** A connection of this client was answered in this tick, and the client was not at fault. */
  isOpen(client: string): boolean {
    return this.#clients.get(client)?.verdict === 'open'
  }

  /** Runs `work` when its turn has come; `undefined` when the client's gate is closed. */
  async pass(client: string | undefined, work: () => Promise<Outcome>): Promise<Outcome | undefined> {
    if (client === undefined) return work()
    const gate = this.#clients.get(client) ?? { verdict: undefined, scout: undefined }
    this.#clients.set(client, gate)
    while (gate.verdict === undefined && gate.scout !== undefined) await gate.scout
    if (gate.verdict === 'closed') return undefined
    if (gate.verdict === 'open') return work()
    const { promise, resolve } = Promise.withResolvers<void>()
    gate.scout = promise
    try {
      const outcome = await work()
      gate.verdict = verdictOf(outcome)
      return outcome
    } finally {
      gate.scout = undefined
      resolve()
    }
  }

  isDown({ token_endpoint }: Client): boolean {
    return (this.#missing.get(new URL(token_endpoint).host) ?? 0) >= missingAnswers
  }

  answered({ token_endpoint }: Client, redemption: Redemption): void {
    const { host } = new URL(token_endpoint)
    this.#missing.set(host, isMissing(redemption) ? (this.#missing.get(host) ?? 0) + 1 : 0)
  }
}

/** No answer, or a bare 5xx. An OAuth error is an answer, for one tenant perhaps, whatever its status is. */
const isMissing = (redemption: Redemption): boolean =>
  redemption.kind === 'failed' &&
  redemption.outcome !== 'answered' &&
  (redemption.failure.httpStatus === undefined || redemption.failure.code.startsWith('http_'))

/** What a scout has found out; undefined when it has not come to ask, or had no answer: the next one is a scout too. */
const verdictOf = (outcome: Outcome): Gate['verdict'] => {
  if (outcome.kind === 'refreshed') return 'open'
  if (outcome.kind === 'waiting') return outcome.held === true ? 'closed' : undefined
  if (outcome.kind !== 'failed') return undefined
  const { class: name } = outcome.failure
  if (name === 'client' || name === 'throttled') return 'closed'
  return name === 'transient' || name === 'store' ? undefined : 'open'
}
