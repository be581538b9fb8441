// The successful answer of the token endpoint.

import { signAccessToken, unsignedToken } from './access-token.ts'
import type { EntraParts } from './parts.ts'
import type { Client, User } from './records.ts'
import type { Scopes } from './scopes.ts'
import { type SignInMethod, toToken } from './tokens.ts'

/** The result of a grant: user, client and scope. */
export interface Session {
  readonly user: User
  readonly client: Client
  readonly scopes: Scopes
  readonly method: SignInMethod
  readonly mfa: boolean
  readonly nonce: string | null
  /** A refresh always answers with a new refresh token; the other grants only if offline_access was asked for. */
  readonly withRefreshToken: boolean
}

export const issueTokens = (parts: EntraParts, session: Session, origin: string): Record<string, unknown> => {
  const { user, scopes } = session
  const lifetime = parts.random.integer(parts.lifetimeSeconds.shortest, parts.lifetimeSeconds.longest)
  // Rounded up, so that a token never dies before the moment that `expires_in` promises.
  const issued = Math.ceil(parts.clock.now() / 1000)
  const times = { iat: issued, nbf: issued, exp: issued + lifetime }
  return {
    token_type: 'Bearer',
    scope: scopes.granted,
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: signAccessToken(parts.key, {
      aud: scopes.resource,
      iss: `${origin}/${user.tenantId}/`,
      ...times,
      appid: session.client.clientId,
      oid: user.id,
      scp: scopes.permissions.join(' '),
      tid: user.tenantId,
      upn: user.userName,
      uti: parts.random.text(22),
      ver: '1.0',
    }),
    ...(session.withRefreshToken && { refresh_token: issueRefreshToken(parts, session) }),
    ...(scopes.openid && { id_token: idToken(session, origin, times) }),
  }
}

const issueRefreshToken = (parts: EntraParts, { user, client, scopes, method, mfa }: Session): string =>
  toToken(
    parts.seals.refresh.close({
      id: parts.random.text(16),
      userId: user.id,
      clientId: client.clientId,
      scope: scopes.text,
      issuedAt: parts.clock.now(),
      sessionVersion: user.sessionVersion,
      passwordVersion: user.passwordVersion,
      confidential: !client.publicClient,
      mfa,
      method,
    }),
  )

/** Whose tokens these are, where a request asks with `client_info=1`: base64url without padding, as MSAL reads it. */
export const clientInfo = ({ id, tenantId }: User): string =>
  Buffer.from(JSON.stringify({ uid: id, utid: tenantId })).toString('base64url')

const idToken = ({ user, client, nonce }: Session, origin: string, times: Record<string, number>): string =>
  unsignedToken({
    aud: client.clientId,
    iss: `${origin}/${user.tenantId}/v2.0`,
    ...times,
    ...(nonce !== null && { nonce }),
    name: user.userName.split('@')[0],
    preferred_username: user.userName,
    oid: user.id,
    sub: user.id,
    tid: user.tenantId,
    ver: '2.0',
  })
