// What a token answer makes of a grant. A refresh token that has arrived is kept, whatever else is wrong.

import type { Client } from './client.ts'
import type { Grant } from './grant.ts'
import type { SettledLogin } from './login.ts'
import type { Redacted } from './redacted.ts'

/** A token endpoint's success answer (RFC 6749 section 5.1), checked. */
export interface Tokens {
  readonly access_token: Redacted
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly scope: string | undefined
  readonly refresh_token: Redacted | undefined
  /** Seconds; some providers say it. */
  readonly refresh_token_expires_in: number | undefined
  /** What was odd about the answer and did not stop it, for the log. */
  readonly warning?: 'token_type_not_bearer'
}

const day = 86_400_000

const inactivityEnd = (client: Client, tokens: Tokens | undefined, askedAt: Date): Date =>
  tokens?.refresh_token_expires_in === undefined
    ? new Date(askedAt.getTime() + client.provider.inactivity_days * day)
    : new Date(askedAt.getTime() + tokens.refresh_token_expires_in * 1000)

/** Times count from before the request was sent, so that a slow answer never makes a token look younger than it is. */
const fromTokens = (tokens: Tokens, client: Client, askedAt: Date) => ({
  access_token: tokens.access_token,
  token_type: tokens.token_type,
  expires_at: new Date(askedAt.getTime() + tokens.expires_in * 1000),
  granted_scope: tokens.scope,
  rotation: client.provider.rotation,
  refreshed_at: askedAt,
  refresh_by: inactivityEnd(client, tokens, askedAt),
})

export interface Refreshed {
  readonly before: Grant
  readonly client: Client
  readonly tokens: Tokens
  readonly askedAt: Date
  /** What apps see: above the grant's own after a person has rolled the grant back. */
  readonly publishedGeneration: number | undefined
}

/** The grant after a refresh. Without a new refresh token the old one is kept. */
export const refreshedGrant = ({ before, client, tokens, askedAt, publishedGeneration = 0 }: Refreshed): Grant => ({
  ...before,
  ...fromTokens(tokens, client, askedAt),
  generation: Math.max(before.generation, publishedGeneration) + 1,
  refresh_token: tokens.refresh_token ?? before.refresh_token,
})

/** The grant after an answer of which only the refresh token can be used: access token and times stay. */
export const salvagedGrant = (before: Grant, refreshToken: Redacted): Grant => ({
  ...before,
  generation: before.generation + 1,
  refresh_token: refreshToken,
})

export interface Bootstrapped {
  readonly login: SettledLogin
  readonly client: Client
  readonly tokens: Tokens
  readonly refreshToken: Redacted
  readonly askedAt: Date
}

/** A new connection's grant. `generation` is set by whoever commits it, above all that apps have seen. */
export const bootstrappedGrant = ({ login, client, tokens, refreshToken, askedAt }: Bootstrapped): Grant => ({
  client_id: client.client_id,
  generation: 1,
  refresh_token: refreshToken,
  scope: requestedScope(login.scope, client),
  mode: login.mode,
  publish: login.publish,
  bootstrapped_at: askedAt,
  ...fromTokens(tokens, client, askedAt),
})

/** Entra hands out a refresh token only when `offline_access` is asked for; other providers have other rules. */
export const requestedScope = (scope: string, client: Pick<Client, 'provider'>): string => {
  const scopes = scope.split(/\s+/).filter((one) => one !== '')
  if (client.provider.name === 'entra' && !scopes.includes('offline_access')) scopes.push('offline_access')
  return scopes.join(' ')
}
