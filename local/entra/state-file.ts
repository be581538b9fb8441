// The directory on disk: one JSON file, replaced as a whole, readable by its owner alone.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { type DirectoryState, directoryState } from './records.ts'

export const loadState = (directory: string): DirectoryState | undefined => {
  const file = stateFile(directory)
  if (!existsSync(file)) return undefined
  const read = v.safeParse(directoryState, JSON.parse(readFileSync(file, 'utf8')))
  if (read.success) return read.output
  const where = read.issues.map((issue) => `"${v.getDotPath(issue) ?? ''}" ${issue.message}`).join('; ')
  throw new Error(`${file} is not a directory of the embedded Entra: ${where}. Move it away to start afresh.`)
}

export const saveState = (directory: string, state: DirectoryState): void =>
  replaceFile(stateFile(directory), `${JSON.stringify(state, null, 2)}\n`)

export const replaceFile = (file: string, text: string): void => {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

const stateFile = (directory: string): string => join(directory, 'entra.json')
