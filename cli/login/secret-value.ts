// Checks a pasted client secret: it must be the secret's value, not the id that the portal shows beside it.

import { readFile } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as v from 'valibot'
import { time } from '../../lambda/core/secrets/decode.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import type { Context } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { warnOfOpenFile } from './open-file.ts'
import { textIn } from './text-encoding.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @returns what is wrong, or undefined */
export const clientSecretProblem = (value: string): string | undefined => {
  if (value.trim() === '') return 'A client secret cannot be empty.'
  if (guid.test(value.trim()))
    return 'That is the id of a client secret. Its value is needed, which is shown only when it is made.'
  if (/\p{Cc}/u.test(value.trim())) return 'A client secret is one line: there is a control character in it.'
  return undefined
}

/**
 * @param file `-` for standard input; one line end at its end does not count
 * @returns its text, from UTF-8, or from UTF-16 as PowerShell writes it
 */
export const readText = async (context: Context, file: string): Promise<Redacted> => {
  const { interrupted: signal, terminal } = context
  await warnOfOpenFile(context, file)
  if (file === '-' && process.stdin.isTTY)
    terminal.note('Reading from the terminal, where the text is visible; Ctrl-D ends it.')
  try {
    // Ctrl-C must stop the reading: a file may be a pipe that never ends, and standard input may be a terminal.
    const bytes = file === '-' ? await buffer(addAbortSignal(signal, process.stdin)) : await readFile(file, { signal })
    return new Redacted(decodeText(bytes, file).replace(/\r?\n$/, ''))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof CommandError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw wrongUsage(`${file} cannot be read: ${reasons[code] ?? code}`)
  }
}

/** A wrong encoding must not pass: a replacement character would become part of the password. */
const decodeText = (bytes: Uint8Array, file: string): string => {
  const decoded = textIn(bytes)
  if (decoded !== undefined) return decoded
  const name = file === '-' ? 'standard input' : file
  throw wrongUsage(`${name} is neither UTF-8 nor UTF-16`, 'Save it as UTF-8, and check the password in it.')
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
