// What can be typed: the global options and every command. What a command does is loaded when it is run.

import { existsSync, readFileSync } from 'node:fs'
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { defaultPrefix } from '../lambda/contract.ts'
import { bootstrapCommand } from './commands/bootstrap.ts'
import { clientCommand } from './commands/client.ts'
import { completeCommand, completionCommand } from './commands/completion.ts'
import { doctorCommand } from './commands/doctor.ts'
import { explainCommand } from './commands/explain.ts'
import { inviteCommand } from './commands/invite.ts'
import { pauseCommand, resumeCommand } from './commands/pause.ts'
import { refreshCommand } from './commands/refresh.ts'
import { removeCommand } from './commands/remove.ts'
import { restoreCommand } from './commands/restore.ts'
import { setCommand } from './commands/set.ts'
import { statusCommand } from './commands/status.ts'
import { tokenCommand } from './commands/token.ts'
import type { Run } from './context.ts'
import { type ExitStatus, exitStatus } from './exit.ts'
import { columnsOf, fitting } from './terminal/columns.ts'
import { printable, printableJson } from './terminal/printable.ts'

/** What is known before the command line is parsed, and the exit status of the run. */
export interface Frame {
  readonly json: boolean
  readonly interrupted: AbortSignal
  /** What commander had to say, which is shown when the line is read. */
  readonly said: Said[]
  status: ExitStatus
}

export interface Said {
  readonly to: 'stdout' | 'stderr'
  readonly text: string
}

export const program = (frame: Frame) => {
  const run: Run = async (action) => {
    const { makeContext } = await import('./make-context.ts')
    const shown = await action(await makeContext(root.opts(), frame))
    const text = frame.json
      ? printableJson(shown.json)
      : await fitting(printable(shown.text), columnsOf(process.stdout))
    process.stdout.write(`${text}\n`)
    frame.status = shown.exitStatus ?? exitStatus.done
  }
  const root = tree(run, (said) => frame.said.push(said))
  return root.addCommand(
    inherit(
      completeCommand(() => tree(run)),
      root,
    ),
    { hidden: true },
  )
}

/**
 * All commands and options.
 *
 * @param say receives help, and what is wrong with what was typed. @default not shown
 */
export const tree = (run: Run, say: (said: Said) => void = () => {}) => {
  const root = new Command('token-refresher')
    .description('Keeps delegated OAuth 2.0 connections alive, so that apps find a valid token in Secrets Manager.')
    .version(version())
    .addOption(profileOption)
    .addOption(regionOption)
    .addOption(prefixOption)
    .option('--json', 'print one JSON document instead of text')
    .option('--debug', 'show each AWS call: endpoint, status, request id, time; no values')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, subcommandTerm })
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows what can be typed)')
    .configureOutput({
      writeOut: (text) => say({ to: 'stdout', text }),
      writeErr: (text) => say({ to: 'stderr', text: printable(text) }),
      outputError: (text, write) => write(text.replace(/^error: /, 'token-refresher: ')),
    })
    .addHelpText('after', helpEnd)
  const commands: readonly CommandUnknownOpts[] = [
    bootstrapCommand(run),
    inviteCommand(run),
    statusCommand(run),
    refreshCommand(run),
    pauseCommand(run),
    resumeCommand(run),
    setCommand(run),
    removeCommand(run),
    restoreCommand(run),
    clientCommand(run),
    tokenCommand(run),
    doctorCommand(run),
    explainCommand(run),
    completionCommand(),
  ]
  for (const command of commands) root.addCommand(inherit(command, root))
  return root
}

/** Name and arguments. Aliases and `[options]` would leave no room for the description; the command's own help shows them. */
const subcommandTerm = (command: CommandUnknownOpts): string => {
  const shown = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${name}>` : `[${name}]`
  })
  return [command.name(), ...shown].join(' ')
}

/** Commander passes its settings only to commands that it creates itself. */
const inherit = <C extends CommandUnknownOpts>(command: C, from: CommandUnknownOpts): C => {
  command.copyInheritedSettings(from)
  for (const child of command.commands) inherit(child, command)
  return command
}

const profileOption = new Option('--profile <name>', 'profile of the AWS configuration files (default: AWS_PROFILE)')
const regionOption = new Option('--region <region>', 'AWS Region (default: AWS_REGION, then the profile)')
const prefixOption = new Option('--prefix <prefix>', 'prefix of the deployment: of its secrets and functions')
  .env('TOKEN_REFRESHER_PREFIX')
  .default(defaultPrefix)

const helpEnd = `
Exit status: 0 done, 1 failed, 2 wrong usage, 3 a person has to act, 130 stopped by Ctrl-C.
No secret is an argument: the command asks for secrets without echo, or reads them from a file or standard input.

Example:
  $ token-refresher bootstrap sales-mailbox
  $ token-refresher status`

/** In a clone the file is one folder up; in a package, whose code is in `dist`, two folders up. */
const version = (): string => {
  const file = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url)).find(existsSync)
  const { version: text } = JSON.parse(file === undefined ? '{}' : readFileSync(file, 'utf8'))
  return String(text)
}
