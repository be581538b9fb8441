// How both services are reached over HTTP: explicit limits on every wait, and no redirect followed.

import { Agent, type Dispatcher } from './undici.ts'

export interface HttpLimits {
  readonly connectMilliseconds: number
  readonly headersMilliseconds: number
  readonly bodyMilliseconds: number
}

/** Entra answers in well under a second; what takes longer than this is better asked again in the next tick. */
export const tokenEndpointLimits: HttpLimits = {
  connectMilliseconds: 3_000,
  headersMilliseconds: 10_000,
  bodyMilliseconds: 5_000,
}

/**
 * A token request is over within this, connection, headers and body together, however slowly the answer drips: two
 * requests and the writes after them fit into `longestRefreshSeconds`.
 */
export const tokenRequestMilliseconds = 15_000

/** The SDK tries three times, so a call is over within 15 seconds. */
export const secretsManagerLimits: HttpLimits = {
  connectMilliseconds: 1_000,
  headersMilliseconds: 4_000,
  bodyMilliseconds: 4_000,
}

export const httpAgent = (limits: HttpLimits): Dispatcher =>
  new Agent({
    connect: { timeout: limits.connectMilliseconds },
    headersTimeout: limits.headersMilliseconds,
    bodyTimeout: limits.bodyMilliseconds,
    keepAliveTimeout: 20_000,
  })
