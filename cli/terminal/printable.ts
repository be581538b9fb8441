// Text that may be shown on a terminal. A control character in a name, a tag or an answer could move the cursor, set the
// clipboard or the window's title, or reverse the order of letters, so that a person would read another text than the real one.

import { ownColor } from './colors.ts'

/** Control and format characters (bidirectional and invisible ones included), line separators, lone surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

const replacement = '\ufffd'

/** Text from outside: names, tags, answers, messages. Line ends become a blank, unprintable characters `\ufffd`. */
export const plain = (text: string): string => text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(unprintable, replacement)

/** For output of the command: keeps its lines and its own colours, and removes every other control character. */
export const printable = (text: string): string =>
  text
    .split(ownColor)
    .map((part, index) => (index % 2 === 1 ? `\u001b[${part}m` : part.replaceAll(unprintable, kept)))
    .join('')

const kept = (character: string): string => (character === '\n' ? character : replacement)

/** The same JSON, with every such character written as an escape. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).replaceAll(unprintable, (one) => (one === '\n' ? one : escaped(one)))

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
  }).join('')

/** Replaces every string in what was decoded from an answer, in place. */
export const makePlain = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || !(Array.isArray(value) || isRecord(value))) return
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string') Reflect.set(value, key, plain(inner))
    else makePlain(inner)
  }
}

/** Leaves Date objects, streams and bytes as they are. */
const isRecord = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value))
