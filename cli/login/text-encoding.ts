// The text in a file that a person has written: UTF-8, or UTF-16 as PowerShell and Notepad write it.

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** @returns the text without its byte order mark; undefined: the bytes are not text in any of these encodings */
export const textIn = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** By the byte order mark; without one, by the zero beside the first character, which no UTF-8 text begins with. */
const encodingOf = ([first, second]: Uint8Array): Encoding => {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first !== undefined && first !== 0 && second === 0) return 'utf-16le'
  return first === 0 && second !== undefined && second !== 0 ? 'utf-16be' : 'utf-8'
}
