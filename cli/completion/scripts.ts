// The scripts that a shell sources to complete the command, and the last line of the command's answer to them.

import { readFileSync } from 'node:fs'

/** An answer has one value with its description in each line, and ends with one of these. */
export const endings = { files: ':files', values: ':values' } as const

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

export const scriptFor = (shell: Shell): string => readFileSync(new URL(`completion.${shell}`, import.meta.url), 'utf8')
