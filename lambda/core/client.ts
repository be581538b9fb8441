// A client: an app registration at a provider, as it is stored in `<prefix>/clients/<client_id>`.

import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { type Decoded, decodeJson, nonEmptyString, redacted, schemaVersion, time } from './decode.ts'
import { Redacted } from './redacted.ts'

export const authMethods = ['client_secret_post', 'client_secret_basic', 'none'] as const
export const rotations = ['reusable', 'single-use'] as const

const clientSecret = v.object({ value: redacted, expires_at: v.optional(time) })

const provider = v.object({
  name: v.picklist(['entra', 'generic'], 'must be entra or generic'),
  /** `reusable`: a refresh token stays valid after use (Entra). `single-use`: using it twice may end the grant. */
  rotation: v.picklist(rotations, `must be ${rotations.join(' or ')}`),
  /** A refresh token dies after this many days without use, unless an answer says otherwise. */
  inactivity_days: v.pipe(v.number('must be a number'), v.minValue(1, 'must be at least 1')),
})

const schema = v.object({
  schema: schemaVersion,
  client_id: nonEmptyString,
  token_endpoint: v.pipe(v.string('must be a URL'), v.url('must be a URL')),
  token_endpoint_auth_method: v.picklist(authMethods, `must be ${authMethods.join(', ')}`),
  /** In order of preference; the next is tried when one is refused. */
  client_secrets: v.array(clientSecret, 'must be a list'),
  provider,
})

export type Provider = v.InferOutput<typeof provider>
export type ClientSecret = { readonly value: Redacted; readonly expires_at?: Date | undefined }
export type Client = Omit<v.InferOutput<typeof schema>, 'schema'>

export const decodeClient = (text: Redacted): Decoded<Client> => {
  const decoded = decodeJson(schema, text, 'the client')
  if (!decoded.ok) return decoded
  const { schema: _, ...client } = decoded.value
  if (client.token_endpoint_auth_method !== 'none' && client.client_secrets.length === 0) {
    return { ok: false, problem: 'the client: "client_secrets" is empty' }
  }
  return { ok: true, value: client }
}

export const encodeClient = (client: Client): Redacted =>
  new Redacted(
    JSON.stringify({
      schema: 1,
      ...client,
      client_secrets: client.client_secrets.map((secret) => ({ ...secret, value: secret.value.reveal() })),
    }),
  )

/** The client with this secret first; the others are kept, for a secret is retired by an operator only. */
export const withClientSecret = (client: Client, secret: ClientSecret): Client => ({
  ...client,
  client_secrets: [secret, ...client.client_secrets.filter(({ value }) => !value.equals(secret.value))],
})

/** When the client will be left without a client secret that is known to be valid. */
export const clientSecretExpiry = (client: Client): Date | undefined => {
  const expiries = client.client_secrets.map((secret) => secret.expires_at)
  if (expiries.length === 0 || expiries.includes(undefined)) return undefined
  return new Date(Math.max(...expiries.map(Number)))
}

/** Last part of the client secret's name: the client id, or its hash where Secrets Manager would not take it. */
export const clientName = (clientId: string): string =>
  /^[A-Za-z0-9_+=.@-]{1,255}$/.test(clientId)
    ? clientId
    : `sha256-${createHash('sha256').update(clientId).digest('hex')}`
