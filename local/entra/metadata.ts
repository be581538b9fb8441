// GET /{tenant}/v2.0/.well-known/openid-configuration: where the endpoints are.

import type { LoopbackAnswer } from '../loopback-server.ts'
import { jsonHeaders } from './refusal.ts'
import type { TenantPath } from './tenant-path.ts'

export const answerMetadata = (path: TenantPath, origin: string): LoopbackAnswer => {
  const base = `${origin}/${path.name}`
  const body = {
    issuer: `${origin}/${path.kind === 'tenant' ? path.tenant.id : '{tenantid}'}/v2.0`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['none'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    code_challenge_methods_supported: ['S256'],
    request_uri_parameter_supported: false,
    tenant_region_scope: null,
    cloud_instance_name: new URL(origin).hostname,
    msgraph_host: new URL(origin).host,
  }
  return { status: 200, headers: jsonHeaders, body: JSON.stringify(body) }
}

/** No signature is made for others to verify. */
export const answerKeys = (): LoopbackAnswer => ({ status: 200, headers: jsonHeaders, body: '{"keys":[]}' })
