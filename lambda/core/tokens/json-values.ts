// Finds JSON in the text of an answer with other text around it. Accepts any text, takes linear time, never throws.

/** `undefined` for a text that is not JSON. */
export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** At most this many are read: no provider splits an answer into so many lines. */
const mostValues = 16

/**
 * The text as one JSON value; else the objects and lists in it, one after another. That reads lines of JSON (NDJSON), JSON
 * behind a guard (`)]}'`, `while(1);`), in a call (JSONP), and with other text behind it.
 */
export const jsonValues = (text: string): readonly unknown[] => {
  const whole = parse(text)
  // JSON within a JSON string: a gateway has encoded it once more.
  if (whole !== undefined) return [typeof whole === 'string' ? (parse(whole) ?? whole) : whole]
  const values: unknown[] = []
  const begin = text.search(/[{[]/)
  if (begin === -1) return values
  let from = 0
  const body = text.slice(begin)
  for (const { at, depth, opens } of marks(body)) {
    if (opens && depth === 1) from = at
    if (opens || depth !== 0 || body[at] === '"') continue
    const value = parse(body.slice(from, at + 1))
    if (value !== undefined) values.push(value)
    if (values.length === mostValues) break
  }
  return values
}

interface Mark {
  readonly at: number
  /** After it. */
  readonly depth: number
  /** An opening bracket. */
  readonly opens: boolean
  /** A string, with its quotes. */
  readonly string?: string
}

/** Brackets and strings of a JSON text, whole or not, in one pass: a text of any depth and any damage takes linear time. */
export function* marks(text: string): Generator<Mark> {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '{' || sign === '[') yield { at, depth: ++depth, opens: true }
    if (sign === '}' || sign === ']') yield { at, depth: --depth, opens: false }
    if (sign !== '"') continue
    const end = endOfString(text, at)
    if (end === undefined) return
    yield { at: end, depth, opens: false, string: text.slice(at, end + 1) }
    at = end
  }
}

const endOfString = (text: string, from: number): number | undefined => {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return undefined
}
