// Who has signed in, from a token answer: Entra's client_info, or an id_token. A mistake here never loses a token: a field
// that cannot be read counts as not known.

import * as v from 'valibot'
import type { Account } from '../secrets/account.ts'
import { decodeBase64Json } from '../secrets/decode.ts'
import { type Fields, textField } from './answer-fields.ts'

const text = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(500))

/** User and home tenant id (learn.microsoft.com, MSAL: `client_info`, which a request asks for with `client_info=1`). */
const clientInfo = v.object({ uid: text, utid: text })

const name = v.fallback(v.optional(text), undefined)
const claims = v.object({ iss: text, sub: text, preferred_username: name, upn: name, email: name })

/**
 * The id_token came over TLS from the token endpoint itself, so its signature need not be checked (OpenID Connect Core
 * section 3.1.3.7); it decides only whether the account is the same as before.
 *
 * @returns undefined: the answer does not say
 */
export const accountIn = (fields: Fields): Account | undefined => {
  const info = v.safeParse(clientInfo, decoded(textField(fields, 'client_info')))
  const token = v.safeParse(claims, decoded(textField(fields, 'id_token')?.split('.')[1]))
  const username = token.success
    ? (token.output.preferred_username ?? token.output.upn ?? token.output.email)
    : undefined
  const named = username === undefined ? {} : { username }
  if (info.success) return { id: `entra ${info.output.utid} ${info.output.uid}`.toLowerCase(), ...named }
  return token.success ? { id: `openid ${token.output.iss} ${token.output.sub}`, ...named } : undefined
}

const decoded = (encoded: string | undefined): unknown => encoded && decodeBase64Json(encoded)
