// Failures that this project finds itself, with codes of its own.

import type { Failure } from './failure.ts'
import { fallbacks } from './fallbacks.ts'
import type { Ruling } from './ruling.ts'

/** A failure in words of our own. */
export const ownFailures = {
  /** The answer was larger than any token answer can be. */
  answer_too_large: { ...fallbacks.unknownAnswer, unknown: true },
  /** A 200 that cannot be used: no JSON, no access token. */
  unusable_answer: { ...fallbacks.unknownAnswer, unknown: true },
  /** DPoP, PoP, MAC: apps cannot use the access token without a key. */
  token_type_bound: {
    class: 'request',
    concerns: 'client',
    remedy:
      'Have the provider issue bearer tokens to this client, since apps cannot use an access token that is bound to a key (DPoP, MAC).',
  },
  redirected: {
    class: 'request',
    concerns: 'client',
    remedy:
      'Store the final URL of the token endpoint, since redirects are not followed with credentials in the request.',
  },
  no_refresh_token: {
    class: 'request',
    concerns: 'connection',
    remedy:
      'Run token-refresher bootstrap <connection> with offline_access, or what this provider asks for instead, in the scope.',
  },
  lifetime_too_short: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Set "mode" to "keep-alive" in the login, or have the provider issue access tokens that live longer.',
  },
  connection_name_not_valid: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Choose a name of at most 63 lower-case letters, digits and hyphens that does not begin with a hyphen.',
  },
  connection_not_found: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Correct the name of the connection, or make it with token-refresher bootstrap <connection>.',
  },
  login_not_found: {
    class: 'request',
    concerns: 'connection',
    remedy:
      'Run token-refresher bootstrap <connection>, or store the login secret under the name of the connection first.',
  },
  login_not_valid: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Correct the fields that the message names, then run token-refresher bootstrap <connection> again.',
  },
  login_for_other_connection: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Store a login whose field "connection" names this connection, since a login makes no other connection.',
  },
  login_already_tried: {
    class: 'request',
    concerns: 'connection',
    remedy:
      'Run token-refresher bootstrap <connection> again with checked credentials, since each login is sent to the provider only once.',
  },
  login_in_use: {
    class: 'transient',
    concerns: 'connection',
    remedy:
      'Run token-refresher bootstrap <connection> again in five minutes, since another run uses this login or has just crashed.',
  },
  other_account: {
    class: 'account',
    concerns: 'connection',
    remedy:
      'Sign in as the account that the connection has, or run token-refresher bootstrap <connection> --another-account to change it.',
  },
  sign_in_off: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Deploy with the setting signIn=on, so that there is a page to sign in.',
  },
  link_not_possible: {
    class: 'request',
    concerns: 'connection',
    remedy:
      'Run token-refresher invite <connection> with --authorization-endpoint for a provider other than Microsoft, and ask for fewer scopes if the link would be too long.',
  },
  no_open_link: {
    class: 'request',
    concerns: 'connection',
    remedy:
      'Make a link with token-refresher invite <connection>, since this connection has no link that can be used now.',
  },
  client_not_federated: {
    class: 'request',
    concerns: 'client',
    remedy:
      'Run token-refresher client federate <client id> first, since without a client secret this client has no authentication.',
  },
  web_identity_off: {
    class: 'client',
    concerns: 'client',
    remedy:
      'Deploy with the setting webIdentity=on, or give client <client id> a client secret: token-refresher client set-secret <client id>.',
  },
  web_identity_disabled: {
    class: 'client',
    concerns: 'client',
    remedy:
      'Turn outbound identity federation on in this AWS account (aws iam enable-outbound-web-identity-federation), or run token-refresher client set-secret <client id>.',
  },
  web_identity_denied: {
    class: 'client',
    concerns: 'client',
    remedy:
      'Allow the roles sts:GetWebIdentityToken in the policies of organization and VPC endpoint, or run token-refresher client set-secret <client id>.',
  },
  web_identity_failed: {
    class: 'transient',
    concerns: 'connection',
    remedy:
      'Nothing to do; the refresher tries again by itself, and if this lasts, look at the AWS Health Dashboard for STS.',
  },
  renewal_off: {
    class: 'request',
    concerns: 'client',
    remedy:
      'Deploy with the setting clientSecretRenewal=on, then run token-refresher client renew-secret <client id> --automatic.',
  },
  renewal_not_possible: {
    class: 'request',
    concerns: 'client',
    remedy:
      'Run token-refresher client set-secret <client id> by hand before the expiry, since only a client secret at Microsoft renews itself.',
  },
  renewal_tenant_not_known: {
    class: 'request',
    concerns: 'client',
    remedy:
      'Run token-refresher client renew-secret <client id> --automatic with --tenant and the tenant in which the app is registered.',
  },
  new_client_secret_not_accepted: {
    class: 'client',
    concerns: 'client',
    remedy:
      'Run token-refresher client renew-secret <client id> --automatic to make another client secret, since the last one was refused for two days.',
  },
  token_endpoint_not_valid: {
    class: 'request',
    concerns: 'client',
    remedy: 'Store a token endpoint that begins with https:// and names a tenant of your own.',
  },
  token_endpoint_host_not_allowed: {
    class: 'request',
    concerns: 'client',
    remedy:
      'Correct the token endpoint of this client, or add its host to the setting tokenEndpointHosts and deploy again if credentials may be sent there.',
  },
  grant_not_decodable: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Restore the previous version (AWSPREVIOUS) of the grant, or run token-refresher bootstrap <connection>.',
  },
  client_not_known: {
    class: 'client',
    concerns: 'client',
    remedy:
      'Run token-refresher bootstrap <connection> with client id, client secret and token endpoint of the app registration.',
  },
  client_not_decodable: {
    class: 'client',
    concerns: 'client',
    remedy: 'Restore the previous version (AWSPREVIOUS) of the record of client <client id>, or correct its JSON.',
  },
  secret_too_large: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Ask for fewer permissions so that the tokens become smaller, since a secret holds at most 65536 bytes.',
  },
  superseded: {
    class: 'transient',
    concerns: 'connection',
    remedy: 'Nothing to do; another run has stored newer tokens for the same connection at the same time.',
  },
  out_of_time: {
    class: 'transient',
    concerns: 'connection',
    remedy:
      'Nothing to do; the next run continues, and if this happens often, spread the connections over more schedules.',
  },
} as const satisfies Record<string, Ruling & { readonly unknown?: true }>

export type OwnCode = keyof typeof ownFailures

export const ownFailure = (code: OwnCode): Failure => ({ code, ...ownFailures[code] })
