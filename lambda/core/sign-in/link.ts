// A link to sign in: for which connection, as whom, for what, until when. Plain names and times, no secret.

import * as v from 'valibot'
import { connectionNamePattern, tags } from '../../contract.ts'
import { readStatus, type Tags } from '../tags/status.ts'
import { decodePayload, encodePayload, longestPayload } from './sealed.ts'

const text = (longest: number) => v.pipe(v.string(), v.maxLength(longest))
const seconds = v.pipe(v.number(), v.integer(), v.minValue(0))

const schema = v.strictObject({
  v: v.literal(1),
  /** Tells the links of a connection apart. */
  id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{8,64}$/)),
  connection: v.pipe(v.string(), v.regex(connectionNamePattern)),
  made: seconds,
  expires: seconds,
  /** Who asked for the sign-in; empty: the refresher, because the provider refused the connection. */
  by: text(128),
  client_id: text(255),
  authorization_endpoint: text(512),
  /** Of a known client. An invitation says it itself. */
  token_endpoint: v.exactOptional(text(512)),
  scope: text(1024),
  /** The user name that is expected, as far as it is known. */
  account: v.exactOptional(text(256)),
  /** Name of the login with what the operator has handed over for a new connection. Absent: the connection exists. */
  invitation: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9/_+=.@-]{1,200}$/))),
  /** The connection was healthy when the link was made, so that being healthy does not make it void. */
  replaces: v.exactOptional(v.literal(true)),
})

export type Link = Omit<v.InferOutput<typeof schema>, 'v'>

/** @throws RangeError when it is too long for an address */
export const encodeLink = (link: Link): string => {
  const payload = encodePayload(v.parse(schema, { v: 1, ...link }))
  if (payload.length > longestPayload / 2) throw new RangeError('the link is too long: ask for fewer scopes')
  return payload
}

/** @returns undefined when it is no link of this version */
export const decodeLink = (payload: string): Link | undefined => {
  const parsed = v.safeParse(schema, decodePayload(payload))
  if (!parsed.success) return undefined
  const { v: _, ...link } = parsed.output
  return link
}

/** Days that a link is good for, when the operator does not say. */
export const defaultLinkDays = 3
export const longestLinkDays = 30

/** Tag of the connection's grant that names its newest link. */
export const linkTag = ({ id }: Pick<Link, 'id'>): Tags => ({ [tags.link]: id })

/** What a link is worth now. */
export type Worth = 'open' | 'expired' | 'replaced' | 'done'

/** As a description of a secret shows it: no value. */
interface Described {
  readonly currentVersionId: string | undefined
  readonly tags: Tags
}

/** @param entry of the invitation where the link has one, else of the connection's grant; undefined: there is none */
export const worthOf = (link: Link, entry: Described | undefined, now: number): Worth => {
  if (link.expires * 1000 <= now) return 'expired'
  // An invitation is deleted when it was used, and when a newer one took its place.
  if (link.invitation !== undefined) return entry === undefined ? 'done' : 'open'
  if (entry === undefined) return 'replaced'
  const newest = entry.tags[tags.link] ?? ''
  if (newest === '') return 'done'
  if (newest !== link.id) return 'replaced'
  const { status } = readStatus(entry.tags, entry.currentVersionId)
  return status === 'healthy' && link.replaces !== true ? 'done' : 'open'
}
