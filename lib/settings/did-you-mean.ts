// Which known name a mistyped one most likely meant.

/**
 * The name among `known` that contains what was given, or else takes the fewest single-letter edits to reach from it.
 * Upper and lower case are alike.
 */
export const nearest = (given: string, known: readonly string[]): string | undefined =>
  known
    .map((name) => ({ name, distance: distance(given.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
    .at(0)?.name

const distance = (given: string, name: string): number => (name.includes(given) ? 0 : edits(given, name))

/** Levenshtein's distance, one row of its table at a time. */
const edits = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const letter of from) {
    const above = row
    row = [(above.at(0) ?? 0) + 1]
    for (const [index, other] of [...to].entries()) {
      const replaced = (above[index] ?? 0) + (letter === other ? 0 : 1)
      row.push(Math.min(replaced, (above[index + 1] ?? 0) + 1, (row[index] ?? 0) + 1))
    }
  }
  return row.at(-1) ?? 0
}
