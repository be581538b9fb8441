// The fields of a token answer, out of JSON or a form, also inside the wrappers that providers and gateways add.

import { jsonValues } from './json-values.ts'

export type Fields = Readonly<Record<string, unknown>>

/** Undefined: neither a JSON object nor a form. */
export const answerFields = (text: string): Fields | undefined => {
  const trimmed = text.trim()
  const values = jsonValues(trimmed)
  const first = values.map(onlyOf).find(isFields)
  // A gateway's warning may come first. A refusal counts only if no tokens come with it.
  return issuedIn(values) ?? (first === undefined ? formFields(trimmed) : first)
}

/** A text that is not empty. */
export const textField = (fields: Fields | undefined, key: string): string | undefined => {
  const value = fields?.[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A list with one entry counts as that entry. */
const onlyOf = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value)

const says = (fields: Fields): boolean =>
  textField(fields, 'access_token') !== undefined || textField(fields, 'refresh_token') !== undefined

/** Depth of nested objects and lists. A token at a lower level may belong to another account. */
const deepest = 4

/** At most this many values of each level are read. */
const widest = 1_000

/**
 * The shallowest object that holds tokens: `{"data": {…}}`, `{"result": {"tokens": {…}}}`, `{"data": [{…}]}`. If
 * several objects of a level hold different tokens, none is used: it could be of another account and would be published
 * (I10). A token in a refusal, below its error, was not issued.
 */
const issuedIn = (values: readonly unknown[]): Fields | undefined => {
  let level = values
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    const objects = level.filter(isFields).map(inUsualNames)
    const holders = objects.filter(says)
    const [first] = holders
    if (first !== undefined) return holders.every((one) => hasSameTokens(one, first)) ? first : undefined
    level = level.slice(0, widest).flatMap(inside)
  }
  return undefined
}

const hasSameTokens = (one: Fields, other: Fields): boolean =>
  ['access_token', 'refresh_token'].every((key) => textField(one, key) === textField(other, key))

const inside = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value.slice(0, widest)
  if (!isFields(value) || textField(value, 'error') !== undefined) return []
  return Object.values(value).slice(0, widest)
}

/** Compares only letters: `refreshToken` and `RefreshToken` are `refresh_token`. */
const usualNames: ReadonlyMap<string, string> = new Map(
  ['access_token', 'refresh_token', 'token_type', 'expires_in', 'refresh_token_expires_in'].map((name) => [
    name.replaceAll('_', ''),
    name,
  ]),
)

/** Also `{"access_token": {"value": "…"}}`. A field with the usual name does not change. */
const inUsualNames = (fields: Fields): Fields => {
  const named: Record<string, unknown> = { ...fields }
  for (const [key, value] of Object.entries(fields)) {
    const name = usualNames.get(key.toLowerCase().replaceAll(/[^a-z]/g, ''))
    if (name !== undefined && (name === key || !Object.hasOwn(fields, name))) named[name] = plain(name, value)
  }
  return named
}

const plain = (name: string, value: unknown): unknown =>
  name.endsWith('_token') && isFields(value) ? (textField(value, 'value') ?? textField(value, 'token') ?? value) : value

/** RFC 6749 wants JSON; GitHub, and others that are older than it, answer with a form, under any content type. */
export const formFields = (text: string): Fields | undefined => {
  if (!/^\w+=[^\s<{]*$/.test(text)) return undefined
  const fields = inUsualNames(Object.fromEntries(new URLSearchParams(text)))
  return says(fields) || textField(fields, 'error') !== undefined ? fields : undefined
}
