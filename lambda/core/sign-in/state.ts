// The `state` of an authorization request: which link, which browser, until when. Nothing is stored between the two requests.

import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { decodeLink, type Link } from './link.ts'
import { decodePayload, encodePayload } from './sealed.ts'

/** A person who signs in with a second factor needs minutes, and may have to set it up first. */
export const signInSeconds = 30 * 60

const schema = v.strictObject({
  v: v.literal(1),
  /** Random, so that each sign-in has its own PKCE verifier. */
  id: v.pipe(v.string(), v.minLength(16), v.maxLength(64)),
  /** Hash of the cookie of the browser that pressed the button. */
  browser: v.pipe(v.string(), v.length(43)),
  expires: v.pipe(v.number(), v.integer()),
  /** Payload of the link. */
  link: v.pipe(v.string(), v.maxLength(1_500)),
})

export interface State {
  readonly id: string
  readonly browser: string
  readonly expires: number
  readonly link: Link
}

export interface NewState extends Omit<State, 'link'> {
  /** Payload of the link. */
  readonly link: string
}

export const encodeState = (state: NewState): string => encodePayload(v.parse(schema, { v: 1, ...state }))

/** @returns undefined if it is not a state of this version */
export const decodeState = (payload: string): State | undefined => {
  const parsed = v.safeParse(schema, decodePayload(payload))
  const link = parsed.success ? decodeLink(parsed.output.link) : undefined
  if (!parsed.success || link === undefined) return undefined
  const { id, browser, expires } = parsed.output
  return { id, browser, expires, link }
}

/** The cookie of a browser: the one that the page set before, or a new random one. */
export const browserPattern = /^[A-Za-z0-9-]{36}$/

export const browserHash = (cookie: string): string => createHash('sha256').update(cookie).digest('base64url')

/** RFC 7636, S256. */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')
