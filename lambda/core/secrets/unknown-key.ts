// A key that should not be there. Its name is not shown, because a person may have put a secret in the place of a key.

/** @returns which key is wrong, by its position, or undefined when all are known */
export const unknownKeyProblem = (json: object, known: readonly string[]): string | undefined => {
  const keys = Object.keys(json)
  const key = keys.find((one) => !known.includes(one))
  if (key === undefined) return undefined
  // JavaScript moves keys of digits to the front, so their position says nothing.
  const which = /^\d+$/.test(key) ? 'a key' : `key ${keys.indexOf(key) + 1} of ${keys.length}`
  const near = known.find((one) => isNear(key, one))
  return `${which} is not a known key${near === undefined ? '' : `; did you mean "${near}"?`}`
}

/** One letter in three may differ; case, hyphens and underscores do not count. */
const isNear = (key: string, known: string): boolean => {
  const [from, to] = [bare(key), bare(known)]
  const most = Math.floor(to.length / 3)
  return Math.abs(from.length - to.length) <= most && edits(from, to) <= most
}

const bare = (key: string): string => key.toLowerCase().replaceAll(/[-_]/g, '')

/** Levenshtein's distance, one row of its table at a time. */
const edits = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const letter of from) {
    const above = row
    row = [(above[0] ?? 0) + 1]
    for (let index = 0; index < to.length; index++) {
      const replaced = (above[index] ?? 0) + (letter === to[index] ? 0 : 1)
      row.push(Math.min(replaced, (above[index + 1] ?? 0) + 1, (row[index] ?? 0) + 1))
    }
  }
  return row.at(-1) ?? 0
}
