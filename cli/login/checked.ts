// Checks a login before the command writes or sends it, and its known part before the command asks a question.

import { decodeLogin } from '../../lambda/core/login/login.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { wrongUsage } from '../exit.ts'
import { type Draft, takesClientSecret, textOf } from './draft.ts'

/** The function decides whether http on this machine is allowed, so it passes here. */
export const checked = (draft: Draft): Redacted => {
  const text = new Redacted(JSON.stringify(draft))
  const decoded = decodeLogin(text, true)
  if (decoded.ok) return text
  throw wrongUsage(decoded.problem, 'docs/reference/login.md lists its keys.')
}

const toCome = 'to come'

/** Stands for values that a person or a sign-in gives later. */
export const signInToCome: Draft = {
  username: toCome,
  password: toCome,
  code: toCome,
  code_verifier: toCome,
  redirect_uri: toCome,
  device_code: toCome,
  refresh_token: toCome,
}

/** @throws CommandError for each mistake that no answer to a later question can mend */
export const checkSoFar = (draft: Draft): void => {
  const asked = { client_id: toCome, ...(takesClientSecret(draft) && { client_secret: toCome }), ...signInToCome }
  const given = Object.entries(draft).filter(([key, value]) => value !== '' || textOf(asked, key) === undefined)
  checked({ ...asked, ...Object.fromEntries(given) })
}
