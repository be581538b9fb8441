// A client secret that an operator hands over for a client that is known already: a login without a grant.

import * as v from 'valibot'
import type { ClientSecret } from '../secrets/client.ts'
import { type Decoded, nonEmptyString, time, trimmedSecret } from '../secrets/decode.ts'
import type { Redacted } from '../secrets/redacted.ts'
import { decodeLoginText, loginSchemaVersion } from './login-text.ts'

const schema = v.strictObject({
  schema: v.optional(loginSchemaVersion),
  client_id: v.pipe(v.string('must be a string'), v.trim(), v.nonEmpty('must not be empty')),
  client_secret: trimmedSecret,
  client_secret_expires_at: v.optional(time),
  /** The endpoint that the command has shown to the person who typed it. */
  token_endpoint: v.optional(nonEmptyString),
})

export interface NewClientSecret {
  readonly secret: ClientSecret
  /** Absent: the method that is stored with the client. */
  readonly tokenEndpoint: string | undefined
}

/** @param clientId the client to which the secret must belong */
export const decodeNewClientSecret = (text: Redacted, clientId: string): Decoded<NewClientSecret> => {
  const decoded = decodeLoginText(schema, text)
  if (!decoded.ok) return decoded
  const { client_id, client_secret: value, client_secret_expires_at: expires_at, token_endpoint } = decoded.value
  if (client_id !== clientId) {
    return { ok: false, problem: `the login: "client_id" is not ${clientId}, the client that the event names` }
  }
  const secret = { value, ...(expires_at !== undefined && { expires_at }) }
  return { ok: true, value: { secret, tokenEndpoint: token_endpoint } }
}
