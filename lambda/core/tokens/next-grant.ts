// The next grant: the stored grant with a token answer applied. A refresh token that arrived is always kept.

import type { SettledLogin } from '../login/login.ts'
import { day } from '../milliseconds.ts'
import { type Account, isOtherAccount, isOtherUser, knownAccount } from '../secrets/account.ts'
import type { Client } from '../secrets/client.ts'
import type { Grant } from '../secrets/grant.ts'
import type { Redacted } from '../secrets/redacted.ts'
import { earliest, fixedEnd, observedEnd } from './ending.ts'

/** A token endpoint's success answer (RFC 6749 section 5.1), checked. */
export interface Tokens {
  readonly access_token: Redacted
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly scope: string | undefined
  readonly refresh_token: Redacted | undefined
  /** Seconds; only some providers send it. */
  readonly refresh_token_expires_in: number | undefined
  /** Who has signed in, if the answer says it. */
  readonly account?: Account | undefined
  /** Harmless oddities of the answer, for the log. */
  readonly warning?: 'token_type_not_bearer'
}

/** When the refresh token dies without use: from the answer, and never after the window that a login has stated. */
const inactivityEnd = ({ provider }: Client, tokens: Tokens, askedAt: Date): Date => {
  const window = new Date(askedAt.getTime() + provider.inactivity_days * day)
  const said = saidEnd(tokens, askedAt)
  return said === undefined ? window : earliest(said, provider.inactivity_stated ? window : undefined)
}

const saidEnd = ({ refresh_token_expires_in: seconds }: Tokens, askedAt: Date): Date | undefined =>
  seconds === undefined ? undefined : new Date(askedAt.getTime() + seconds * 1000)

/** The end of the refresh token, and the end of the grant, if a refresh does not move it. */
const ends = (inactive: Date, fixed: Date | undefined) => ({
  refresh_by: earliest(inactive, fixed),
  ends_at: fixed,
})

/** Times count from the moment before the request, so that a slow answer never makes a token look younger. */
const fromTokens = (tokens: Tokens, client: Client, askedAt: Date) => ({
  access_token: tokens.access_token,
  token_type: tokens.token_type,
  expires_at: new Date(askedAt.getTime() + tokens.expires_in * 1000),
  rotation: client.provider.rotation,
  refreshed_at: askedAt,
})

export interface Refreshed {
  readonly before: Grant
  readonly client: Client
  readonly tokens: Tokens
  readonly askedAt: Date
  /** The generation that apps see. It is higher than the grant's after a person has rolled the grant back. */
  readonly publishedGeneration: number | undefined
}

/**
 * The grant after a refresh. Without a new refresh token the old one is kept; without a scope the granted one is
 * (RFC 6749 sections 5.1 and 6: it is the same then).
 */
export const refreshedGrant = ({ before, client, tokens, askedAt, publishedGeneration = 0 }: Refreshed): Grant => {
  const observed = observedEnd(before, saidEnd(tokens, askedAt), askedAt)
  return {
    ...before,
    ...fromTokens(tokens, client, askedAt),
    ...ends(inactivityEnd(client, tokens, askedAt), earliest(fixedEnd(before), observed)),
    granted_scope: tokens.scope ?? before.granted_scope,
    generation: Math.max(before.generation, publishedGeneration) + 1,
    refresh_token: tokens.refresh_token ?? before.refresh_token,
    ...withAccount(knownAccount(before.account, tokens.account)),
  }
}

/** The grant after an answer in which only the refresh token can be used: access token and times stay. */
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
  /** The account of the connection before. */
  readonly account?: Account | undefined
  /** Version id of the login. */
  readonly loginVersion?: string
}

const withAccount = (account: Account | undefined): { readonly account?: Account } =>
  account === undefined ? {} : { account }

/**
 * The account of a connection after a sign-in. If the answer does not name it, it is unknown, unless the same user name was used as
 * before: kept, it could make the next refresh look like one of another account. If an answer has no user name, the login may have one.
 */
const signedInAs = ({ account: before, tokens: { account: now }, login }: Bootstrapped): Account | undefined => {
  const { grant } = login
  const username = grant.grant_type === 'password' ? grant.username : undefined
  const isSame = username !== undefined && before?.username !== undefined && !isOtherUser(username, before)
  const kept = isSame || (now !== undefined && !isOtherAccount(before, now)) ? before : undefined
  const known = isOtherAccount(kept, now) ? now : knownAccount(kept, now)
  return known && username !== undefined ? { username, ...known } : known
}

/** The grant of a new connection. The commit sets `generation` above every one that apps have seen. */
export const bootstrappedGrant = (bootstrapped: Bootstrapped): Grant => {
  const { login, client, tokens, refreshToken, askedAt, loginVersion } = bootstrapped
  const signedIn = { bootstrapped_at: askedAt, grant_ends_after_days: login.grant_ends_after_days }
  return {
    client_id: client.client_id,
    generation: 1,
    refresh_token: refreshToken,
    scope: requestedScope(login.scope, client),
    granted_scope: tokens.scope,
    mode: login.mode,
    publish: login.publish,
    ...signedIn,
    ...(loginVersion !== undefined && { bootstrapped_from: loginVersion }),
    ...withAccount(signedInAs(bootstrapped)),
    ...fromTokens(tokens, client, askedAt),
    ...ends(inactivityEnd(client, tokens, askedAt), fixedEnd(signedIn)),
  }
}

/** Entra issues a refresh token only if the request asks for `offline_access`; other providers have other rules. */
export const requestedScope = (scope: string, client: Pick<Client, 'provider'>): string => {
  const scopes = scope.split(/\s+/).filter((one) => one !== '')
  if (client.provider.name === 'entra' && !scopes.includes('offline_access')) scopes.push('offline_access')
  return scopes.join(' ')
}
