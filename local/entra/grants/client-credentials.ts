// The client credentials grant: an access token of the app itself, without a user and without a refresh token.

import { signAccessToken } from '../access-token.ts'
import type { EntraParts } from '../parts.ts'
import type { Client, Tenant } from '../records.ts'
import { Refusal, refuse } from '../refusal.ts'
import { parseScopes } from '../scopes.ts'
import type { GrantRequest } from './grant.ts'

/** An app that signs in as itself. */
export interface AppSession {
  readonly client: Client
  readonly tenant: Tenant
  readonly resource: string
}

/**
 * The path must name a tenant: an app has no user whose tenant could be meant. Which code Entra gives for `organizations` is not
 * documented; 50059 is the nearest.
 * The scope is a resource with `/.default`, else 1002012 (github.com/MicrosoftDocs/azure-docs/issues/99862).
 */
export const clientCredentialsGrant = {
  parameters: ['scope'],
  redeem: (_: EntraParts, { form, client, path }: GrantRequest): AppSession | Refusal => {
    if (client.publicClient) return refuse(7000216)
    if (path.kind !== 'tenant') return refuse(50059)
    const text = form.get('scope') ?? ''
    const scopes = parseScopes(text, 'refused')
    if (scopes instanceof Refusal) return scopes
    const isDefault = scopes.permissions.length === 1 && scopes.permissions[0] === '.default'
    return isDefault ? { client, tenant: path.tenant, resource: scopes.resource } : refuse(1002012, { name: text })
  },
}

/** Roles are those of the moment of issue: a role that is granted later needs another token. */
export const issueAppToken = (
  parts: EntraParts,
  { client, tenant, resource }: AppSession,
  origin: string,
): Record<string, unknown> => {
  const lifetime = parts.random.integer(parts.lifetimeSeconds.shortest, parts.lifetimeSeconds.longest)
  const issued = Math.ceil(parts.clock.now() / 1000)
  // Consent of the app's own tenant alone is known here.
  const roles = tenant.id === client.tenantId ? (client.appRoles ?? []) : []
  return {
    token_type: 'Bearer',
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: signAccessToken(parts.key, {
      aud: resource,
      iss: `${origin}/${tenant.id}/`,
      iat: issued,
      nbf: issued,
      exp: issued + lifetime,
      appid: client.clientId,
      oid: client.clientId,
      ...(roles.length > 0 && { roles: [...roles] }),
      tid: tenant.id,
      uti: parts.random.text(22),
      ver: '1.0',
    }),
  }
}
