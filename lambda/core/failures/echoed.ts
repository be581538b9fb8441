// Whether a word of a provider's answer repeats what was sent, or a token. Such a word never becomes a code (I7).

import type { ErrorAnswer } from './error-answer.ts'

/** A shorter word reveals nothing, and is part of many secrets by chance. */
const shortestWord = 4

/** So many characters in a row of a secret are a part of it that matters. */
const shortestPart = 8

export type IsSecret = (word: string) => boolean

/** @param secrets what was sent, and what the answer itself holds of tokens; empty ones count for nothing */
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

/** A GUID, or a run of letters and digits that is no plausible name of an error: it may be a token. */
const isOpaque = (word: string): boolean =>
  /[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/i.test(word) ||
  word.split(/[_.:-]/).some((run) => run.length >= 20 && (run.match(/\d/g) ?? []).length >= 2)

/** The answer without words, numbers and ids that repeat a secret. What a table of ours knows is no secret. */
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
