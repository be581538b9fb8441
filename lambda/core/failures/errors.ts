// What `error` and `suberror` of a token endpoint mean.

import { keyFinder } from './look-up.ts'
import { otherProviders } from './other-providers.ts'
import {
  allowGrant,
  allowGrantInPolicy,
  changePassword,
  checkClient,
  correctPassword,
  enterCode,
  findPolicy,
  fixAuthority,
  fixGrantType,
  fixRequest,
  fixResource,
  fixScope,
  fixTenant,
  freshCode,
  grantConsent,
  keepPolling,
  noDpop,
  relaxAppPolicy,
  relaxDevicePolicy,
  relaxSignInFrequency,
  restartSignIn,
  satisfyMfa,
  signInAgain,
  signInAgainOrFixRequest,
  slowDown,
  useSameClient,
  waitForProvider,
} from './remedies.ts'
import type { ErrorRow, Ruling } from './ruling.ts'

/** `error` values of the token endpoint: RFC 6749, 8628, 8707, 9449, 9470, OpenID Connect, and Entra's own. */
const standard: Readonly<Record<string, ErrorRow>> = {
  access_denied: {
    class: 'policy',
    concerns: 'tenant',
    remedy: allowGrantInPolicy,
    byGrant: { device_code: { class: 'reauthorize', concerns: 'connection', remedy: restartSignIn } },
  },
  account_selection_required: { class: 'reauthorize', concerns: 'connection', remedy: signInAgain },
  authorization_declined: { class: 'reauthorize', concerns: 'connection', remedy: restartSignIn },
  authorization_pending: { class: 'transient', concerns: 'connection', remedy: keepPolling },
  bad_verification_code: { class: 'request', concerns: 'connection', remedy: enterCode },
  consent_required: { class: 'client', concerns: 'tenant', remedy: grantConsent },
  expired_token: { class: 'reauthorize', concerns: 'connection', remedy: restartSignIn },
  insufficient_user_authentication: { class: 'policy', concerns: 'connection', remedy: satisfyMfa },
  interaction_required: { class: 'policy', concerns: 'connection', remedy: satisfyMfa },
  invalid_client: { class: 'client', concerns: 'client', remedy: checkClient },
  invalid_dpop_proof: { class: 'client', concerns: 'client', remedy: noDpop },
  invalid_grant: {
    class: 'reauthorize',
    concerns: 'connection',
    remedy: signInAgain,
    byGrant: {
      password: { class: 'account', concerns: 'connection', remedy: correctPassword },
      authorization_code: { class: 'request', concerns: 'connection', remedy: freshCode },
      device_code: { class: 'request', concerns: 'connection', remedy: restartSignIn },
    },
  },
  invalid_instance: { class: 'request', concerns: 'client', remedy: fixAuthority },
  invalid_request: {
    class: 'request',
    concerns: 'client',
    remedy: fixRequest,
    // The same client and scope have worked before, so the refresh token may be the reason.
    byGrant: { refresh_token: { class: 'request', concerns: 'client', remedy: signInAgainOrFixRequest } },
  },
  invalid_resource: { class: 'request', concerns: 'tenant', remedy: fixResource },
  invalid_scope: { class: 'request', concerns: 'connection', remedy: fixScope },
  invalid_target: { class: 'request', concerns: 'tenant', remedy: fixResource },
  invalid_tenant: { class: 'request', concerns: 'client', remedy: fixTenant },
  login_required: { class: 'reauthorize', concerns: 'connection', remedy: signInAgain },
  request_timeout: { class: 'transient', concerns: 'connection', remedy: waitForProvider },
  server_error: { class: 'transient', concerns: 'connection', remedy: waitForProvider },
  slow_down: { class: 'throttled', concerns: 'client', remedy: slowDown },
  temporarily_unavailable: { class: 'transient', concerns: 'connection', remedy: waitForProvider },
  unauthorized_client: { class: 'client', concerns: 'client', remedy: allowGrant },
  unmet_authentication_requirements: { class: 'policy', concerns: 'connection', remedy: satisfyMfa },
  unsupported_grant_type: { class: 'request', concerns: 'client', remedy: fixGrantType },
  unsupported_response_type: { class: 'request', concerns: 'client', remedy: fixRequest },
  use_dpop_nonce: { class: 'client', concerns: 'client', remedy: noDpop },
  user_password_expired: { class: 'account', concerns: 'connection', remedy: changePassword },
}

/** The meaning of a code in `error`, or in another field in its place. */
export const errors: Readonly<Record<string, ErrorRow>> = { ...otherProviders, ...standard }

/** The table's key for a provider's code, in every spelling. */
const keyOf = keyFinder(errors)

/**
 * Also without the part before its last dot (Apigee: `keymanagement.service.InvalidRefreshToken`), and without a
 * sentence after it (`invalid_grant: Bad Request`, `invalid_grant (token expired)`).
 */
export const errorKeyOf = (word: string): string | undefined => {
  const [name = ''] = word.slice(0, 100).split(/\s*[:(,;\u2013\u2014]|\s-/, 1)
  return keyOf(word) ?? keyOf(word.slice(word.lastIndexOf('.') + 1)) ?? keyOf(name)
}

/** Entra's `suberror` values, as its own libraries read them. */
export const suberrors: Readonly<Record<string, Ruling>> = {
  additional_action: { class: 'policy', concerns: 'tenant', remedy: findPolicy },
  bad_token: { class: 'reauthorize', concerns: 'connection', remedy: signInAgain },
  basic_action: { class: 'policy', concerns: 'connection', remedy: satisfyMfa },
  client_mismatch: { class: 'reauthorize', concerns: 'connection', remedy: useSameClient },
  consent_required: { class: 'client', concerns: 'tenant', remedy: grantConsent },
  device_authentication_failed: { class: 'policy', concerns: 'tenant', remedy: relaxDevicePolicy },
  /** Google Workspace: the administrator limits how long a sign-in lasts. */
  invalid_rapt: { class: 'reauthorize', concerns: 'connection', remedy: relaxSignInFrequency },
  message_only: { class: 'policy', concerns: 'tenant', remedy: findPolicy },
  protection_policy_required: { class: 'policy', concerns: 'tenant', remedy: relaxAppPolicy },
  token_expired: { class: 'reauthorize', concerns: 'connection', remedy: signInAgain },
  user_password_expired: { class: 'account', concerns: 'connection', remedy: changePassword },
}
