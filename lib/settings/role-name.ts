// The names of the functions' roles: fixed, so that a key or an identity provider can know them before they exist.

import { createHash } from 'node:crypto'

/** The limit of IAM, and the length of the longest Region name today, such as `ap-southeast-1`, with a margin. */
const longestRoleName = 64
const longestRegionName = 16

/**
 * Name of a function's role. Fixed, so that policies and trust that name it fit a new deployment under the same prefix. If
 * the prefix leaves no room for the longest Region's name, its end becomes a hash of the whole prefix.
 *
 * @param name of the function, such as `refresh`
 */
export const roleName = (prefix: string, name: string, region: string): string => {
  const room = longestRoleName - `-${name}-`.length - longestRegionName
  const hash = createHash('sha256').update(prefix).digest('hex').slice(0, 8)
  const short = prefix.length <= room ? prefix : `${prefix.slice(0, room - hash.length - 1)}-${hash}`
  return `${short}-${name}-${region}`
}
