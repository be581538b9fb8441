// The fields of a token answer, out of JSON or a form, and a refresh token out of what is neither any more.

export type Fields = Readonly<Record<string, unknown>>

/** Undefined: neither a JSON object nor a form. */
export const answerFields = (text: string): Fields | undefined => {
  const trimmed = text.trim()
  const json = parse(trimmed) ?? parse(firstValue(trimmed) ?? '')
  // JSON within a JSON string: a gateway has encoded it once more.
  const value = typeof json === 'string' ? parse(json) : json
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value
  return isFields(only) ? unwrapped(only) : formFields(trimmed)
}

/** A text that is not empty. */
export const textField = (fields: Fields | undefined, key: string): string | undefined => {
  const value = fields?.[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const says = (fields: Fields): boolean =>
  textField(fields, 'access_token') !== undefined || textField(fields, 'refresh_token') !== undefined

/** Some providers put the answer into an object of it, `{"status": 0, "body": {...}}` or `{"data": {...}}`: one that is alone. */
const unwrapped = (fields: Fields): Fields => {
  if (says(fields) || textField(fields, 'error') !== undefined) return fields
  const inner = Object.values(fields).filter((value) => isFields(value) && says(value))
  const [only] = inner
  return inner.length === 1 && isFields(only) ? only : fields
}

/** RFC 6749 wants JSON; GitHub, and others that are older than it, answer with a form, under any content type. */
const formFields = (text: string): Fields | undefined => {
  if (!/^\w+=[^\s<{]*$/.test(text)) return undefined
  const fields = Object.fromEntries(new URLSearchParams(text))
  return says(fields) || textField(fields, 'error') !== undefined ? fields : undefined
}

/** The JSON object or list that a text begins with, without what follows it. */
const firstValue = (text: string): string | undefined => {
  if (text[0] !== '{' && text[0] !== '[') return undefined
  for (const { at, depth } of marks(text)) if (depth === 0) return text.slice(0, at + 1)
  return undefined
}

interface Mark {
  readonly at: number
  /** After it. */
  readonly depth: number
  /** A string, with its quotes. */
  readonly string?: string
}

/** Brackets and strings of a JSON text, whole or not, in one pass: a text of any depth and any damage takes linear time. */
function* marks(text: string): Generator<Mark> {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '{' || sign === '[') yield { at, depth: ++depth }
    if (sign === '}' || sign === ']') yield { at, depth: --depth }
    if (sign !== '"') continue
    const end = endOfString(text, at)
    if (end === undefined) return
    yield { at: end, depth, string: text.slice(at, end + 1) }
    at = end
  }
}

const endOfString = (text: string, from: number): number | undefined => {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return undefined
}

/** A wrapper is one object or list around the answer. */
const deepest = 2

/**
 * The refresh token of a text that cannot be read as a whole: cut off, damaged, or of a depth that no parser takes. Only
 * one that is complete, and near the top, for a token further down may be another account's.
 */
export const refreshTokenIn = (text: string): string | undefined => {
  const begin = text.search(/[{[]/)
  if (begin === -1) return inCutForm(text)
  let found: { readonly depth: number; readonly token: string } | undefined
  let isValue = false
  const body = text.slice(begin)
  for (const { at, depth, string } of marks(body)) {
    if (string !== undefined && isValue && depth <= (found?.depth ?? deepest)) {
      const token = parse(string)
      if (typeof token === 'string' && token !== '') found = { depth, token }
    }
    isValue = string === '"refresh_token"' && /^\s*:\s*"/.test(body.slice(at + 1, at + 20))
  }
  return found?.token ?? onlyOne(text)
}

/** Where the quotes no longer match, what stands behind the one key of that name. */
const onlyOne = (text: string): string | undefined => {
  const [first, ...more] = text.matchAll(/"refresh_token"\s{0,9}:\s{0,9}"([\w.~+/=|:@!$*-]+)"/g)
  return more.length === 0 ? first?.[1] : undefined
}

/** The last field of a form that was cut off may be cut off itself. */
const inCutForm = (text: string): string | undefined =>
  textField(formFields(text.slice(0, Math.max(text.lastIndexOf('&'), 0)).trim()), 'refresh_token')
