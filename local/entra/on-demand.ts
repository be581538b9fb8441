// What the next token requests are to be answered with, whatever they ask for: how failures are made on demand.

import type { LoopbackAnswer } from '../loopback-server.ts'
import { Refusal, type RefusalDetails, refusalAnswer, type Wording } from './refusal.ts'
import type { TokenRequestFacts } from './token-endpoint.ts'

export interface Occasion {
  /** How many requests. @default 1 */
  readonly times?: number
  /** Only requests that match in everything named here; the user is known of password and refresh requests. */
  readonly when?: Partial<TokenRequestFacts>
}

/** An AADSTS code; what is not given goes with the code. */
export interface DemandedRefusal extends Occasion, Omit<RefusalDetails, 'words'> {
  readonly code: number
}

export interface DemandedThrottling extends Occasion {
  /** @default 60 */
  readonly retryAfterSeconds?: number
}

export type Shape = (answer: LoopbackAnswer) => LoopbackAnswer

interface Demand<What> {
  readonly what: What
  readonly when: Partial<TokenRequestFacts>
  left: number
}

export class Demands<What> {
  #demands: Demand<What>[] = []

  get waiting(): boolean {
    return this.#demands.length > 0
  }

  add(what: What, { times = 1, when = {} }: Occasion): void {
    this.#demands.push({ what, when, left: times })
  }

  clear(): void {
    this.#demands = []
  }

  /** The first one that matches, used up by one. */
  take(facts: TokenRequestFacts): What | undefined {
    const demand = this.#demands.find(({ when, left }) => left > 0 && matches(when, facts))
    if (demand === undefined) return undefined
    demand.left -= 1
    this.#demands = this.#demands.filter(({ left }) => left > 0)
    return demand.what
  }
}

export const refusalOnDemand =
  ({ code, ...details }: DemandedRefusal) =>
  (wording: Wording): LoopbackAnswer =>
    refusalAnswer(new Refusal(code, details), wording)

export const tooManyRequests =
  ({ retryAfterSeconds = 60 }: DemandedThrottling) =>
  (): LoopbackAnswer => ({
    status: 429,
    headers: { 'content-type': 'text/plain', 'retry-after': String(retryAfterSeconds) },
    body: 'Too Many Requests',
  })

/** Shapes the JSON of an answer; `undefined` takes a field away. */
export const withFields =
  (fields: Record<string, unknown>): Shape =>
  (answer) => ({ ...answer, body: JSON.stringify({ ...JSON.parse(answer.body ?? '{}'), ...fields }) })

const matches = (when: Partial<TokenRequestFacts>, facts: TokenRequestFacts): boolean =>
  same(when.clientId, facts.clientId) && same(when.userName, facts.userName) && same(when.grantType, facts.grantType)

const same = (wanted: string | undefined, found: string): boolean =>
  wanted === undefined || wanted.toLowerCase() === found.toLowerCase()
