// Checks a client assertion of another issuer against the federated credentials of the app (RFC 7523).

import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import * as v from 'valibot'
import type { Client } from './records.ts'
import { type Refusal, refuse } from './refusal.ts'

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The present keys in the issuer's discovery. Undefined: the discovery does not answer. */
export type KeysOfIssuer = (issuer: string) => readonly JsonWebKey[] | undefined

const headerSchema = v.object({ alg: v.string(), kid: v.string() })

const claimsSchema = v.object({
  iss: v.string(),
  sub: v.string(),
  aud: v.union([v.string(), v.array(v.string())]),
  iat: v.number(),
  exp: v.number(),
})

interface Assertion {
  readonly header: v.InferOutput<typeof headerSchema>
  readonly claims: v.InferOutput<typeof claimsSchema>
  readonly content: string
  readonly signature: Buffer
}

/** Issuer, subject and audience are case-sensitive. There is no leeway in time, although Entra may have some. */
export const judgeAssertion = (
  client: Client,
  token: string,
  now: number,
  keysOf: KeysOfIssuer,
): Refusal | undefined => {
  const words = { client: client.clientId }
  const assertion = readAssertion(token)
  if (assertion === undefined) return refuse(50027, words)
  const { iss, sub, aud, iat, exp } = assertion.claims
  // Signed by the app itself, with a certificate. No app here has one.
  if (iss === client.clientId) return refuse(50012, words)
  // For some minutes not every server knows a new credential.
  const credentials = (client.federatedCredentials ?? []).filter(({ acceptedFrom }) => acceptedFrom <= now)
  if (credentials.length === 0) return refuse(70025, words)
  const ofIssuer = credentials.filter(({ issuer }) => issuer === iss)
  if (ofIssuer.length === 0) return refuse(700211, { name: iss })
  const credential = ofIssuer.find(({ subject }) => subject === sub)
  if (credential === undefined) return refuse(700213, { name: sub })
  if (![aud].flat().includes(credential.audience)) return refuse(700212, { name: [aud].flat().join(' ') })
  const keys = keysOf(iss)
  if (keys === undefined) return refuse(50166, words)
  if (!isSignedBy(keys, assertion)) return refuse(50013, words)
  return now < iat * 1_000 || now >= exp * 1_000 ? refuse(700024, words) : undefined
}

const readAssertion = (token: string): Assertion | undefined => {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.')
  const read = { header: v.safeParse(headerSchema, parse(header)), claims: v.safeParse(claimsSchema, parse(payload)) }
  if (!read.header.success || !read.claims.success || signature === '' || rest.length > 0) return undefined
  return {
    header: read.header.output,
    claims: read.claims.output,
    content: `${header}.${payload}`,
    signature: Buffer.from(signature, 'base64url'),
  }
}

const parse = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

/** RS256 is the one algorithm that Entra takes from other issuers. */
const isSignedBy = (keys: readonly JsonWebKey[], { header, content, signature }: Assertion): boolean => {
  const key = keys.find(({ kid }) => kid === header.kid)
  if (key === undefined || header.alg !== 'RS256') return false
  return verify('RSA-SHA256', Buffer.from(content), createPublicKey({ key, format: 'jwk' }), signature)
}
