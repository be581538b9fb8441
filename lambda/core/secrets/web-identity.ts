// What a web identity token says of itself. It is read, not verified: it comes from AWS, and the provider verifies it.

import * as v from 'valibot'
import { decodeBase64Json } from './decode.ts'
import type { Redacted } from './redacted.ts'

const schema = v.object({ iss: v.string(), sub: v.string(), aud: v.string() })

/** What a federated credential has to name, letter for letter. */
export interface WebIdentityClaims {
  readonly issuer: string
  /** ARN of the role. */
  readonly subject: string
  readonly audience: string
}

/** @returns undefined: the text is not a token of one audience */
export const readWebIdentity = (token: Redacted): WebIdentityClaims | undefined => {
  const parsed = v.safeParse(schema, decodeBase64Json(token.reveal().split('.')[1] ?? ''))
  if (!parsed.success) return undefined
  const { iss: issuer, sub: subject, aud: audience } = parsed.output
  return { issuer, subject, audience }
}
