// grant_type=urn:ietf:params:oauth:grant-type:device_code: the device polls until a person has signed in elsewhere.

import { Refusal, refuse } from '../refusal.ts'
import { missingConsent, parseScopes } from '../scopes.ts'
import { refusedByTenant } from '../tenant-apps.ts'
import type { Grant } from './grant.ts'

export const deviceCodeGrant: Grant = {
  parameters: ['device_code'],
  redeem: (parts, { form, client }) => {
    const code = parts.deviceCodes.find(form.get('device_code') ?? '')
    if (code === undefined || code.clientId !== client.clientId) return refuse(70018)
    const { state } = code
    if (state.kind === 'redeemed') return refuse(54005)
    if (parts.clock.now() >= code.expiresAt) return refuse(70019)
    if (state.kind === 'declined') return new Refusal(65004, { error: 'authorization_declined' })
    if (state.kind !== 'approved') return refuse(70016)
    const user = parts.registry.user(state.userId)
    if (user === undefined) return refuse(70000)
    if (parts.registry.tenant(user.tenantId)?.deviceCodeBlocked) return refuse(53003)
    const scopes = parseScopes(code.scope, 'refused')
    if (scopes instanceof Refusal) return scopes
    const missing = refusedByTenant(parts, { client, user }) ?? missingConsent(client, scopes)
    if (missing !== undefined) return missing
    parts.deviceCodes.put({ ...code, state: { kind: 'redeemed' } })
    return { user, client, scopes, method: 'device', mfa: state.mfa, nonce: null, withRefreshToken: scopes.offline }
  },
}
