// Which refusals can be about the client secret that was sent, so that another stored one may be accepted.

import type { Failure } from './failure.ts'

/** Words for a wrong client secret: of RFC 6749, of Keycloak (`unauthorized_client`), GitHub, Slack, HubSpot, Zoho and Entra. */
const secretCodes: readonly string[] = [
  'invalid_client',
  'unauthorized_client',
  'incorrect_client_credentials',
  'bad_client_secret',
  'invalid_client_secret',
  'AADSTS70002',
  'AADSTS7000215',
  'AADSTS7000222',
]

/** Classes of failures that are not about the client secret. */
const laterClasses: readonly string[] = ['reauthorize', 'account', 'policy', 'transient', 'throttled', 'store']

/**
 * True after a code for it, after a 401, and after a refusal with a code that no table knows. False if the provider judged
 * the grant or the account, asks to wait, or has not answered.
 */
export const mayBeAboutClientSecret = (failure: Failure): boolean => {
  const { class: kind, httpStatus } = failure
  if (httpStatus === undefined || laterClasses.includes(kind)) return false
  return isAboutClientSecret(failure) || kind === 'refused' || httpStatus === 401
}

/** The provider's code is one for a wrong client secret, and nothing else was judged. */
export const isAboutClientSecret = ({ class: kind, code }: Failure): boolean =>
  kind === 'client' && secretCodes.includes(code)
