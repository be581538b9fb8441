// HTTP settings for both services: explicit limits for every wait, and no redirects.

import { Agent, type Dispatcher } from './undici.ts'

export interface HttpLimits {
  readonly connectMilliseconds: number
  readonly headersMilliseconds: number
  readonly bodyMilliseconds: number
}

/** Entra answers in less than a second. A request that takes longer than this is better repeated in the next tick. */
export const tokenEndpointLimits: HttpLimits = {
  connectMilliseconds: 3_000,
  headersMilliseconds: 10_000,
  bodyMilliseconds: 5_000,
}

/**
 * Limit for a whole token request: connection, headers and body, also if the answer arrives very slowly. Two
 * requests and the writes after them fit into `longestRefreshSeconds`.
 */
export const tokenRequestMilliseconds = 15_000

/** Of one attempt of a call of AWS, which `awsClientDefaults` bounds as a whole too. */
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
