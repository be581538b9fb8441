// The account of a connection, if the provider names it.

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

/** An unknown account does not count as another one, nor does an account with another kind of name. */
export const isOtherAccount = (before: Account | undefined, now: Account | undefined): boolean =>
  before !== undefined && now !== undefined && kindOf(before) === kindOf(now) && before.id !== now.id

/** User names are compared as Entra does, regardless of case. An unknown name does not count as another one. */
export const isOtherUser = (expected: string | undefined, now: Account | undefined): boolean =>
  expected !== undefined && now?.username !== undefined && expected.toLowerCase() !== now.username.toLowerCase()

/** The account after an answer. Values that the answer lacks are kept, and the user name may have changed. */
export const knownAccount = (before: Account | undefined, now: Account | undefined): Account | undefined => {
  if (before === undefined || now === undefined) return before ?? now
  return before.id === now.id ? { ...before, ...now } : before
}
