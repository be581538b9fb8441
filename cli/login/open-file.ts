// Warns about a file with a secret that other users can read.

import { stat } from 'node:fs/promises'
import type { Context } from '../context.ts'

/** Windows has no such modes. The function that reads the file reports a missing file. */
export const warnOfOpenFile = async ({ terminal }: Context, file: string): Promise<void> => {
  if (file === '-' || process.platform === 'win32') return
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile() || (found.mode & 0o077) === 0) return
  const mode = (found.mode & 0o777).toString(8)
  terminal.note(`Other users of this machine may open ${file} (its mode is ${mode}). Run: chmod 600 ${file}`)
}
