// A link to sign in: connection, user, scope and expiry. Plain names and times, no secret.

import * as v from 'valibot'
import { connectionNamePattern, longestBy, longestLinkDays, tags } from '../../contract.ts'
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
  by: text(longestBy),
  client_id: text(255),
  authorization_endpoint: text(512),
  /** For a known client whose token endpoint is not next to the authorization endpoint. An invitation has its own. */
  token_endpoint: v.exactOptional(text(512)),
  scope: text(1024),
  /** The expected user name, if known. */
  account: v.exactOptional(text(256)),
  /** Name of the login with the operator's fields for a new connection. Absent: the connection exists. */
  invitation: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9/_+=.@-]{1,200}$/))),
  /** The connection was healthy when the link was made, so a healthy connection does not make the link void. */
  replaces: v.exactOptional(v.literal(true)),
})

export type Link = Omit<v.InferOutput<typeof schema>, 'v'>

/** @throws RangeError if it is too long for an address */
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

/** Days that the link of a message is good for: longer than the last reminder takes to come. */
export const messageLinkDays = 14

/** The part of a link that a tag keeps. Together with grant and client it is enough to make the link again. */
export type LinkMark = Pick<Link, 'id' | 'made' | 'expires' | 'by' | 'replaces'>

/** The tag of the grant with the newest link: id, times, whether another account may replace the present one, and who asked. In base64url. */
export const linkTag = ({ id, made, expires, by, replaces }: LinkMark): Tags => ({
  [tags.link]: `${id} ${made} ${expires} ${replaces ? 1 : 0} ${Buffer.from(by, 'utf8').toString('base64url')}`,
})

const markPattern = /^([A-Za-z0-9-]{8,64}) (\d{1,12}) (\d{1,12}) ([01]) ([A-Za-z0-9_-]*)$/

/** @returns the newest link of a connection; undefined: there is none, a sign-in has made it void, or the tag was edited */
export const readLinkTag = (all: Tags): LinkMark | undefined => {
  const [, id, made, expires, replaces, by = ''] = markPattern.exec(all[tags.link] ?? '') ?? []
  if (id === undefined) return undefined
  const times = { made: Number(made), expires: Number(expires) }
  if (times.expires - times.made > longestLinkDays * 86_400) return undefined
  const who = Buffer.from(by, 'base64url').toString('utf8').slice(0, longestBy)
  return { id, ...times, by: who, ...(replaces === '1' && { replaces: true as const }) }
}

/** Whether a link can be used now, or why not. */
export type Worth = 'open' | 'expired' | 'replaced' | 'done'

/** The description of a secret, without its value. */
interface Described {
  readonly currentVersionId: string | undefined
  readonly tags: Tags
}

/**
 * @param entry of the connection's grant; undefined: there is none
 * @param invitation of the link, if it has one; undefined: it was used, withdrawn or replaced
 */
export const worthOf = (
  link: Pick<Link, 'id' | 'expires' | 'invitation' | 'replaces'>,
  {
    entry,
    invitation,
    now,
  }: { readonly entry: Described | undefined; readonly invitation?: object | undefined; readonly now: number },
): Worth => {
  if (link.expires * 1000 <= now) return 'expired'
  const isHealthy = entry !== undefined && readStatus(entry.tags, entry.currentVersionId).status === 'healthy'
  const over: Worth = isHealthy ? 'done' : 'replaced'
  if (link.invitation !== undefined) return invitation === undefined ? over : 'open'
  const newest = entry?.tags[tags.link] ?? ''
  if (newest === '') return over
  if (newest.split(' ')[0] !== link.id) return 'replaced'
  return isHealthy && link.replaces !== true ? 'done' : 'open'
}
