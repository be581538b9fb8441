// Circuit breakers: after one connection fails because of its client or token endpoint, the others skip their request.

import { isRefusal } from '../../core/after-failure.ts'
import { ClientEvidence } from '../../core/client-evidence.ts'
import { ownFailures, rowOf } from '../../core/failures/failure-table.ts'
import { type Client, clientName } from '../../core/secrets/client.ts'
import { type ConnectionStatus, isHeldByClient } from '../../core/tags/status.ts'
import type { Outcome, Redemption } from '../../ports.ts'

/**
 * `half-open`: one connection at a time, until one is refreshed or the client is found at fault. `closed`: all may
 * send requests. `open`: the client is at fault, and none may.
 */
type State = 'half-open' | 'closed' | 'open'

interface Breaker {
  state: State
  /** The client's record says that it is at fault: one more refusal is enough, and only a refresh ends it. */
  atFault: boolean
  /** The record was written in this tick. */
  recorded: boolean
  /** A connection was refreshed in this tick. */
  refreshed: boolean
  /** Number of throttled or missing answers in a row. */
  throttled: number
  passing: number
  /** Resolves when the probing connection has its answer. */
  asking: Promise<void> | undefined
  readonly evidence: ClientEvidence
}

/** After this many throttled answers in a row, the provider has asked more than one connection to wait. */
const throttledAnswers = 2

/** After this many missing answers in a row, connections that can wait for the next tick do so. */
const missingAnswers = 3

export interface Passing {
  readonly client: string | undefined
  /** It cannot wait for the next tick, so it gets an attempt even if others wait, one connection at a time. */
  readonly urgent: boolean
}

/** Lives for one tick. */
export class CircuitBreakers {
  readonly #breakers = new Map<string, Breaker>()
  readonly #missing = new Map<string, number>()
  /** Hosts of token endpoints, by the client that sent a request there. */
  readonly #hosts = new Map<string, string>()

  evidence(client: string): ClientEvidence {
    return this.#of(client).evidence
  }

  /** A connection from the list. */
  see(connection: string, status: ConnectionStatus, now: number): void {
    if (status.client !== undefined) this.#of(status.client).evidence.see(connection, status, now)
  }

  /** Its record says that it is at fault. */
  markAtFault(client: string): void {
    this.#of(client).atFault = true
  }

  isAtFault(client: string): boolean {
    return this.#of(client).atFault
  }

  /** Whether no connection of this client may send a request in this tick any more. */
  open(client: string): void {
    this.#of(client).state = 'open'
  }

  /** All its connections may ask at once. */
  isClosed(client: string): boolean {
    return this.#breakers.get(client)?.state === 'closed' && !this.isSlow(client)
  }

  isOpen(client: string): boolean {
    return this.#breakers.get(client)?.state === 'open'
  }

  /** Whether connections of this client need no further attempt in this tick, except those that cannot wait. */
  isHeld(client: string, urgent: boolean): boolean {
    return this.isOpen(client) || (!urgent && this.isSlow(client))
  }

  /** Whether the client's record must still be written in this tick. From now on the answer is no. */
  claimRecord(client: string): boolean {
    const breaker = this.#of(client)
    const first = !breaker.recorded
    breaker.recorded = true
    return first
  }

  /** Whether connections of this client that can wait for the next tick do so. */
  isSlow(client: string): boolean {
    const { throttled = 0, passing = 0 } = this.#breakers.get(client) ?? {}
    const host = this.#hosts.get(client)
    return throttled >= throttledAnswers || passing >= missingAnswers || (host !== undefined && this.isDown(host))
  }

  /** Whether the previous answer was throttled, for another connection of this client. */
  wasThrottled(client: string): boolean {
    return (this.#breakers.get(client)?.throttled ?? 0) >= throttledAnswers - 1
  }

  /** Whether the token endpoint's host does not answer. */
  isDown(host: string): boolean {
    return (this.#missing.get(host) ?? 0) >= missingAnswers
  }

  /** Whether a connection of this client was refreshed in this tick. */
  works(client: string): boolean {
    return this.#breakers.get(client)?.refreshed ?? false
  }

  /** Runs `work` when its turn has come; undefined: the breaker keeps it from asking. */
  async pass({ client, urgent }: Passing, work: () => Promise<Outcome>): Promise<Outcome | undefined> {
    if (client === undefined) return work()
    const breaker = this.#of(client)
    for (;;) {
      if (breaker.state === 'open') return undefined
      const slow = this.isSlow(client)
      if (slow && !urgent) return undefined
      if (breaker.state === 'closed' && !slow) return this.learn(client, await work())
      if (breaker.asking === undefined) break
      await breaker.asking
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    breaker.asking = promise
    try {
      return this.learn(client, await work())
    } finally {
      breaker.asking = undefined
      resolve()
    }
  }

  /** While `probing` runs, the other connections of this client wait for its result. */
  async probe(client: string, probing: () => Promise<void>): Promise<void> {
    const breaker = this.#of(client)
    const { promise, resolve } = Promise.withResolvers<void>()
    breaker.asking = promise
    try {
      await probing()
    } finally {
      breaker.asking = undefined
      resolve()
    }
  }

  /** Records what an outcome shows about the client. */
  learn(client: string, outcome: Outcome): Outcome {
    const breaker = this.#of(client)
    if (outcome.kind === 'refreshed') {
      Object.assign(breaker, { refreshed: true, atFault: false, throttled: 0, passing: 0 })
      breaker.evidence.refreshed(outcome.times.refreshedAt.getTime())
      // Two other connections have shown in this tick that it is at fault. The next tick tries again.
      if (breaker.state !== 'open') breaker.state = 'closed'
    }
    if (outcome.kind !== 'failed' || outcome.recorded === undefined) return outcome
    const { entry, state } = outcome.recorded
    // The client is at fault, its record cannot be used, or its tenant's endpoint is throttled.
    const ofClient = entry.room === 'clients' || outcome.client !== undefined
    if (ofClient || isHeldByClient(state)) breaker.state = 'open'
    const { failure } = outcome
    const passing = failure.class === 'transient' || failure.class === 'refused'
    const throttled = failure.class === 'throttled' && failure.concerns !== 'connection'
    breaker.passing = passing ? breaker.passing + 1 : 0
    breaker.throttled = throttled ? breaker.throttled + 1 : 0
    // The provider accepted the client and refused only the connection.
    const own = outcome.asked === true && isRefusal(failure) && !passing && state.concerns === 'connection'
    if (own && breaker.state === 'half-open' && !breaker.atFault) breaker.state = 'closed'
    return outcome
  }

  answered({ token_endpoint, client_id }: Client, redemption: Redemption): void {
    const { host } = new URL(token_endpoint)
    this.#hosts.set(clientName(client_id), host)
    this.#missing.set(host, isMissing(redemption) ? (this.#missing.get(host) ?? 0) + 1 : 0)
  }

  #of(client: string): Breaker {
    const known = this.#breakers.get(client)
    if (known !== undefined) return known
    const breaker: Breaker = {
      state: 'half-open',
      atFault: false,
      recorded: false,
      refreshed: false,
      throttled: 0,
      passing: 0,
      asking: undefined,
      evidence: new ClientEvidence(),
    }
    this.#breakers.set(client, breaker)
    return breaker
  }
}

/** No answer, or a bare 5xx. An OAuth error is an answer (perhaps for one tenant only), also with status 5xx. */
const isMissing = (redemption: Redemption): boolean => {
  if (redemption.kind !== 'failed' || redemption.outcome === 'answered') return false
  const { httpStatus, code } = redemption.failure
  // A failure of our own says nothing about the host.
  const asked = code !== 'request_not_built' && rowOf(ownFailures, code) === undefined
  return asked && (httpStatus === undefined || code.startsWith('http_'))
}
