// The context of one run, from the global options.

import { type AwsOptions, makeAws } from './aws/clients.ts'
import type { Context } from './context.ts'
import { wrongUsage } from './exit.ts'
import { followEnvironment } from './network.ts'
import { plain, printable } from './terminal/printable.ts'
import { makeTerminal } from './terminal/terminal.ts'

export interface GlobalOptions extends AwsOptions {
  readonly prefix: string
  readonly debug?: true | undefined
}

/** @throws CommandError when the prefix is not valid */
export const makeContext = async (
  options: GlobalOptions,
  { json, interrupted }: { json: boolean; interrupted: AbortSignal },
): Promise<Context> => {
  const { prefix } = options
  if (!prefixPattern.test(prefix)) {
    throw wrongUsage(`"${prefix}" cannot be a prefix`, 'A prefix is letters, digits, hyphens and underscores.')
  }
  followEnvironment(process.env)
  const terminal = await makeTerminal({ json, interrupted })
  return {
    prefix,
    aws: makeAws(options, {
      say: terminal.note,
      debug: options.debug ? (line) => process.stderr.write(`${printable(`debug: ${line}`)}\n`) : undefined,
      askMfaCode: (serial) =>
        terminal.ask({
          message: `Code of the second factor ${plain(serial)}`,
          topic: `the code of the second factor ${plain(serial)}`,
          instead: 'Run: aws sts get-session-token, or choose another --profile.',
        }),
    }),
    terminal,
    json,
    now: Date.now,
    interrupted,
  }
}

/** The characters that both a function's name and a secret's name allow. */
const prefixPattern = /^[A-Za-z0-9_-]+$/
