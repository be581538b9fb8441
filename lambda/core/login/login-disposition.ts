// What happens to a login after a failed request: it is kept or deleted, with a sentence for the operator.

import type { Failure } from '../failures/failure.ts'
import { deviceCodeGrantType, type LoginGrant } from './login.ts'

export interface LoginDisposition {
  /** Whether to keep the login: the provider has not judged its credentials. */
  readonly kept: boolean
  /** The provider has certainly not judged it, so it may be tried again, and its claim ends. */
  readonly untried: boolean
  /** A sentence for the operator who stored it; undefined when the failure says everything. */
  readonly note: string | undefined
}

/** Request timeout, too early, too many requests: the provider has not judged the request. */
const notJudged: readonly number[] = [408, 425, 429]

/**
 * Every answer of the provider ends a password, a code and a device code, also a redirect and a
 * success that cannot be used. Sending a password again after an unknown answer could lock the account.
 */
const isEnded = ({ httpStatus }: Failure): boolean =>
  httpStatus !== undefined && httpStatus < 500 && !notJudged.includes(httpStatus)

/** @param outcome of the token request: `unknown` when it may have been granted */
export const loginDisposition = (
  grant: LoginGrant,
  failure: Failure,
  outcome: 'unsent' | 'answered' | 'unknown',
): LoginDisposition => {
  const kept = isKept(grant, failure)
  const untried = isPolled(grant) || outcome !== 'unknown'
  return { kept, untried, note: kept ? noteOf(grant, failure, untried) : undefined }
}

const isKept = (grant: LoginGrant, failure: Failure): boolean => {
  if (isPolled(grant) && isPending(failure)) return true
  // Only a refusal of the refresh token itself ends a login that holds one: after anything else the token may be good.
  if (grant.grant_type === 'refresh_token') return failure.class !== 'reauthorize' || !isEnded(failure)
  return !isEnded(failure)
}

/** A device code is polled until the person has signed in. */
export const isPolled = (grant: LoginGrant): boolean => grant.grant_type === deviceCodeGrantType

/** The user has not signed in with the device code yet (RFC 8628 section 3.5). */
export const isPending = ({ code }: Failure): boolean => pending.includes(code)

const pending: readonly string[] = ['authorization_pending', 'slow_down', 'AADSTS70016']

const noteOf = (grant: LoginGrant, failure: Failure, untried: boolean): string => {
  if (isPolled(grant) && isPending(failure)) return 'The sign-in is not complete yet, and the login is kept'
  return untried || grant.grant_type === 'refresh_token'
    ? 'The login is kept'
    : 'Whether the login was tried is not known, so it has to be stored again before another try'
}
