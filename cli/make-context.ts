// The context of one run, from the global options.

import { type AwsOptions, makeAws } from './aws/clients.ts'
import type { Context } from './context.ts'
import { wrongUsage } from './exit.ts'
import { makeTerminal } from './terminal/terminal.ts'

export interface GlobalOptions extends AwsOptions {
  readonly prefix: string
}

/** @throws CommandError when the prefix cannot be one */
export const makeContext = (
  options: GlobalOptions,
  { json, interrupted }: { json: boolean; interrupted: AbortSignal },
): Context => {
  const { prefix } = options
  if (!prefixPattern.test(prefix)) {
    throw wrongUsage(`"${prefix}" cannot be a prefix`, 'A prefix is letters, digits, hyphens and underscores.')
  }
  const terminal = makeTerminal({ json, interrupted })
  return {
    prefix,
    aws: makeAws(options, terminal.note),
    terminal,
    now: Date.now,
    interrupted,
  }
}

/** What both a function's name and a secret's name may hold. */
const prefixPattern = /^[A-Za-z0-9_-]+$/
