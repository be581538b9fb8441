// A sign that is in every piece of every secret value of the simulation, and in nothing else. A test that finds it in a
// text has found a leak.

export const mark = '~'

/** A secret value that no one could take for a real one. */
export const secretValue = (kind: string, number: number): string =>
  [kind, ...(String(number).padStart(8, '0').match(/../g) ?? [])].join(mark) + mark
