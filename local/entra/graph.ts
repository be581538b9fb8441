// GET /v1.0/me: the protected resource, which accepts a live access token and nothing else.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { type AccessTokenClaims, judgeAccessToken } from './access-token.ts'
import type { EntraParts } from './parts.ts'

export const answerMe = (parts: EntraParts, request: LoopbackRequest): LoopbackAnswer => {
  const claims = claimsIn(parts, request)
  if (!('oid' in claims)) return claims
  const { oid, upn } = claims
  if (upn === undefined) {
    return graphError(parts, 400, 'BadRequest', '/me request is only valid with delegated authentication flow.')
  }
  const me = {
    '@odata.context': `http://${request.headers.host ?? ''}/v1.0/$metadata#users/$entity`,
    displayName: upn.split('@')[0],
    mail: upn,
    userPrincipalName: upn,
    id: oid,
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(me) }
}

/** The claims of the request's access token, or the answer to a request without a live one. */
export const claimsIn = (parts: EntraParts, request: LoopbackRequest): AccessTokenClaims | LoopbackAnswer => {
  const [scheme, token] = request.headers.authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'bearer' || !token) return unauthorized(parts, 'Access token is empty.')
  const judged = judgeAccessToken(parts.key, token, parts.clock.now())
  return judged.kind === 'live' ? judged.claims : unauthorized(parts, messages[judged.kind])
}

const messages = {
  malformed: 'IDX14100: JWT is not well formed, there are not three segments.',
  forged: 'Access token validation failure. Invalid signature.',
  expired: 'Lifetime validation failed, the token is expired.',
}

/** An error in the words of Graph. */
export const graphError = (parts: EntraParts, status: number, code: string, message: string): LoopbackAnswer => {
  const innerError = {
    date: new Date(parts.clock.now()).toISOString().slice(0, 19),
    'request-id': parts.random.guid(),
    'client-request-id': parts.random.guid(),
  }
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: { code, message, innerError } }),
  }
}

const unauthorized = (parts: EntraParts, message: string): LoopbackAnswer => {
  const answer = graphError(parts, 401, 'InvalidAuthenticationToken', message)
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Bearer realm="", error="invalid_token"' } }
}
