// Looks for secret values in what anyone can read: whole, and in pieces of twelve characters.

const pieceLength = 12

/** Fields of our secrets that no one may see. */
const secretFields = new Set(['access_token', 'refresh_token', 'client_secret', 'password', 'value'])

/** All secret values in a JSON value, however deep. */
export const secretValuesIn = (json: unknown): readonly string[] => {
  if (Array.isArray(json)) return json.flatMap(secretValuesIn)
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([key, value]) =>
    typeof value === 'string' && secretFields.has(key) ? [value] : secretValuesIn(value),
  )
}

/** Those of these values, or pieces of them, that a text has in it. */
export const leaksIn = (text: string, values: readonly string[]): readonly string[] => {
  const printed = new Set(piecesOf(text))
  return values.flatMap((value) => {
    if (value.length < pieceLength) return text.includes(value) ? [value] : []
    return piecesOf(value).filter((piece) => printed.has(piece))
  })
}

const piecesOf = (text: string): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - pieceLength + 1) }, (_, start) =>
    text.slice(start, start + pieceLength),
  )
