// A client: an app registration at a provider, as it is stored in `<prefix>/clients/<client_id>`.

import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { parseTokenEndpoint } from '../login/authority.ts'
import { count, type Decoded, decodeJson, nonEmptyString, schemaVersion, time, trimmedSecret } from './decode.ts'
import { provider } from './provider.ts'
import { Redacted } from './redacted.ts'

/** `aws_web_identity`: a token in which AWS says which role the function runs as takes the place of a client secret. */
export const authMethods = ['client_secret_post', 'client_secret_basic', 'none', 'aws_web_identity'] as const

/** Whether token requests of the client carry a client secret. */
export const sendsClientSecret = ({ token_endpoint_auth_method: method }: Pick<Client, 'token_endpoint_auth_method'>) =>
  method === 'client_secret_post' || method === 'client_secret_basic'

/** Whether a federated credential takes the place of its client secret. */
export const isFederated = ({ token_endpoint_auth_method: method }: Pick<Client, 'token_endpoint_auth_method'>) =>
  method === 'aws_web_identity'

/** What the renewal of a client secret knows of it. A wrong value counts as absent, so that it stops no connection. */
const noted = <S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined)

const clientSecret = v.object({
  value: trimmedSecret,
  expires_at: v.optional(time),
  /** The provider's id of it. */
  key_id: noted(nonEmptyString),
  /** When this project made it. */
  made_at: noted(time),
  /** When the provider accepted it first, of one that this project made. */
  accepted_at: noted(time),
})

const renewal = v.object({
  /** Id or domain of the tenant that the app registration is in. */
  tenant: nonEmptyString,
  /** Lifetime of a new client secret. */
  days: count,
  /** The longest lifetime that the tenant's policy allowed, if that is shorter. */
  longest_days: noted(count),
})

const schema = v.object({
  schema: schemaVersion,
  client_id: nonEmptyString,
  token_endpoint: nonEmptyString,
  token_endpoint_auth_method: v.picklist(authMethods, `must be ${authMethods.join(', ')}`),
  /** In order of preference; if one is refused, the next is tried. */
  client_secrets: v.array(clientSecret, 'must be a list'),
  /** Absent: its client secret does not renew itself. */
  secret_renewal: noted(renewal),
  /** When a run was about to make a client secret at the provider, and its display name there. It has stored none since. */
  making: noted(v.array(v.object({ display_name: nonEmptyString, at: time }))),
  provider,
})

export type ClientSecret = Readonly<v.InferOutput<typeof clientSecret>>
export type Renewal = Readonly<v.InferOutput<typeof renewal>>
export type Client = Omit<v.InferOutput<typeof schema>, 'schema'>

/** @param allowLoopbackHttp whether the token endpoint may be http on a loopback host; default: no */
export const decodeClient = (text: Redacted, allowLoopbackHttp = false): Decoded<Client> => {
  const decoded = decodeJson(schema, text, 'the client')
  if (!decoded.ok) return decoded
  const { schema: _, ...client } = decoded.value
  if (sendsClientSecret(client) && client.client_secrets.length === 0) {
    return { ok: false, problem: 'the client: "client_secrets" is empty' }
  }
  const endpoint = parseTokenEndpoint(client.token_endpoint, allowLoopbackHttp)
  if (!endpoint.ok) return { ok: false, problem: `the client: "token_endpoint" ${endpoint.problem}` }
  return { ok: true, value: { ...client, token_endpoint: endpoint.value } }
}

/** A client that is stored under `clientName(clientId)`. A record of another client counts as one that does not decode. */
export const decodeClientOf = (clientId: string, text: Redacted, allowLoopbackHttp: boolean): Decoded<Client> => {
  const decoded = decodeClient(text, allowLoopbackHttp)
  if (!decoded.ok || decoded.value.client_id === clientId) return decoded
  return { ok: false, problem: `the client: "client_id" is not ${clientId}, whose record it is` }
}

export const encodeClient = (client: Client): Redacted =>
  new Redacted(
    JSON.stringify({
      schema: 1,
      ...client,
      client_secrets: client.client_secrets.map((secret) => ({ ...secret, value: secret.value.reveal() })),
    }),
  )

/** The client with this secret first. The others are kept, because only an operator retires a client secret. */
export const withClientSecret = (client: Client, secret: ClientSecret): Client => {
  const known = client.client_secrets.find(({ value }) => value.equals(secret.value))
  const others = client.client_secrets.filter((one) => one !== known)
  return { ...client, client_secrets: [{ ...known, ...definedOf(secret) }, ...others] }
}

/** A known secret that comes again keeps what is not said again, such as its expiry. */
const definedOf = (secret: ClientSecret): ClientSecret => ({
  ...Object.fromEntries(Object.entries(secret).filter(([, said]) => said !== undefined)),
  value: secret.value,
})

/**
 * @param accepted the client secret that the provider has accepted; undefined: none was judged
 * @returns the client with this secret first; the same object if it is first already
 */
export const preferring = (client: Client, accepted: ClientSecret | undefined): Client => {
  const first = client.client_secrets[0]
  const isFirst = accepted === undefined || first === undefined || first.value.equals(accepted.value)
  return isFirst ? client : withClientSecret(client, accepted)
}

/** Made by this project, and not accepted yet. */
export const isPending = ({ made_at, accepted_at }: ClientSecret): boolean =>
  made_at !== undefined && accepted_at === undefined

/**
 * When the last client secret that is known to be valid expires. One that waits for its trial is not known to be, unless a refresh has put
 * it first. Where one that renews itself was accepted, older ones whose end is not known do not count: they would hide its end.
 */
export const clientSecretExpiry = ({ client_secrets: secrets }: Client): Date | undefined => {
  const valid = secrets.filter((secret, index) => index === 0 || !isPending(secret))
  const known = valid.flatMap(({ expires_at }) => expires_at ?? [])
  const isComplete = known.length === valid.length || valid.some(({ accepted_at }) => accepted_at !== undefined)
  return known.length === 0 || !isComplete ? undefined : new Date(Math.max(...known.map(Number)))
}

/** Prefix of a client's name that is the hash of its id. */
const hashed = 'sha256-'

/**
 * Last part of the name of the client's record: the client id, or its hash if Secrets Manager does not accept the id.
 * An id that begins with the prefix of a hash is hashed too, so that two ids never have the same name.
 */
export const clientName = (clientId: string): string =>
  /^[A-Za-z0-9_+=.@-]{1,255}$/.test(clientId) && !clientId.startsWith(hashed)
    ? clientId
    : `${hashed}${createHash('sha256').update(clientId).digest('hex')}`

/** Whether a client's name is the hash of its id, and so not the id itself. */
export const isHashedName = (name: string): boolean => name.startsWith(hashed)
