// Describes an unknown key. Its name is not shown, because a person may have put a secret in the place of a key.

import leven from 'leven'

/** @returns the wrong key, by its position, or undefined if all are known */
export const unknownKeyProblem = (json: object, known: readonly string[]): string | undefined => {
  const keys = Object.keys(json)
  const key = keys.find((one) => !known.includes(one))
  if (key === undefined) return undefined
  // JavaScript moves keys that consist of digits to the front, so their position has no meaning.
  const which = /^\d+$/.test(key) ? 'a key' : `key ${keys.indexOf(key) + 1} of ${keys.length}`
  const near = known.find((one) => isNear(key, one))
  return `${which} is not a known key${near === undefined ? '' : `; did you mean "${near}"?`}`
}

/** One letter in three may differ; case, hyphens and underscores do not count. */
const isNear = (key: string, known: string): boolean => {
  const [from, to] = [bare(key), bare(known)]
  const most = Math.floor(to.length / 3)
  return leven(from, to, { maxDistance: most + 1 }) <= most
}

const bare = (key: string): string => key.toLowerCase().replaceAll(/[-_]/g, '')
