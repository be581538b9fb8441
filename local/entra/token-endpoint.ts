// POST /{tenant}/oauth2/v2.0/token: from the form to a session, or to the refusal that Entra would give.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { authenticateClient, readCredentials } from './client-authentication.ts'
import { type AppSession, clientCredentialsGrant, issueAppToken } from './grants/client-credentials.ts'
import { authorizationCodeGrant } from './grants/code.ts'
import { deviceCodeGrant } from './grants/device.ts'
import type { Grant } from './grants/grant.ts'
import { passwordGrant } from './grants/password.ts'
import { openRefreshToken, refreshTokenGrant } from './grants/refresh.ts'
import { clientInfo, issueTokens, type Session } from './issue.ts'
import type { EntraParts } from './parts.ts'
import { jsonHeaders, Refusal, refusalAnswer, refuse, type Wording } from './refusal.ts'
import { admitClient, resolveTenant } from './tenant-path.ts'

export const deviceCodeGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

export const grants: ReadonlyMap<string, Grant> = new Map([
  ['password', passwordGrant],
  ['refresh_token', refreshTokenGrant],
  ['authorization_code', authorizationCodeGrant],
  [deviceCodeGrantType, deviceCodeGrant],
])

export interface TokenRequest {
  readonly method: string
  readonly tenantName: string
  readonly headers: LoopbackRequest['headers']
  readonly form: URLSearchParams
  readonly origin: string
}

/** What is known of a token request, granted or not. */
export interface TokenRequestFacts {
  readonly grantType: string
  readonly clientId: string
  readonly userName: string
  /** The user's tenant; of an unknown user the one that the path or the user name's domain names. */
  readonly tenantId: string
}

export const answerTokenRequest = (parts: EntraParts, request: TokenRequest): LoopbackAnswer => {
  const session = redeem(parts, request)
  if (session instanceof Refusal) return refusalAnswer(session, wordingOf(parts, request))
  if (!('user' in session)) {
    return { status: 200, headers: jsonHeaders, body: JSON.stringify(issueAppToken(parts, session, request.origin)) }
  }
  const whose = request.form.get('client_info') === '1' ? { client_info: clientInfo(session.user) } : {}
  const tokens = { ...issueTokens(parts, session, request.origin), ...whose }
  return { status: 200, headers: jsonHeaders, body: JSON.stringify(tokens) }
}

export const factsOf = (parts: EntraParts, { form, headers, tenantName }: TokenRequest): TokenRequestFacts => {
  const userName = form.get('username') ?? userOfRefreshToken(parts, form.get('refresh_token')) ?? ''
  const path = resolveTenant(parts, tenantName)
  const named = path instanceof Refusal || path.kind !== 'tenant' ? undefined : path.tenant.id
  const { registry } = parts
  return {
    grantType: form.get('grant_type') ?? '',
    clientId: readCredentials(form, headers).clientId ?? '',
    userName,
    tenantId:
      registry.userNamed(userName)?.tenantId ??
      named ??
      registry.tenantOfDomain(userName.split('@')[1] ?? '')?.id ??
      '',
  }
}

export const wordingOf = (parts: EntraParts, request: TokenRequest): Wording => {
  const { clientId, userName } = factsOf(parts, request)
  const words = { tenant: request.tenantName, client: clientId, ...(userName && { user: userName }) }
  return { random: parts.random, now: parts.clock.now(), headers: request.headers, words }
}

const redeem = (
  parts: EntraParts,
  { method, tenantName, form, headers }: TokenRequest,
): Session | AppSession | Refusal => {
  if (method !== 'POST') return refuse(900561, { name: method })
  const path = resolveTenant(parts, tenantName)
  if (path instanceof Refusal) return path
  const grantType = form.get('grant_type')
  if (!grantType) return refuse(900144, { name: 'grant_type' })
  const grant = grantType === 'client_credentials' ? clientCredentialsGrant : grants.get(grantType)
  if (grant === undefined) return refuse(70003, { name: grantType })
  if (grant === passwordGrant && (path.kind === 'common' || path.kind === 'consumers')) return refuse(9001023)
  const credentials = readCredentials(form, headers)
  if (!credentials.clientId) return refuse(900144, { name: 'client_id' })
  const client = admitClient(parts, path, credentials.clientId)
  if (client instanceof Refusal) return client
  const absent = grant.parameters.find((name) => !form.get(name))
  if (absent !== undefined) return refuse(900144, { name: absent })
  const { clock, keysOfIssuer } = parts
  const refused = authenticateClient(client, credentials, clock.now(), keysOfIssuer)
  return refused ?? grant.redeem(parts, { form, client, path })
}

const userOfRefreshToken = (parts: EntraParts, token: string | null): string | undefined => {
  const grant = token ? openRefreshToken(parts, token) : undefined
  return grant === undefined || grant instanceof Refusal ? undefined : parts.registry.user(grant.userId)?.userName
}
