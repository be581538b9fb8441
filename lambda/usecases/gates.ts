// Breakers: what one connection has found out spares the others of its client or token endpoint the same.

import { type Client, clientName } from '../core/client.ts'
import type { Failure } from '../core/failure.ts'
import type { Outcome, Redemption } from '../ports.ts'

interface Gate {
  verdict: 'open' | 'closed' | undefined
  /** Resolves when the scout is back. */
  scout: Promise<void> | undefined
  /** Scouts in a row that came back with something passing. */
  passing: number
  /** Connections that were refused for a reason that may be their own user's. */
  doubts: number
}

/** So many answers missing in a row, and the endpoint, or the client, is left alone for the rest of the tick. */
const missingAnswers = 3

/** Consent and assignment may be missing for one user only: one more connection has to say the same. */
const perUser: readonly string[] = ['consent_required', 'AADSTS50105', 'AADSTS65001', 'AADSTS90094', 'AADSTS90095']

/**
 * For one tick. The first connection of a client goes as a scout while the others wait for what it finds: when the
 * client is at fault, or throttled, nobody else of that client asks.
 */
export class Gates {
  readonly #clients = new Map<string, Gate>()
  readonly #missing = new Map<string, number>()
  /** Hosts of token endpoints, by the client that sent a request there. */
  readonly #hosts = new Map<string, string>()

  /** The client is known to be at fault, and its next probe is not due. */
  close(client: string): void {
    this.#gate(client).verdict = 'closed'
  }

  isClosed(client: string): boolean {
    return this.#clients.get(client)?.verdict === 'closed'
  }

  /** Nobody of this client has to be looked at any more in this tick. */
  isHeld(client: string): boolean {
    const host = this.#hosts.get(client)
    return this.isClosed(client) || (host !== undefined && this.#isMissing(host))
  }

  /** A connection of this client was answered in this tick, and the client was not at fault. */
  isOpen(client: string): boolean {
    return this.#clients.get(client)?.verdict === 'open'
  }

  /** Runs `work` when its turn has come; `undefined` when the client's gate is closed. */
  async pass(client: string | undefined, work: () => Promise<Outcome>): Promise<Outcome | undefined> {
    if (client === undefined) return work()
    const gate = this.#gate(client)
    while (gate.verdict === undefined && gate.scout !== undefined) await gate.scout
    if (gate.verdict === 'closed') return undefined
    if (gate.verdict === 'open') return learn(gate, await work())
    const { promise, resolve } = Promise.withResolvers<void>()
    gate.scout = promise
    try {
      return learn(gate, await work())
    } finally {
      gate.scout = undefined
      resolve()
    }
  }

  /** Whether a refusal of class `client` is the client's and not one user's: all its connections would get it. */
  isClientsFault(client: string, { code }: Pick<Failure, 'code'>): boolean {
    if (!perUser.includes(code)) return true
    const gate = this.#gate(client)
    if (gate.verdict === 'open') return false
    gate.doubts++
    return gate.doubts > 1
  }

  isDown({ token_endpoint }: Client): boolean {
    return this.#isMissing(new URL(token_endpoint).host)
  }

  answered({ token_endpoint, client_id }: Client, redemption: Redemption): void {
    const { host } = new URL(token_endpoint)
    this.#hosts.set(clientName(client_id), host)
    this.#missing.set(host, isMissing(redemption) ? (this.#missing.get(host) ?? 0) + 1 : 0)
  }

  #isMissing(host: string): boolean {
    return (this.#missing.get(host) ?? 0) >= missingAnswers
  }

  #gate(client: string): Gate {
    const gate = this.#clients.get(client) ?? { verdict: undefined, scout: undefined, passing: 0, doubts: 0 }
    this.#clients.set(client, gate)
    return gate
  }
}

const learn = (gate: Gate, outcome: Outcome): Outcome => {
  gate.passing = isPassing(outcome) ? gate.passing + 1 : 0
  const verdict = gate.passing >= missingAnswers ? 'closed' : verdictOf(outcome)
  // What is closed stays closed in this tick; what is open closes when another connection finds that it must.
  if (gate.verdict !== 'closed' && verdict !== undefined) gate.verdict = verdict
  return outcome
}

const isPassing = (outcome: Outcome): boolean => outcome.kind === 'failed' && outcome.failure.class === 'transient'

/** What was found out; undefined when nobody came to ask, or had no answer: the next one is a scout too. */
const verdictOf = (outcome: Outcome): Gate['verdict'] => {
  if (outcome.kind === 'refreshed') return 'open'
  if (outcome.kind === 'waiting') return outcome.held === true ? 'closed' : undefined
  if (outcome.kind !== 'failed') return undefined
  const { class: name } = outcome.failure
  if (name === 'throttled' || outcome.about?.room === 'clients') return 'closed'
  return name === 'transient' || name === 'store' || name === 'client' ? undefined : 'open'
}

/** No answer, or a bare 5xx. An OAuth error is an answer, for one tenant perhaps, whatever its status is. */
const isMissing = (redemption: Redemption): boolean => {
  if (redemption.kind !== 'failed' || redemption.outcome === 'answered') return false
  const { httpStatus, code } = redemption.failure
  const asked = code !== 'request_not_built' && code !== 'answer_too_large'
  return asked && (httpStatus === undefined || code.startsWith('http_'))
}
