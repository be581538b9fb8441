// The word by which an answer says that it is a refusal, wherever the provider puts it. Takes any JSON, and never throws.

import { isRecord } from './look-up.ts'

/** Keys that hold the word, or an object or list that holds it. */
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

/** At the top of an answer these hold a sentence, or the address of a page about the problem. */
const nestedOnly: readonly string[] = ['type', 'detail']

/** They say that something failed, but not what. */
const vague: readonly string[] = ['error', 'fail', 'failed', 'failure', 'false', 'invalid', 'unknown']

/** They say that nothing failed. */
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

/** How many objects or lists inside each other are looked into. */
const deepest = 3

/**
 * What an answer says is wrong; undefined when it says nothing of the kind. The text may be a sentence and may hold a
 * user's name: compare it, and show it only where `isCode` is true of it.
 */
export const errorWordOf = (json: unknown): string | undefined => errorWordsOf(json)[0]

/** All such words of an answer: names first, then numbers, then words that say only that something failed. */
export const errorWordsOf = (json: unknown): readonly string[] => {
  const failed = isRecord(json) && (json.ok === false || json.success === false || json.error === true)
  const words = [...new Set([...wordsOf(json, 0), ...(failed ? ['failure'] : [])])]
  return words.toSorted((a, b) => rank(a) - rank(b))
}

/** Says only that something failed. */
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
