// Looking a word from outside up in a table.

/** Only what looks like a name may become a code: everything else that comes from outside may hold a user's name. */
export const isCode = (text: string): boolean => /^[a-z0-9_.:-]{1,64}$/i.test(text)

/** A row of a table by a key that comes from outside, where `constructor` is a key like any other. */
export const rowOf = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined
