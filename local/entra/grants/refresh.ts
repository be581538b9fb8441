// grant_type=refresh_token. A token stays valid after its use; each use issues a new one and restarts its window of inactivity.

import type { EntraParts } from '../parts.ts'
import type { Client, User } from '../records.ts'
import { Refusal, refuse } from '../refusal.ts'
import { missingConsent, parseScopes, type Scopes } from '../scopes.ts'
import { refusedByTenant } from '../tenant-apps.ts'
import { fromToken, type RefreshGrant } from '../tokens.ts'
import type { Grant } from './grant.ts'

export const refreshTokenGrant: Grant = {
  parameters: ['refresh_token'],
  redeem: (parts, { form, client, path }) => {
    const judged = judgeRefreshToken(parts, form.get('refresh_token') ?? '', client, form.get('scope'))
    if (judged instanceof Refusal) return judged
    const { grant, user, scopes } = judged
    if (path.kind === 'tenant' && path.tenant.id !== user.tenantId) {
      return refuse(50020, { user: user.userName, tenant: path.name })
    }
    parts.uses.record(grant.id, parts.clock.now())
    return { user, client, scopes, method: grant.method, mfa: grant.mfa, nonce: null, withRefreshToken: true }
  },
}

export const openRefreshToken = (parts: EntraParts, token: string): RefreshGrant | Refusal => {
  const sealed = fromToken(token)
  if (sealed === undefined) return new Refusal(9002313, { error: 'invalid_grant' })
  return parts.seals.refresh.open(sealed) ?? refuse(70000)
}

/** All checks that decide whether a refresh token is accepted. Does not use the token. */
export const judgeRefreshToken = (
  parts: EntraParts,
  token: string,
  client: Client,
  scope: string | null,
): { grant: RefreshGrant; user: User; scopes: Scopes } | Refusal => {
  const grant = openRefreshToken(parts, token)
  if (grant instanceof Refusal) return grant
  if (grant.clientId !== client.clientId) return refuse(70000)
  const user = parts.registry.user(grant.userId)
  if (user === undefined) return new Refusal(50034, { suberror: 'bad_token' })
  const scopes = parseScopes(scope || grant.scope, 'first-counts')
  if (scopes instanceof Refusal) return scopes
  return (
    revoked(grant, user) ??
    idle(parts, grant, user) ??
    blocked(parts, grant, user) ??
    refusedByTenant(parts, { client, user }) ??
    missingConsent(client, scopes) ?? { grant, user, scopes }
  )
}

/** A change of password ends the tokens of public clients only; revoking the sessions ends all. */
const revoked = (grant: RefreshGrant, user: User): Refusal | undefined => {
  const sameSession = grant.sessionVersion === user.sessionVersion
  if (sameSession && (grant.confidential || grant.passwordVersion === user.passwordVersion)) return undefined
  const validFrom = new Date(user.tokensValidFrom).toISOString()
  return refuse(50173, { user: user.userName, issued: new Date(grant.issuedAt).toISOString(), validFrom })
}

const idle = (parts: EntraParts, grant: RefreshGrant, user: User): Refusal | undefined =>
  parts.uses.isIdle(grant, parts.clock.now())
    ? refuse(700082, {
        user: user.userName,
        issued: new Date(grant.issuedAt).toISOString(),
        days: `${parts.inactivityDays}.00:00:00`,
      })
    : undefined

/** A locked account or an expired password stops sign-ins, not refreshes. */
const blocked = (parts: EntraParts, grant: RefreshGrant, user: User): Refusal | undefined => {
  const words = { user: user.userName }
  if (grant.method === 'device' && parts.registry.tenant(user.tenantId)?.deviceCodeBlocked) return refuse(530036, words)
  if (user.disabled) return refuse(50057, words)
  if (user.blockedByPolicy) return refuse(53003, words)
  return user.mfa && !grant.mfa ? refuse(50076, words) : undefined
}
