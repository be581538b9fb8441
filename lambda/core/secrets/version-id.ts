// Version ids derived from a parent: the compare-and-swap of the whole protocol.

import { hash } from 'node:crypto'

/**
 * Secrets Manager accepts a version id only once, so a version whose id is derived from its parent's exists at most once.
 * `attempt` increases if a person has moved AWSCURRENT back to a parent that already has a child.
 */
export const childVersionId = (parent: string, attempt: number): string => derive('child', parent, attempt)

/** The claim before the only use of a login or of a single-use refresh token. */
export const claimVersionId = (parent: string, attempt: number): string => derive('claim', parent, attempt)

/** Ends a claim: the claimed token was certainly not used. */
export const releaseVersionId = (parent: string, attempt: number): string => derive('release', parent, attempt)

/** A login that was rewritten to hold the refresh token from its use. `attempt` counts the tokens. */
export const keptVersionId = (parent: string, attempt: number): string => derive('kept', parent, attempt)

/** One use of a login brings at most two refresh tokens, and writes each at most twice. */
export const mostKeptVersions = 8

/** Whether a version is the login `parent`, or a rewritten form of it. */
export const isVersionOfLogin = (versionId: string | undefined, parent: string): boolean =>
  versionId === parent || isKeptVersion(versionId, parent)

/** Whether a version of a login holds the refresh token from the use of the version `parent`. */
export const isKeptVersion = (versionId: string | undefined, parent: string): boolean => {
  if (!isDerivedVersion(versionId)) return false
  for (let attempt = 0; attempt < mostKeptVersions; attempt++) {
    if (versionId === keptVersionId(parent, attempt)) return true
  }
  return false
}

/** Whether this project wrote a version: a person or the SDK uses a UUID of version 4. */
export const isDerivedVersion = (versionId: string | undefined): boolean => versionId?.[14] === '8'

/** A UUID (version 8, RFC 9562), since ClientRequestToken takes 32 to 64 characters. */
const derive = (purpose: string, parent: string, attempt: number): string => {
  const hex = hash('sha256', `token-refresher:${purpose}:${parent}:${attempt}`)
  const [a, b, c, d, e] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20), hex.slice(20, 32)]
  return `${a}-${b}-8${c}-a${d}-${e}`
}
