// Folders for what the tests make once for many files. A worker is ended without notice, so each run removes what is old.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const day = 24 * 60 * 60_000

/** Below the packages: Node.js finds them from there. @returns its path, without what was made a day ago */
export const keptFolder = (name: string): string => {
  const folder = join(import.meta.dirname, '../../../node_modules/.cache', name)
  mkdirSync(folder, { recursive: true })
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry)
    const made = statSync(path, { throwIfNoEntry: false })
    if (made !== undefined && made.mtimeMs < Date.now() - day) rmSync(path, { recursive: true, force: true })
  }
  return folder
}

/** At once: another worker may do the same, and its files are as good. */
export const putInPlace = (made: string, directory: string): void => {
  try {
    renameSync(made, directory)
  } catch (error) {
    if (!existsSync(directory)) throw error
    rmSync(made, { recursive: true, force: true })
  }
}
