// Which page shows the result of a sign-in, from the provider's error or from the bootstrap's failure.

import type { Worth } from './link.ts'
import type { PageName } from './texts.ts'

/** Undefined: the link can be used. */
export const pageOfWorth = (worth: Worth): PageName | undefined => {
  switch (worth) {
    case 'open':
      return undefined
    case 'expired':
      return 'expired'
    case 'replaced':
      return 'replaced'
    case 'done':
      return 'already-done'
  }
}

export interface ProviderError {
  readonly error: string
  readonly description: string
}

/** Entra's: the administrator's consent, and an approval that was asked for and not given. */
const consentCodes = /AADSTS(65001|90094|90095|90093|650051)\b/

/** An error at the redirect URI (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6). */
export const pageOfProviderError = ({ error, description }: ProviderError): PageName => {
  if (error === 'consent_required' || consentCodes.test(description)) return 'consent-missing'
  if (error === 'access_denied') return 'declined'
  return error === 'temporarily_unavailable' || error === 'server_error' ? 'try-later' : 'refused'
}

/** Shown to the person, who may quote it: a code, and never a description, which contains names. */
export const codeOfProviderError = ({ error, description }: ProviderError): string =>
  /AADSTS\d{4,8}/.exec(description)?.[0] ?? (/^[a-z_]{1,40}$/.test(error) ? error : 'unknown')

/** @param failure class and code that the bootstrap function threw */
export const pageOfFailure = (failure: { readonly class: string; readonly code: string }): PageName => {
  if (failure.code === 'other_account') return 'other-account'
  if (consentCodes.test(failure.code) || failure.code === 'consent_required') return 'consent-missing'
  return ['transient', 'throttled', 'store'].includes(failure.class) ? 'try-later' : 'refused'
}
