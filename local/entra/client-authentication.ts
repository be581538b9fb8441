// Reads the client id and checks the credentials: client_secret_post, client_secret_basic, and assertions of other issuers.

import type { LoopbackRequest } from '../loopback-server.ts'
import { assertionType, judgeAssertion, type KeysOfIssuer } from './federated-credentials.ts'
import type { Client, ClientSecret } from './records.ts'
import { type Refusal, refuse } from './refusal.ts'

export interface ClientCredentials {
  readonly clientId?: string
  readonly secret?: string
  readonly assertion?: string
  readonly assertionType?: string
}

/** The body takes precedence over the header. */
export const readCredentials = (form: URLSearchParams, headers: LoopbackRequest['headers']): ClientCredentials => {
  const basic = readBasic(headers.authorization)
  const clientId = form.get('client_id') || basic?.clientId
  const secret = form.get('client_secret') || basic?.secret
  const assertion = form.get('client_assertion')
  const assertionType = form.get('client_assertion_type')
  return {
    ...(clientId && { clientId }),
    ...(secret && { secret }),
    ...(assertion && { assertion }),
    ...(assertionType && { assertionType }),
  }
}

export const authenticateClient = (
  client: Client,
  { secret, assertion, assertionType: type }: ClientCredentials,
  now: number,
  keysOf: KeysOfIssuer,
): Refusal | undefined => {
  const words = { client: client.clientId }
  if (client.publicClient) return secret || assertion ? refuse(700025, words) : undefined
  if (assertion && type !== assertionType) return refuse(900144, { name: 'client_assertion_type' })
  if (assertion) return judgeAssertion(client, assertion, now, keysOf)
  if (!secret) return refuse(7000218, words)
  const known = client.secrets.find((each) => each.value === secret)
  if (known === undefined) return refuse(7000215, words)
  if (!isKnownEverywhere(known, now)) return refuse(now % 2 === 0 ? 7000215 : 7000222, words)
  return now >= known.expiresAt ? refuse(7000222, words) : undefined
}

/**
 * Before a new client secret is accepted, it is refused as wrong or as expired; and then, for as long again, by one server of two: here,
 * in every other second.
 */
export const isKnownEverywhere = ({ madeAt = 0, acceptedFrom = 0 }: ClientSecret, now: number): boolean => {
  const settled = acceptedFrom + (acceptedFrom - madeAt)
  return now >= settled || (now >= acceptedFrom && Math.floor(now / 1000) % 2 === 0)
}

const readBasic = (header: string | undefined): { clientId: string; secret: string } | undefined => {
  const [scheme, encoded] = header?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'basic' || !encoded) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { clientId: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) }
}

/** RFC 6749 requires form-encoding of both halves. */
const decode = (text: string): string => new URLSearchParams(`value=${text.replaceAll('&', '%26')}`).get('value') ?? ''
