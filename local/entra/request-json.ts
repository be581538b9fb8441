// Reads fields of a JSON request, of which nothing is known.

/** @returns undefined when the text is not JSON */
export const readJson = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A field of an object. */
export const field = (json: unknown, name: string): unknown =>
  typeof json === 'object' && json !== null ? new Map(Object.entries(json)).get(name) : undefined

/** A text field of an object. */
export const text = (json: unknown, name: string): string | undefined => {
  const value = field(json, name)
  return typeof value === 'string' ? value : undefined
}
