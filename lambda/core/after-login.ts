// What becomes of a login after an answer that was no success: kept or deleted, and what its owner is told.

import { isDefinite } from './classify.ts'
import type { Failure } from './failure.ts'
import { deviceCodeGrantType, type LoginGrant } from './login.ts'

export interface LoginAfter {
  /** The provider has not given its definite answer to what the login holds. */
  readonly kept: boolean
  /** It was certainly not judged, so it may be tried again: its claim is void. */
  readonly untried: boolean
  /** A sentence for whoever handed it over; undefined when the failure says everything. */
  readonly note: string | undefined
}

/** @param outcome of the token request: `unknown` when it may have been granted */
export const afterLogin = (
  grant: LoginGrant,
  failure: Failure,
  outcome: 'unsent' | 'answered' | 'unknown',
): LoginAfter => {
  // A refusal that is not of the refresh token itself leaves a login that holds one as good as it was.
  const kept = !isDefinite(failure) || (grant.grant_type === 'refresh_token' && failure.class !== 'reauthorize')
  const untried = isPolled(grant) || outcome !== 'unknown'
  return { kept, untried, note: kept ? noteOf(failure, untried) : undefined }
}

/** A device code is asked about again and again until the person has signed in. */
export const isPolled = (grant: LoginGrant): boolean => grant.grant_type === deviceCodeGrantType

/** Nobody has signed in with the device code yet (RFC 8628 section 3.5). */
export const isPending = ({ code }: Failure): boolean => pending.includes(code)

const pending: readonly string[] = ['authorization_pending', 'slow_down', 'AADSTS70016']

const noteOf = (failure: Failure, untried: boolean): string => {
  if (isPending(failure)) return 'Nobody has signed in yet, and the login is kept'
  return untried
    ? 'The login is kept, so the bootstrap can be started again later'
    : 'Whether the login was tried is not known, so it has to be stored again before another try'
}
