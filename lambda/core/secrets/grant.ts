// A grant: the values that keep one connection alive, as stored in `<prefix>/grants/<connection>`.

import * as v from 'valibot'
import { modes, publishKinds, rotations } from '../../contract.ts'
import { account } from './account.ts'
import { count, type Decoded, decodeJson, nonEmptyString, redacted, schemaVersion, time } from './decode.ts'
import { days } from './provider.ts'
import { Redacted } from './redacted.ts'

const schema = v.object({
  schema: schemaVersion,
  client_id: nonEmptyString,
  /** Grows by one with every commit, across a new bootstrap too. */
  generation: count,
  refresh_token: redacted,
  access_token: redacted,
  token_type: v.optional(v.literal('Bearer', 'must be "Bearer"'), 'Bearer'),
  expires_at: time,
  /** The requested scope. */
  scope: v.string('must be a string'),
  /** The scope that the provider has granted. */
  granted_scope: v.optional(v.string('must be a string')),
  mode: v.picklist(modes, `must be ${modes.join(' or ')}`),
  publish: v.picklist(publishKinds, `must be ${publishKinds.join(' or ')}`),
  /** From the client's provider: how often a refresh token may be used. */
  rotation: v.optional(v.picklist(rotations, `must be ${rotations.join(' or ')}`), 'reusable'),
  /** Last time the provider accepted the refresh token. */
  refreshed_at: time,
  /** Last use + inactivity window. */
  refresh_by: time,
  bootstrapped_at: time,
  /** Generation of the sign-in: what apps read with a lower one is from before it. Absent: made by a version without this field. */
  bootstrapped_generation: v.optional(count),
  /** From a login: the provider ends the grant this many days after the sign-in, however often it is refreshed. */
  grant_ends_after_days: v.optional(days),
  /** When the grant ends although it is refreshed; absent: no such end is known. */
  ends_at: v.optional(time),
  /** Whose access it is, if the provider names the account. */
  account: v.optional(account),
  /** Version id of the login. A second run with this login must not use up a refresh token that this grant needs. */
  bootstrapped_from: v.optional(nonEmptyString),
})

export type Grant = Omit<v.InferOutput<typeof schema>, 'schema'>

export const decodeGrant = (text: Redacted): Decoded<Grant> => {
  const decoded = decodeJson(schema, text, 'the grant')
  if (!decoded.ok) return decoded
  const { schema: _, ...grant } = decoded.value
  return { ok: true, value: grant }
}

/** @throws Error if the text would not decode: this is a bug, and such a text must not reach the store */
export const encodeGrant = (grant: Grant): Redacted => {
  const text = new Redacted(
    JSON.stringify({
      schema: 1,
      ...grant,
      refresh_token: grant.refresh_token.reveal(),
      access_token: grant.access_token.reveal(),
    }),
  )
  const decoded = decodeGrant(text)
  if (!decoded.ok) throw new Error(`refusing to store what does not decode: ${decoded.problem}`)
  return text
}
