// The account of a connection: whose access it is, as far as the provider says.

import * as v from 'valibot'
import { nonEmptyString } from './decode.ts'

export const account = v.object({
  /** `entra` with tenant and user id, or `openid` with issuer and subject, separated by blanks. */
  id: nonEmptyString,
  /** For people: it can change while the account stays the same. */
  username: v.optional(nonEmptyString),
})

export type Account = v.InferOutput<typeof account>

const kindOf = ({ id }: Account): string => id.slice(0, id.indexOf(' '))

/** What is not known is no difference, and neither is an account that is named in another way than before. */
export const isOtherAccount = (before: Account | undefined, now: Account | undefined): boolean =>
  before !== undefined && now !== undefined && kindOf(before) === kindOf(now) && before.id !== now.id

/** User names are compared as Entra does, regardless of case. What is not known is no difference. */
export const isOtherUser = (expected: string | undefined, now: Account | undefined): boolean =>
  expected !== undefined && now?.username !== undefined && expected.toLowerCase() !== now.username.toLowerCase()

/** After an answer: what one answer does not say is not forgotten, and the user name may be a new one. */
export const knownAccount = (before: Account | undefined, now: Account | undefined): Account | undefined => {
  if (before === undefined || now === undefined) return before ?? now
  return before.id === now.id ? { ...before, ...now } : before
}
