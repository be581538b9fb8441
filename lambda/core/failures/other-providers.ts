// Error codes of RFC 6749, and of the token endpoints of providers other than Microsoft Entra.

import {
  allowGrant,
  allowGrantInPolicy,
  changePassword,
  checkClient,
  correctClientId,
  correctPassword,
  correctSecret,
  enableAccount,
  enableApp,
  fixGrantType,
  fixRedirect,
  freshCode,
  registerMfa,
  restartSignIn,
  satisfyMfa,
  signInAgain,
  slowDown,
  stopAndUnblock,
  waitForProvider,
} from './remedies.ts'
import type { ErrorRow, Ruling } from './ruling.ts'

const dead: Ruling = { class: 'reauthorize', concerns: 'connection', remedy: signInAgain }
const code: Ruling = { class: 'request', concerns: 'connection', remedy: freshCode }
const secret: Ruling = { class: 'client', concerns: 'client', remedy: correctSecret }
const unknownApp: Ruling = { class: 'client', concerns: 'client', remedy: correctClientId }
const closedApp: Ruling = { class: 'client', concerns: 'client', remedy: enableApp }
const redirect: Ruling = { class: 'request', concerns: 'client', remedy: fixRedirect }
const passing: Ruling = { class: 'transient', concerns: 'connection', remedy: waitForProvider }
const throttled: Ruling = { class: 'throttled', concerns: 'client', remedy: slowDown }
const byAdministrator: Ruling = { class: 'policy', concerns: 'tenant', remedy: allowGrantInPolicy }

/**
 * In lower case with underscores; an answer's word is compared without regard to case and separators. Sources: GitHub,
 * "Troubleshooting OAuth app access token request errors"; Slack, method oauth.v2.access; HubSpot, Zoho, Salesforce and
 * Auth0, their OAuth pages and public reports; Google, "Using OAuth 2.0 for web server applications".
 */
export const otherProviders: Readonly<Record<string, ErrorRow>> = {
  /** Slack. */
  account_inactive: { class: 'account', concerns: 'connection', remedy: enableAccount },
  /** Google Workspace. */
  admin_policy_enforced: byAdministrator,
  /** GitHub. */
  application_suspended: closedApp,
  /** HubSpot. */
  bad_auth_code: code,
  bad_client_id: unknownApp,
  /** Slack and HubSpot. */
  bad_client_secret: secret,
  /** Slack. */
  bad_redirect_uri: redirect,
  /** GitHub, in a 200; HubSpot, as `status` in capitals and without `error`. */
  bad_refresh_token: dead,
  /** Google: the OAuth client was deleted, or disabled, in the Cloud console. */
  deleted_client: closedApp,
  /** GitHub. */
  device_flow_disabled: { class: 'client', concerns: 'client', remedy: allowGrant },
  disabled_client: closedApp,
  /** Slack, Enterprise Key Management. */
  ekm_access_denied: byAdministrator,
  expired_refresh_token: dead,
  /** Slack. */
  fatal_error: passing,
  /** Salesforce: the organization is locked, closed or suspended. */
  inactive_org: byAdministrator,
  /** Salesforce: the user is deactivated or locked. */
  inactive_user: { class: 'account', concerns: 'connection', remedy: enableAccount },
  /** GitHub, in a 200. */
  incorrect_client_credentials: { class: 'client', concerns: 'client', remedy: checkClient },
  incorrect_device_code: { class: 'reauthorize', concerns: 'connection', remedy: restartSignIn },
  /** Slack and Google. */
  internal_error: passing,
  internal_failure: passing,
  /** Slack and Salesforce. */
  invalid_client_id: unknownApp,
  /** Zoho. */
  invalid_client_secret: secret,
  /** Zoho uses it for a refresh token too, Slack for an authorization code. */
  invalid_code: { ...dead, byGrant: { authorization_code: code, device_code: code } },
  /** Slack. */
  invalid_grant_type: { class: 'request', concerns: 'client', remedy: fixGrantType },
  /** Slack, Strava, and many home-made token endpoints. */
  invalid_refresh_token: dead,
  /** Auth0. */
  invalid_user_password: { class: 'account', concerns: 'connection', remedy: correctPassword },
  /** Auth0. */
  mfa_registration_required: { class: 'policy', concerns: 'connection', remedy: registerMfa },
  mfa_required: { class: 'policy', concerns: 'connection', remedy: satisfyMfa },
  /** Slack. */
  org_login_required: byAdministrator,
  /** Google: the app is for users of its own organization only. */
  org_internal: byAdministrator,
  /** Auth0. */
  password_leaked: { class: 'account', concerns: 'connection', remedy: changePassword },
  quota_exceeded: throttled,
  rate_limit: throttled,
  /** Google and Salesforce. */
  rate_limit_exceeded: throttled,
  /** Slack. */
  ratelimited: throttled,
  /** GitHub and Google. */
  redirect_uri_mismatch: redirect,
  refresh_token_expired: dead,
  refresh_token_not_found: dead,
  refresh_token_revoked: dead,
  /** Slack. */
  service_unavailable: passing,
  /** Slack, while an organization takes a workspace in. */
  team_added_to_org: passing,
  token_expired: dead,
  token_revoked: dead,
  /** Auth0: the account is blocked after wrong passwords. */
  too_many_attempts: { class: 'account', concerns: 'connection', remedy: stopAndUnblock },
  /** Auth0. */
  too_many_requests: throttled,
}
