// Where compiled code is kept between runs: a folder of this user's own, or nowhere. Node.js runs what it finds there, so a
// folder that another user can write to would let that user run code as the operator. Plain JavaScript, because reading
// TypeScript is what takes longest of all that is kept.

'use strict'

const { lstatSync, mkdirSync, realpathSync } = require('node:fs')
const nodeModule = require('node:module')
const { homedir } = require('node:os')
const { dirname, isAbsolute, join } = require('node:path')

/**
 * Reading and compiling the same files takes most of the time until the first line. Node.js's default folder is shared, and
 * Node.js 20 keeps nothing.
 */
exports.keepCompiledCode = () => {
  const folder = compileCacheFolder(process.env.XDG_CACHE_HOME)
  if (folder !== undefined && nodeModule.enableCompileCache !== undefined) nodeModule.enableCompileCache(folder)
}

const ownUser = () => (process.geteuid === undefined ? undefined : process.geteuid())

/** Its types and what it promises are in compile-cache.d.cts. */
const compileCacheFolder = (base, user = ownUser()) => {
  if (user === undefined) return undefined
  try {
    const wanted = join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'token-refresher')
    if (!isAbsolute(wanted) || !isOutOfReach(realpathSync(nearestExisting(wanted)), user)) return undefined
    mkdirSync(wanted, { recursive: true, mode: 0o700 })
    if (!isOwnFolder(lstatSync(wanted), user)) return undefined
    const real = realpathSync(wanted)
    return isOutOfReach(real, user) ? real : undefined
  } catch (_) {
    return undefined
  }
}
exports.compileCacheFolder = compileCacheFolder

const nearestExisting = (path) => {
  try {
    lstatSync(path)
    return path
  } catch (_) {
    return nearestExisting(dirname(path))
  }
}

/** A symbolic link is not a folder here. */
const isOwnFolder = (found, user) => found.isDirectory() && found.uid === user && (found.mode & 0o077) === 0

/**
 * A user who can write to a parent folder can put another folder in place of this one. In a sticky folder, such as /tmp, only
 * the owner of an entry can.
 */
const isOutOfReach = (path, user) => {
  const found = lstatSync(path)
  const trusted = found.isDirectory() && (found.uid === user || found.uid === 0)
  const sticky = (found.mode & 0o1000) !== 0 && found.uid === 0
  if (!trusted || ((found.mode & 0o022) !== 0 && !sticky)) return false
  return path === dirname(path) || isOutOfReach(dirname(path), user)
}
