// Access tokens: they look like JWTs, but only this server can read them.

import { createHmac, type KeyObject } from 'node:crypto'
import * as v from 'valibot'

const claimsSchema = v.object({
  aud: v.string(),
  iss: v.string(),
  iat: v.number(),
  nbf: v.number(),
  exp: v.number(),
  appid: v.string(),
  oid: v.string(),
  /** Of a user's token. */
  scp: v.optional(v.string()),
  upn: v.optional(v.string()),
  /** Of an app's own token. */
  roles: v.optional(v.array(v.string())),
  tid: v.string(),
  uti: v.string(),
  ver: v.string(),
})

export type AccessTokenClaims = v.InferOutput<typeof claimsSchema>

export type AccessTokenState =
  | { readonly kind: 'live'; readonly claims: AccessTokenClaims }
  | { readonly kind: 'malformed' | 'forged' | 'expired' }

export const signAccessToken = (key: KeyObject, claims: AccessTokenClaims): string => {
  const content = `${encode({ typ: 'JWT', alg: 'HS256', kid: 'embedded' })}.${encode(claims)}`
  return `${content}.${signatureOf(key, content)}`
}

export const judgeAccessToken = (key: KeyObject, token: string, now: number): AccessTokenState => {
  const [header, payload, signature, ...rest] = token.split('.')
  if (!header || !payload || !signature || rest.length > 0) return { kind: 'malformed' }
  if (signatureOf(key, `${header}.${payload}`) !== signature) return { kind: 'forged' }
  const claims = v.parse(claimsSchema, JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  return now < claims.exp * 1000 ? { kind: 'live', claims } : { kind: 'expired' }
}

/** An id token is not signed, because no code here verifies it. */
export const unsignedToken = (claims: Record<string, unknown>): string =>
  `${encode({ typ: 'JWT', alg: 'none' })}.${encode(claims)}.`

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const signatureOf = (key: KeyObject, content: string): string =>
  createHmac('sha256', key).update(`access.${content}`).digest('base64url')
