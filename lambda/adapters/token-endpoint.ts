// The token endpoint behind its port: ask, then interpret.

import { classifyReply } from '../core/classify.ts'
import { deviceCodeGrantType } from '../core/login.ts'
import type { Clock, TokenEndpoint } from '../ports.ts'
import { askTokenEndpoint } from './ask-token-endpoint.ts'
import { httpAgent, tokenEndpointLimits } from './http.ts'
import { interpretTokenAnswer } from './interpret-token-answer.ts'
import type { Dispatcher } from './undici.ts'

export interface TokenEndpointOptions {
  readonly clock: Pick<Clock, 'now'>
  /** @default undici with explicit time limits */
  readonly dispatcher?: Dispatcher
}

export const httpTokenEndpoint = (options: TokenEndpointOptions): TokenEndpoint => {
  const wire = { dispatcher: options.dispatcher ?? httpAgent(tokenEndpointLimits), now: () => options.clock.now() }
  return {
    redeem: async (request) => {
      const { grant_type: grantType } = request.grant
      const grant = grantType === deviceCodeGrantType ? 'device_code' : grantType
      try {
        return await interpretTokenAnswer(await askTokenEndpoint(wire, request), grant)
      } catch {
        // Only a request that the OAuth library refuses to build ends here; its error may hold what it refused.
        const reply = { kind: 'no-answer', code: 'request_not_built', unsent: true } as const
        return { kind: 'failed', failure: classifyReply(reply, grant), outcome: 'unsent' }
      }
    },
  }
}
