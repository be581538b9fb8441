// Fits texts into the value of a tag.

/** Letters, digits, blanks and _ . : / = + - @, at most 256 (API reference of Secrets Manager, Tag). */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/** The text, or an empty text if a tag cannot hold it. */
export const tagValue = (text: string): string => (allowed.test(text) ? text : '')

/** As many of these words as a tag can hold, separated by blanks. */
export const tagWords = (words: readonly string[]): string =>
  words.filter((word) => allowed.test(word)).reduce((text, word) => tagValue(`${text} ${word}`.trim()) || text, '')
