// Where compiled code is kept between runs: a folder of this user's own, or nowhere. Node.js runs what it finds there, so a
// folder that another user can write to would let that user run code as the operator.

import { lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs'
// Imported as a whole, because Node.js 20 lacks the export.
import module from 'node:module'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'

/** Reading and compiling takes half of the time until the first output. Node.js's default folder is shared between users. */
export const keepCompiledCode = (): void => {
  const folder = compileCacheFolder(process.env.XDG_CACHE_HOME)
  if (folder !== undefined && 'enableCompileCache' in module) module.enableCompileCache(folder)
}

/**
 * @param base the user's cache folder, as the XDG Base Directory Specification names it; a relative path is ignored.
 * @default ~/.cache
 * @returns a real path that no other user can write to or redirect, or undefined where there is none
 */
export const compileCacheFolder = (base: string | undefined, user = process.geteuid?.()): string | undefined => {
  if (user === undefined) return undefined
  try {
    const wanted = join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'token-refresher')
    if (!isAbsolute(wanted) || !isOutOfReach(realpathSync(nearestExisting(wanted)), user)) return undefined
    mkdirSync(wanted, { recursive: true, mode: 0o700 })
    if (!isOwnFolder(lstatSync(wanted), user)) return undefined
    const real = realpathSync(wanted)
    return isOutOfReach(real, user) ? real : undefined
  } catch {
    return undefined
  }
}

const nearestExisting = (path: string): string => {
  try {
    lstatSync(path)
    return path
  } catch {
    return nearestExisting(dirname(path))
  }
}

/** A symbolic link does not count as a folder. */
const isOwnFolder = (found: Stats, user: number): boolean =>
  found.isDirectory() && found.uid === user && (found.mode & 0o077) === 0

/**
 * A user who can write to a parent folder can put another folder in place of this one. In a sticky folder, such as /tmp, only
 * the owner of an entry can.
 */
const isOutOfReach = (path: string, user: number): boolean => {
  const found = lstatSync(path)
  const trusted = found.isDirectory() && (found.uid === user || found.uid === 0)
  const sticky = (found.mode & 0o1000) !== 0 && found.uid === 0
  if (!trusted || ((found.mode & 0o022) !== 0 && !sticky)) return false
  return path === dirname(path) || isOutOfReach(dirname(path), user)
}
