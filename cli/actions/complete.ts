// Answers a shell that asks what can come next. It shows no error, because a person is in the middle of a line.

import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { connectionNamePattern, defaultPrefix } from '../../lambda/contract.ts'
import { list } from '../aws/secrets.ts'
import { endings } from '../completion/scripts.ts'
import { type Place, suggest } from '../completion/suggest.ts'

/** Short, because a person has just pressed Tab and waits. */
const patienceMilliseconds = 2000

/**
 * @param words what was typed; the last one may be incomplete
 * @param root the command with all its subcommands
 */
export const complete = async (words: readonly string[], root: CommandUnknownOpts): Promise<void> => {
  const { values, files } = await suggest(words, root, connectionNames)
  const lines = values.map(({ value, description }) => `${value}\t${description}`)
  process.stdout.write(`${[...lines, files ? endings.files : endings.values].join('\n')}\n`)
}

/** Only names that the command accepts: they have no character that means something to a shell. */
const connectionNames = async ({ globals, command }: Place): Promise<readonly string[]> => {
  try {
    const { makeContext } = await import('../make-context.ts')
    const interrupted = AbortSignal.timeout(patienceMilliseconds)
    const { profile, region, prefix = process.env.TOKEN_REFRESHER_PREFIX ?? defaultPrefix } = globals
    const context = await makeContext({ prefix, profile, region }, { json: true, interrupted })
    const names: string[] = []
    const removed = command.name() === 'restore'
    for await (const entry of list(context, ['grants'], { removed }))
      if (entry.removed === removed) names.push(entry.name)
    return names.filter((name) => connectionNamePattern.test(name))
  } catch {
    return []
  }
}
