// grant_type=authorization_code: a code from the sign-in page, good once and for a minute, bound to its PKCE verifier.

import { createHash } from 'node:crypto'
import { Refusal, refuse } from '../refusal.ts'
import { missingConsent, parseScopes } from '../scopes.ts'
import { refusedByTenant } from '../tenant-apps.ts'
import { type CodeGrant, fromToken } from '../tokens.ts'
import type { Grant } from './grant.ts'

export const authorizationCodeGrant: Grant = {
  parameters: ['code', 'redirect_uri'],
  redeem: (parts, { form, client, path }) => {
    const sealed = fromToken(form.get('code') ?? '')
    if (sealed === undefined) return new Refusal(9002313, { error: 'invalid_grant' })
    const code = parts.seals.code.open(sealed)
    const user = code && parts.registry.user(code.userId)
    if (code === undefined || user === undefined || code.clientId !== client.clientId) return refuse(70000)
    const now = parts.clock.now()
    if (parts.usedCodes.has(code.id)) return refuse(54005)
    if (now >= code.expiresAt) return refuse(70008)
    if (path.kind === 'tenant' && path.tenant.id !== user.tenantId) return refuse(700005)
    if (form.get('redirect_uri') !== code.redirectUri) return refuse(500112)
    if (!matchesChallenge(code, form.get('code_verifier'))) return refuse(501481)
    const scopes = parseScopes(code.scope, 'first-counts')
    if (scopes instanceof Refusal) return scopes
    const missing = refusedByTenant(parts, { client, user }) ?? missingConsent(client, scopes)
    if (missing !== undefined) return missing
    parts.usedCodes.add(code.id, code.expiresAt, now)
    const { mfa, nonce } = code
    return { user, client, scopes, method: 'code', mfa, nonce, withRefreshToken: scopes.offline }
  },
}

const matchesChallenge = ({ challenge }: CodeGrant, verifier: string | null): boolean =>
  challenge === null
    ? !verifier
    : createHash('sha256')
        .update(verifier ?? '')
        .digest('base64url') === challenge
