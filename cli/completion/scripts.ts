// The scripts that a shell sources to complete the command, and how the command ends its answer to them.

import { readFileSync } from 'node:fs'

/** What the command answers is a value and a description in each line, and then one of these. */
export const endings = { files: ':files', values: ':values' } as const

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

export const scriptFor = (shell: Shell): string => readFileSync(new URL(`completion.${shell}`, import.meta.url), 'utf8')
