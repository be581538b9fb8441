// Which known name a mistyped one most likely meant.

import { closestMatch } from 'leven'

/**
 * The name among `known` that contains what was given, or else the closest one, where it takes edits of no more than a
 * third of the given name. Upper and lower case are alike.
 *
 * @returns undefined when no name is near
 */
export const nearest = (given: string, known: readonly string[]): string | undefined => {
  const wanted = given.toLowerCase()
  const containing = known.find((name) => name.toLowerCase().includes(wanted))
  if (containing !== undefined) return containing
  const byLowerCase = new Map(known.map((name) => [name.toLowerCase(), name]))
  const closest = closestMatch(wanted, [...byLowerCase.keys()], { maxDistance: Math.ceil(wanted.length / 3) })
  return closest === undefined ? undefined : byLowerCase.get(closest)
}
