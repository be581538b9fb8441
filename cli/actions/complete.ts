// Answers a shell that wants to know what may come next: from the commands as they are, and the connections there are.

import completion from '@bomb.sh/tab'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { list } from '../aws/secrets.ts'
import type { Context } from '../context.ts'
import { type Run, tree } from '../program.ts'

/** Arguments of this name are names of connections. */
const connectionArgument = 'connection'

/** Somebody waits with a finger on the key. */
const patienceMilliseconds = 2000

/** @param words what has been typed, the last one being typed still */
export const complete = async (words: readonly string[], run: Run): Promise<void> => {
  const root = tree(run)
  const { options, rest } = globalOptions(words)
  const command = root.commands.find((one) => one.name() === rest[0])
  const wanted = rest.length > 1 && command?.registeredArguments.some((one) => one.name() === connectionArgument)
  const names = wanted ? await connectionNames(options) : []
  describeOptions(completion, root)
  for (const one of root.commands) describe(one, '', names)
  completion.parse([...rest])
}

const globalNames = ['--prefix', '--profile', '--region'] as const

/** Which deployment is meant, and what is left to complete; one whose value is being typed is left as it is. */
const globalOptions = (words: readonly string[]) => {
  const options: Record<string, string> = {}
  const rest: string[] = []
  for (let at = 0; at < words.length; at++) {
    const name = globalNames.find((one) => one === words[at])
    const value = words[at + 1]
    if (name === undefined || value === undefined || at + 2 >= words.length) rest.push(words[at] ?? '')
    else options[name.slice(2)] = words[++at] ?? ''
  }
  return { options, rest }
}

const describe = (command: CommandUnknownOpts, parent: string, names: readonly string[]): void => {
  const path = `${parent}${command.name()}`
  const described = completion.command(path, command.description())
  describeOptions(described, command)
  for (const argument of command.registeredArguments) {
    const choices = argument.name() === connectionArgument ? names : (argument.argChoices ?? [])
    described.argument(
      argument.name(),
      (say) => {
        for (const choice of choices) say(choice, argument.description)
      },
      argument.variadic,
    )
  }
  for (const child of command.commands) describe(child, `${path} `, names)
}

type Described = ReturnType<typeof completion.command>

const describeOptions = (described: Described, command: CommandUnknownOpts): void => {
  for (const { long, description, argChoices, required, optional } of command.options) {
    const name = long?.slice(2)
    if (name === undefined) continue
    if (!required && !optional) described.option(name, description)
    else {
      described.option(name, description, (say) => {
        for (const choice of argChoices ?? []) say(choice, '')
      })
    }
  }
}

/** Nobody wants to read an error while completing. */
const connectionNames = async (options: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  try {
    const { makeContext } = await import('../make-context.ts')
    const interrupted = AbortSignal.timeout(patienceMilliseconds)
    const prefix = process.env.TOKEN_REFRESHER_PREFIX ?? 'token-refresher'
    const context: Context = makeContext({ prefix, ...options }, { json: true, interrupted })
    const names: string[] = []
    for await (const { name } of list(context, ['grants'])) names.push(name)
    return names
  } catch {
    return []
  }
}
