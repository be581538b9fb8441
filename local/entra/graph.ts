// GET /v1.0/me: the protected resource, which accepts a live access token and nothing else.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { judgeAccessToken } from './access-token.ts'
import type { EntraParts } from './parts.ts'

export const answerMe = (parts: EntraParts, request: LoopbackRequest): LoopbackAnswer => {
  const [scheme, token] = request.headers.authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'bearer' || !token) return unauthorized(parts, 'Access token is empty.')
  const judged = judgeAccessToken(parts.key, token, parts.clock.now())
  if (judged.kind !== 'live') return unauthorized(parts, messages[judged.kind])
  const { oid, upn } = judged.claims
  const me = {
    '@odata.context': `http://${request.headers.host ?? ''}/v1.0/$metadata#users/$entity`,
    displayName: upn.split('@')[0],
    mail: upn,
    userPrincipalName: upn,
    id: oid,
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(me) }
}

const messages = {
  malformed: 'IDX14100: JWT is not well formed, there are not three segments.',
  forged: 'Access token validation failure. Invalid signature.',
  expired: 'Lifetime validation failed, the token is expired.',
}

const unauthorized = (parts: EntraParts, message: string): LoopbackAnswer => {
  const innerError = {
    date: new Date(parts.clock.now()).toISOString().slice(0, 19),
    'request-id': parts.random.guid(),
    'client-request-id': parts.random.guid(),
  }
  return {
    status: 401,
    headers: {
      'content-type': 'application/json',
      'www-authenticate': 'Bearer realm="", error="invalid_token"',
    },
    body: JSON.stringify({ error: { code: 'InvalidAuthenticationToken', message, innerError } }),
  }
}
