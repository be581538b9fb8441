// Whether a word of a provider's answer repeats what was sent, or a token. Such a word never becomes a code (I7).

import type { ErrorAnswer } from './error-answer.ts'

/** A shorter word reveals nothing, and occurs in many secrets by chance. */
const shortestWord = 4

/** This many consecutive characters of a secret reveal a part of it. */
const shortestPart = 8

export type IsSecret = (word: string) => boolean

/** @param secrets the sent secrets, and the tokens in the answer; empty ones are ignored */
export const secretFilter = (secrets: readonly string[]): IsSecret => {
  const known = secrets.filter((one) => one !== '').flatMap((one) => [one.toLowerCase(), encoded(one).toLowerCase()])
  return (word) => {
    const text = word.toLowerCase()
    return text.length >= shortestWord && known.some((secret) => secret.includes(text) || sharesPart(text, secret))
  }
}

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed())

const sharesPart = (text: string, secret: string): boolean => {
  if (secret.length < shortestPart) return text.includes(secret)
  for (let at = 0; at + shortestPart <= text.length; at++) {
    if (secret.includes(text.slice(at, at + shortestPart))) return true
  }
  return false
}

/** A GUID, or letters and digits that are not a plausible error name, because they may be a token. */
const isOpaque = (word: string): boolean =>
  /[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/i.test(word) ||
  word.split(/[_.:-]/).some((run) => run.length >= 20 && (run.match(/\d/g) ?? []).length >= 2)

/** The answer without words, numbers and ids that repeat a secret. A code that our tables know is not a secret. */
export const withoutSecrets = (
  answer: ErrorAnswer,
  isSecret: IsSecret,
  isKnown: { readonly word: IsSecret; readonly code: (code: number) => boolean },
): ErrorAnswer => ({
  ...answer,
  words: answer.words.filter((word) => isKnown.word(word) || !(isOpaque(word) || isSecret(word))),
  codes: answer.codes.filter((code) => isKnown.code(code) || !isSecret(String(code))),
  traceId: answer.traceId !== undefined && isSecret(answer.traceId) ? undefined : answer.traceId,
  correlationId:
    answer.correlationId !== undefined && isSecret(answer.correlationId) ? undefined : answer.correlationId,
})
