// The error code of an answer, wherever the provider puts it. Accepts any JSON, and never throws.

import { isRecord } from './look-up.ts'

/** Keys that hold the code, or an object or list with the code in it. */
const keys = [
  'error',
  'error_code',
  'errorCode',
  'errorcode',
  'errcode',
  'error_type',
  'errorType',
  'errors',
  'fault',
  'detail',
  'status',
  'code',
  'type',
] as const

/** At the top level of an answer these keys hold a sentence, or the address of a page about the problem. */
const nestedOnly: readonly string[] = ['type', 'detail']

/** Words that say that something failed, but not what. */
const vague: readonly string[] = ['error', 'fail', 'failed', 'failure', 'false', 'invalid', 'unknown']

/** Words that say that nothing failed. */
const harmless: readonly string[] = [
  '',
  'ok',
  'okay',
  'success',
  'successful',
  'succeeded',
  'true',
  'none',
  'null',
  '0',
]

/** Depth of nested objects and lists that is searched. */
const deepest = 3

/**
 * What an answer reports as wrong; undefined if it reports no error. The text may be a sentence and may contain a
 * user's name: compare it, and show it only where `isCode` is true of it.
 */
export const errorWordOf = (json: unknown): string | undefined => errorWordsOf(json)[0]

/** All such words of an answer: names first, then numbers, then words that say only that something failed. */
export const errorWordsOf = (json: unknown): readonly string[] => {
  const failed = isRecord(json) && (json.ok === false || json.success === false || json.error === true)
  const words = [...new Set([...wordsOf(json, 0), ...(failed ? ['failure'] : [])])]
  return words.toSorted((a, b) => rank(a) - rank(b))
}

/** Whether a word says only that something failed. */
export const isVague = (word: string): boolean => vague.includes(word.toLowerCase())

const rank = (word: string): number => (isVague(word) ? 2 : /^-?\d+$/.test(word) ? 1 : 0)

const wordsOf = (json: unknown, depth: number): readonly string[] => {
  if (Array.isArray(json)) return wordsIn(json[0], depth, false)
  if (!isRecord(json)) return []
  const { code, field } = json
  // Strava: {"errors": [{"resource": "RefreshToken", "field": "refresh_token", "code": "invalid"}]}
  const ofField = typeof code === 'string' && typeof field === 'string' && field !== '' ? [`${code}_${field}`] : []
  return [...ofField, ...keys.flatMap((key) => wordsIn(json[key], depth, depth === 0 && nestedOnly.includes(key)))]
}

const wordsIn = (value: unknown, depth: number, onlyNested: boolean): readonly string[] => {
  if (typeof value === 'object') return depth < deepest ? wordsOf(value, depth + 1) : []
  if (onlyNested || (typeof value !== 'string' && typeof value !== 'number')) return []
  const word = String(value).trim()
  return harmless.includes(word.toLowerCase()) || /^2\d\d$/.test(word) ? [] : [word]
}
