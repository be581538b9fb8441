// Redeems a login: claims it, sends it once, and keeps the tokens that arrive.

import type { Failure } from '../../core/failures/failure.ts'
import { isPolled } from '../../core/login/login-disposition.ts'
import type { Dependencies, Redemption } from '../../ports.ts'
import { requestTokensOnce, type TokensRequest } from '../connection/request-tokens.ts'
import { claim, endOf } from '../secrets/claim.ts'
import type { BootstrapInProgress } from './bootstrap-in-progress.ts'
import { refuse } from './bootstrap-refused.ts'
import type { TokenKeeper } from './keep-token.ts'

/**
 * A password and a code are claimed for good, because they are sent once. A refresh token is claimed only until this invocation
 * has ended, because it may be the only token of a sign-in.
 */
export const claimLogin = async (
  dependencies: Dependencies,
  { connection, login, id, stored, invocation }: BootstrapInProgress,
): Promise<void> => {
  const { grant } = login
  const until = grant.grant_type === 'refresh_token' ? endOf(dependencies, invocation) : undefined
  // A device code is polled every few seconds, so it has one claim for its connection and not a version for each request.
  const holder = isPolled(grant) ? { holder: connection } : {}
  const claimed = await claim(dependencies, { id, version: stored, until, ...holder })
  if (claimed.kind === 'taken') refuse(until === undefined ? 'login_already_tried' : 'login_in_use')
}

/** Why a login brought no tokens that can be used. */
export interface Refused {
  readonly failure: Failure
  readonly outcome: 'unsent' | 'answered' | 'unknown'
  /** Redemption of the refresh token that came with the failed answer. */
  readonly ofArrived?: Failure
}

export const requestLoginTokens = async (
  dependencies: Dependencies,
  ask: TokensRequest,
  keeper: TokenKeeper,
): Promise<Extract<Redemption, { kind: 'granted' }> | ({ readonly kind: 'refused' } & Refused)> => {
  const first = await requestTokensOnce(dependencies, ask)
  await keeper.arrived(first)
  if (first.kind === 'granted') return first
  if (first.kind === 'failed') return { ...first, kind: 'refused' }
  const { failure, refreshToken } = first
  const refused = { kind: 'refused', failure, outcome: 'answered' } as const
  if (refreshToken === undefined) return refused
  // If only the refresh token of an answer can be used, it is redeemed with a request of its own.
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken } as const
  const again = await requestTokensOnce(dependencies, { ...ask, grant })
  await keeper.arrived(again)
  return again.kind === 'granted' ? again : { ...refused, ofArrived: again.failure }
}
