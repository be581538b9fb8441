// Failures that this project finds itself, and so has named itself.

import type { Failure } from '../failure.ts'
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
      'Add offline_access, or what this provider asks for instead, to the scope so that a refresh token is issued.',
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
    remedy: 'Correct the name of the connection, or store a login secret for it and invoke the bootstrap function.',
  },
  login_not_found: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Store the login secret under the name of the connection before invoking the bootstrap function.',
  },
  login_not_valid: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Correct the fields of the login secret that the message names, and store it again.',
  },
  login_already_tried: {
    class: 'request',
    concerns: 'connection',
    remedy:
      'Store the login secret again with credentials that were checked, since each is sent to the provider only once.',
  },
  token_endpoint_not_valid: {
    class: 'request',
    concerns: 'client',
    remedy: 'Store a token endpoint that begins with https:// and names a tenant of your own.',
  },
  grant_not_decodable: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Restore the previous version (AWSPREVIOUS) of the secret of this connection, or sign in again.',
  },
  client_not_known: {
    class: 'client',
    concerns: 'client',
    remedy: 'Store client id, client secret and token endpoint of the app registration in a new login secret.',
  },
  client_not_decodable: {
    class: 'client',
    concerns: 'client',
    remedy: 'Restore the previous version (AWSPREVIOUS) of the secret of this client, or correct its JSON.',
  },
  secret_too_large: {
    class: 'request',
    concerns: 'connection',
    remedy: 'Ask for fewer permissions so that the tokens become smaller, since a secret holds at most 65536 bytes.',
  },
  superseded: {
    class: 'transient',
    concerns: 'connection',
    remedy: 'Leave it, since another run has stored newer tokens for the same connection at the same time.',
  },
  out_of_time: {
    class: 'transient',
    concerns: 'connection',
    remedy: 'Wait for the next run, and spread the connections over more schedules if this happens often.',
  },
} as const satisfies Record<string, Ruling & { readonly unknown?: true }>

export type OwnCode = keyof typeof ownFailures

export const ownFailure = (code: OwnCode): Failure => ({ code, ...ownFailures[code] })
