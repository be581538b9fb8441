// A client secret that an operator hands over for a client that is known already: a login without a grant.

import * as v from 'valibot'
import type { ClientSecret } from './client.ts'
import { type Decoded, time, trimmedSecret } from './decode.ts'
import { decodeLoginText, loginSchemaVersion } from './login-text.ts'
import type { Redacted } from './redacted.ts'

const schema = v.strictObject({
  schema: v.optional(loginSchemaVersion),
  client_id: v.pipe(v.string('must be a string'), v.trim(), v.nonEmpty('must not be empty')),
  client_secret: trimmedSecret,
  client_secret_expires_at: v.optional(time),
})

/** @param clientId whose secret it has to be */
export const decodeOfferedSecret = (text: Redacted, clientId: string): Decoded<ClientSecret> => {
  const decoded = decodeLoginText(schema, text)
  if (!decoded.ok) return decoded
  const { client_id, client_secret: value, client_secret_expires_at: expires_at } = decoded.value
  if (client_id !== clientId) {
    return { ok: false, problem: `the login: "client_id" is not ${clientId}, the client that the event names` }
  }
  return { ok: true, value: { value, ...(expires_at !== undefined && { expires_at }) } }
}
