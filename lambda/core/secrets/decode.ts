// Decodes a secret's JSON: the schemas that several rooms share, and problems as "what, where, what to do".

import * as v from 'valibot'
import { Redacted } from './redacted.ts'
import { unknownKeyProblem } from './unknown-key.ts'

export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** A secret string: non-empty, and wrapped so that nothing prints it. */
export const redacted = v.pipe(
  v.string('must be a string'),
  v.nonEmpty('must not be empty'),
  v.transform((value) => new Redacted(value)),
)

/** A secret from the clipboard or a file, without the blanks and line ends around it. */
export const trimmedSecret = v.pipe(
  v.string('must be a string'),
  v.trim(),
  v.nonEmpty('must not be empty'),
  v.transform((value) => new Redacted(value)),
)

export const nonEmptyString = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

const timeHelp = 'must be an ISO 8601 time with its zone, such as 2027-01-31T00:00:00Z'

/** JavaScript reads the 30th of February as the 2nd of March. Days up to the 28th exist in every month. */
const isDay = (date: string): boolean => {
  if (Number(date.slice(8)) <= 28) return true
  const moment = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date)
}

/** ISO 8601; a date alone is its midnight in UTC. Written in UTC by us. */
export const time = v.pipe(
  v.string(timeHelp),
  v.regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/, timeHelp),
  v.check((text) => !Number.isNaN(Date.parse(text)) && isDay(text.slice(0, 10)), timeHelp),
  v.transform((text) => new Date(text)),
)

export const count = v.pipe(
  v.number('must be a number'),
  v.integer('must be whole'),
  v.minValue(1, 'must be at least 1'),
)

export const schemaVersion = v.literal(1, 'must be 1')

/** All problems in one list. Each names its field in quotes, and never the value. */
export const decodeJson = <S extends v.GenericSchema>(
  schema: S,
  text: Redacted,
  what: string,
): Decoded<v.InferOutput<S>> => {
  const json = parseObject(text.reveal())
  if (typeof json === 'string') return { ok: false, problem: `${what} ${json}` }
  return decodeObject(schema, json, what)
}

/** Like `decodeJson`, for parsed JSON. */
export const decodeObject = <S extends v.GenericSchema>(
  schema: S,
  json: object,
  what: string,
): Decoded<v.InferOutput<S>> => {
  const parsed = v.safeParse(schema, json, { abortPipeEarly: true })
  if (parsed.success) return { ok: true, value: parsed.output }
  return { ok: false, problem: `${what}: ${parsed.issues.map((issue) => issueText(issue, schema)).join('; ')}` }
}

/** @returns the object, or the problem of the text */
export const parseObject = (text: string): object | string => {
  let json: unknown
  try {
    // Some editors put a byte order mark first.
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return 'is not JSON: check its quotes, commas and braces'
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return 'is not a JSON object: it must begin with { and end with }'
  return json
}

const issueText = (issue: v.BaseIssue<unknown>, schema: v.GenericSchema): string => {
  const path = v.getDotPath(issue)
  // Valibot's own messages quote the received value; only messages written here may pass.
  if (issue.expected === 'never') return unknownKeyText(issue, schema)
  const missing = issue.received === 'undefined'
  const message = missing ? 'is missing' : /^(must|is|and|cannot) /.test(issue.message) ? issue.message : 'is not valid'
  return path === null ? message : `"${path}" ${message}`
}

/** Only the schema of the whole object knows which keys are allowed. */
const unknownKeyText = (issue: v.BaseIssue<unknown>, schema: v.GenericSchema): string => {
  const [first, second] = issue.path ?? []
  const known = 'entries' in schema && typeof schema.entries === 'object' ? Object.keys(schema.entries ?? {}) : []
  const whole = second === undefined && first?.type === 'object' ? first.input : {}
  return unknownKeyProblem(whole, known) ?? 'it has a key that is not known'
}

/** A part of a JWT, or another JSON text in base64url. @returns undefined where it is none */
export const decodeBase64Json = (encoded: string): unknown => {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
