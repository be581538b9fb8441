// What somebody pastes as a client secret: the value, and not the id that stands beside it in the portal.

import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import * as v from 'valibot'
import { time } from '../../lambda/core/decode.ts'
import { Redacted } from '../../lambda/core/redacted.ts'
import { wrongUsage } from '../exit.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @returns what is wrong, or undefined */
export const clientSecretProblem = (value: string): string | undefined => {
  if (value.trim() === '') return 'A client secret is not empty.'
  if (guid.test(value.trim()))
    return 'That is the id of a client secret. Its value is needed, which is shown only when it is made.'
  return undefined
}

/** @param file `-` for standard input; one line end at its end does not count */
export const readText = async (file: string): Promise<Redacted> => {
  try {
    const read = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
    return new Redacted(read.replace(/\r?\n$/, ''))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw wrongUsage(`${file} cannot be read: ${code}`)
  }
}

/** @returns what is wrong, or undefined */
export const timeProblem = (given: string): string | undefined => {
  const parsed = v.safeParse(time, given)
  return parsed.success ? undefined : `It ${parsed.issues[0].message}, or a day such as 2028-11-23.`
}
