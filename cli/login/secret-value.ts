// What somebody pastes as a client secret: the value, and not the id that stands beside it in the portal.

import { readFile } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { text } from 'node:stream/consumers'
import * as v from 'valibot'
import { time } from '../../lambda/core/decode.ts'
import { Redacted } from '../../lambda/core/redacted.ts'
import type { Context } from '../context.ts'
import { wrongUsage } from '../exit.ts'
import { warnOfOpenFile } from './open-file.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @returns what is wrong, or undefined */
export const clientSecretProblem = (value: string): string | undefined => {
  if (value.trim() === '') return 'A client secret is not empty.'
  if (guid.test(value.trim()))
    return 'That is the id of a client secret. Its value is needed, which is shown only when it is made.'
  return undefined
}

/** @param file `-` for standard input; one line end at its end does not count */
export const readText = async (context: Context, file: string): Promise<Redacted> => {
  const { interrupted: signal, terminal } = context
  await warnOfOpenFile(context, file)
  if (file === '-' && process.stdin.isTTY)
    terminal.note('Reading from the terminal, where it can be seen; Ctrl-D ends it.')
  try {
    // A file may be a pipe that never ends, and standard input a terminal at which somebody changes his mind.
    const read =
      file === '-'
        ? await text(addAbortSignal(signal, process.stdin))
        : await readFile(file, { encoding: 'utf8', signal })
    return new Redacted(read.replace(/\r?\n$/, ''))
  } catch (error) {
    signal.throwIfAborted()
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw wrongUsage(`${file} cannot be read: ${reasons[code] ?? code}`)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
}

/** @returns what is wrong, or undefined */
export const timeProblem = (given: string): string | undefined => {
  const parsed = v.safeParse(time, given)
  return parsed.success ? undefined : `It ${parsed.issues[0].message}, or a day such as 2028-11-23.`
}
