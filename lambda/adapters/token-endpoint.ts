// The token endpoint behind its port: build the request, send it, interpret the answer.

import { classifyReply, type GrantType } from '../core/failures/classify.ts'
import { deviceCodeGrantType } from '../core/login/login.ts'
import type { Clock, Redemption, TokenEndpoint, TokenRequest } from '../ports.ts'
import { buildTokenRequest, secretsOf } from './build-token-request.ts'
import { httpAgent, tokenEndpointLimits, tokenRequestMilliseconds } from './http.ts'
import { interpretTokenAnswer } from './interpret-token-answer.ts'
import { sendRequest, type WebRequest } from './send-request.ts'
import type { Dispatcher } from './undici.ts'

export interface TokenEndpointOptions {
  readonly clock: Pick<Clock, 'now'>
  /** @default undici with explicit time limits */
  readonly dispatcher?: Dispatcher
  /**
   * Limit of one whole request: connection, headers and body.
   * @default 15 seconds
   */
  readonly deadlineMilliseconds?: number
}

export const httpTokenEndpoint = (options: TokenEndpointOptions): TokenEndpoint => {
  const wire = {
    dispatcher: options.dispatcher ?? httpAgent(tokenEndpointLimits),
    now: () => options.clock.now(),
    deadlineMilliseconds: options.deadlineMilliseconds ?? tokenRequestMilliseconds,
  }
  return {
    redeem: async (request) => {
      const { grant_type: grantType } = request.grant
      const grant = grantType === deviceCodeGrantType ? 'device_code' : grantType
      const post = built(request)
      // Only here does an exception prove that nothing was sent. After this line the request may have left.
      if (post === undefined) return failed('request_not_built', 'unsent', grant)
      try {
        return interpretTokenAnswer(await sendRequest(wire, post), grant, secretsOf(request))
      } catch {
        return failed('answer_not_read', 'unknown', grant)
      }
    },
  }
}

/** The error may contain a secret, so no part of it is passed on. */
const built = (request: TokenRequest): WebRequest | undefined => {
  try {
    return buildTokenRequest(request)
  } catch {
    return undefined
  }
}

const failed = (code: string, outcome: 'unsent' | 'unknown', grant: GrantType): Redemption => {
  const reply = { kind: 'no-answer', code, unsent: outcome === 'unsent' } as const
  return { kind: 'failed', failure: classifyReply(reply, grant), outcome }
}
