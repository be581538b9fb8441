// Looking a word from outside up in a table.

/** Only what looks like a name may become a code: everything else that comes from outside may hold a user's name. */
export const isCode = (text: string): boolean => /^[a-z0-9_.:-]{1,64}$/i.test(text)

/** A row of a table by a key that comes from outside, where `constructor` is a key like any other. */
export const rowOf = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** Providers write the same word as `invalid_grant`, `INVALID_GRANT`, `Invalid Grant` and `InvalidGrant`. */
const squeezed = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '')

/** For a table's keys, a function that finds the key that a provider's word means. */
export const keyFinder = (table: Readonly<Record<string, unknown>>): ((word: string) => string | undefined) => {
  const found = new Map(Object.keys(table).map((key) => [squeezed(key), key]))
  return (word) => (word.length > 100 ? undefined : found.get(squeezed(word)))
}

export const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
