// What the value of a tag can hold.

/** Letters, digits, blanks and _ . : / = + - @, at most 256 (API reference of Secrets Manager, Tag). */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/** The text, or nothing where a tag cannot hold it. */
export const tagValue = (text: string): string => (allowed.test(text) ? text : '')

/** As many of these words as a tag can hold, separated by blanks. */
export const tagWords = (words: readonly string[]): string =>
  words.filter((word) => allowed.test(word)).reduce((text, word) => tagValue(`${text} ${word}`.trim()) || text, '')
