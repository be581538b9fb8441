// Which known name a mistyped one most likely meant.

/** The name among `known` that takes the fewest single-letter edits to reach from `given`, upper and lower case alike. */
export const nearest = (given: string, known: readonly string[]): string | undefined => {
  const distances = known.map((name) => ({ name, edits: editDistance(given.toLowerCase(), name.toLowerCase()) }))
  return distances.toSorted((a, b) => a.edits - b.edits).at(0)?.name
}

/** Levenshtein: one row of the table at a time. */
const editDistance = (from: string, to: string): number => {
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
