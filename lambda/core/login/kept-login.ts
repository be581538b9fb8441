// A login rewritten to hold a refresh token: it keeps the issued token, and no longer the credentials of the operator.

import { Redacted } from '../secrets/redacted.ts'
import { loginFields } from './login-text.ts'

/** Fields that belong to one grant type. Every other field describes the connection and holds for every grant type. */
const grantFields: readonly string[] = [
  'grant_type',
  'username',
  'userName',
  'password',
  'code',
  'redirect_uri',
  'code_verifier',
  'device_code',
  'refresh_token',
  'held_until',
]

/**
 * @param login text that decodes as a login
 * @param heldUntil when the run that writes this has certainly ended; undefined: another run may use it at once
 */
export const keptLogin = (login: Redacted, refreshToken: Redacted, heldUntil: Date | undefined): Redacted => {
  const fields = loginFields(login)
  if (typeof fields === 'string') throw new Error(`refusing to rewrite a login that ${fields}`)
  const kept = Object.entries(fields).filter(([key]) => !grantFields.includes(key))
  return new Redacted(
    JSON.stringify({
      ...Object.fromEntries(kept),
      grant_type: 'refresh_token',
      refresh_token: refreshToken.reveal(),
      ...(heldUntil !== undefined && { held_until: heldUntil.toISOString() }),
    }),
  )
}
