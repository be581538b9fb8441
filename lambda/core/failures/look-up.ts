// Looks up a word of a provider in a table.

/** Only a word that looks like a name may become a code. Other text from outside may contain a user's name. */
export const isCode = (text: string): boolean => /^[a-z0-9_.:-]{1,64}$/i.test(text)

/** Looks up a row by a key from outside. Own properties only, so `constructor` finds nothing by mistake. */
export const rowOf = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** Providers write the same word as `invalid_grant`, `INVALID_GRANT`, `Invalid Grant` and `InvalidGrant`. */
const squeezed = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Makes a function that finds the key of a table for a provider's word, in any spelling. */
export const keyFinder = (table: Readonly<Record<string, unknown>>): ((word: string) => string | undefined) => {
  const found = new Map(Object.keys(table).map((key) => [squeezed(key), key]))
  return (word) => (word.length > 100 ? undefined : found.get(squeezed(word)))
}

export const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
