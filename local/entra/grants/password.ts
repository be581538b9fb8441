// grant_type=password: user name and password, no person present.

import { Refusal, refuse } from '../refusal.ts'
import { missingConsent, parseScopes } from '../scopes.ts'
import { checkPassword } from '../sign-in.ts'
import { refusedByTenant } from '../tenant-apps.ts'
import type { Grant } from './grant.ts'

export const passwordGrant: Grant = {
  parameters: ['username', 'password', 'scope'],
  redeem: (parts, { form, client, path }) => {
    const userName = form.get('username') ?? ''
    const scopes = parseScopes(form.get('scope') ?? '', 'refused')
    if (scopes instanceof Refusal) return scopes
    const user = checkPassword(parts, path, { userName, password: form.get('password') ?? '' })
    if (user instanceof Refusal) return user
    if (parts.registry.tenant(user.tenantId)?.securityDefaults) return refuse(530035)
    if (user.mfa) return refuse(50076)
    return (
      refusedByTenant(parts, { client, user }) ??
      missingConsent(client, scopes) ?? {
        user,
        client,
        scopes,
        method: 'password',
        mfa: false,
        nonce: null,
        withRefreshToken: scopes.offline,
      }
    )
  },
}
