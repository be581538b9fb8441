// The lifetime of a token, in the forms that providers use: seconds, or a time. An impossible value is ignored.

import * as v from 'valibot'
import { time } from '../secrets/decode.ts'
import type { Fields } from './answer-fields.ts'

/** RFC 6749 section 5.1 recommends `expires_in`; without a plausible value an hour is the usual default of providers. */
export const assumedLifetimeSeconds = 3600

const year = 365 * 86_400

/** No token lives longer. A larger number is a time, or milliseconds, or an error. */
export const longestLifetimeSeconds = 10 * year

/** `expires_in` of Zoho is in milliseconds, with `expires_in_sec` beside it: the smaller of both is right. */
const accessKeys = ['expires_in', 'expires_in_sec']

/** Times (Strava, Google's libraries, Microsoft's v1 endpoint), and Facebook's older name of `expires_in`. */
const otherAccessKeys = ['expires_at', 'expires_on', 'expires']

/** GitHub and others; QuickBooks; Keycloak. */
const refreshKeys = ['refresh_token_expires_in', 'x_refresh_token_expires_in', 'refresh_expires_in']

/** Lifetime of the access token, in seconds. `now` in milliseconds since 1970. */
export const accessLifetimeSeconds = (fields: Fields, now: number): number =>
  inSeconds(shortest(fields, accessKeys, now)) ?? shortest(fields, otherAccessKeys, now) ?? assumedLifetimeSeconds

const day = 86_400

/** The longest access tokens that are known live 60 days (Facebook, Instagram, LinkedIn: 5184000 seconds). */
const longestInDays = 200 * day

/**
 * A number of seconds that is a usual lifetime in milliseconds: Zoho's libraries have 3600000 for an hour. An access token
 * of 41 days is refreshed too early then, which costs a request; one of an hour would have been published as valid for 41
 * days. Whole days up to 200 stay seconds.
 */
const inSeconds = (lifetime: number | undefined): number | undefined => {
  if (lifetime === undefined || lifetime % 1000 !== 0) return lifetime
  const seconds = lifetime / 1000
  const isInDays = lifetime % day === 0 && lifetime <= longestInDays
  return seconds >= 300 && seconds <= day && !isInDays ? seconds : lifetime
}

/** Lifetime of the refresh token, in seconds; undefined: not stated (Keycloak says 0), or not plausible. */
export const refreshLifetimeSeconds = (fields: Fields, now: number): number | undefined =>
  shortest(fields, refreshKeys, now)

const shortest = (fields: Fields, keys: readonly string[], now: number): number | undefined => {
  const believed = keys.map((key) => lifetimeSeconds(fields[key], now)).filter((seconds) => seconds !== undefined)
  return believed.length === 0 ? undefined : Math.min(...believed)
}

/** Accepts a number, a text that is only a number, or a time within a year. */
export const lifetimeSeconds = (value: unknown, now: number): number | undefined => {
  const number = typeof value === 'string' ? numberOf(value) : value
  if (typeof number === 'number') {
    if (!(number > 0)) return undefined
    if (number <= longestLifetimeSeconds) return number
    return until(number * 1000, now) ?? until(number, now)
  }
  const moment = v.safeParse(time, typeof value === 'string' ? value.trim() : value)
  return moment.success ? until(moment.output.getTime(), now) : undefined
}

/** No exponent, sign or unit: a text that only begins with digits may mean another value. */
const numberOf = (text: string): number | undefined =>
  /^\d{1,20}(\.\d{1,9})?$/.test(text.trim()) ? Number(text.trim()) : undefined

const until = (moment: number, now: number): number | undefined => {
  const seconds = (moment - now) / 1000
  return seconds > 0 && seconds <= year ? seconds : undefined
}
