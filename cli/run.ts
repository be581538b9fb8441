// One run of the command: the program, Ctrl-C, and the output for each kind of end.

import { CommanderError } from '@commander-js/extra-typings'
import { CommandError, type ExitStatus, exitStatus, Interrupted, type Problem, wrongUsageCode } from './exit.ts'
import { type Frame, program, type Said } from './program.ts'
import { columnsOf, fitting } from './terminal/columns.ts'
import { printable, printableJson } from './terminal/printable.ts'

/** @returns the exit status */
export const run = async (argv: readonly string[]): Promise<number> => {
  const interruption = new AbortController()
  // The command deletes its temporary secrets and then ends. A second Ctrl-C has no further effect.
  const interrupt = () => interruption.abort(new Interrupted('stopped by Ctrl-C'))
  for (const signal of signals) process.on(signal, interrupt)
  const frame: Frame = {
    json: argv.includes('--json'),
    interrupted: interruption.signal,
    said: [],
    status: exitStatus.done,
  }
  try {
    await program(frame).parseAsync(argv, { from: 'user' })
    return frame.status
  } catch (error) {
    if (interruption.signal.aborted || isInterruption(error)) {
      if (error instanceof CommandError) await show(error.problem, frame.json)
      return ended('Stopped.', exitStatus.interrupted)
    }
    if (error instanceof CommanderError) return usage(error, frame)
    const { explain } = await import('./aws/explain.ts')
    const known = error instanceof CommandError ? error : explain(error)
    await show(known.problem, frame.json)
    return known.exitStatus
  } finally {
    for (const signal of signals) process.off(signal, interrupt)
  }
}

/** SIGHUP: the terminal was closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The texts are commander's. --help and --version are not errors. */
const usage = async ({ exitCode, code, message }: CommanderError, { json, said }: Frame): Promise<ExitStatus> => {
  for (const one of said) await write(one, json)
  if (exitCode === 0) return exitStatus.done
  const missing = code === 'commander.help'
  if (json)
    await show(
      { code: wrongUsageCode, message: missing ? 'no command was given' : message.replace(/^error: /, '') },
      json,
    )
  return exitStatus.usage
}

/** The prompts report Ctrl-C by an error of their own. */
const isInterruption = (error: unknown): boolean =>
  error instanceof Interrupted || (error instanceof Error && error.name === 'ExitPromptError')

const ended = (text: string, status: number): number => {
  process.stderr.write(`${text}\n`)
  return status
}

/** Longer lines are hard to read, and a pager or file does not wrap them. */
const mostHelpColumns = 120

/** @param json what is wrong is said as JSON instead */
const write = async ({ to, text }: Said, json: boolean): Promise<void> => {
  if (to === 'stdout') process.stdout.write(await fitting(text, Math.min(columnsOf(process.stdout), mostHelpColumns)))
  else if (!json) process.stderr.write(await fitting(text, columnsOf(process.stderr)))
}

const show = async (problem: Problem, json: boolean): Promise<void> => {
  if (json) {
    process.stderr.write(`${printableJson({ error: problem })}\n`)
    return
  }
  const { message, remedy, runbook } = problem
  const lines = [`token-refresher: ${message}`, remedy, runbook && `More: ${runbook}`]
  const columns = columnsOf(process.stderr)
  for (const line of lines) {
    if (line !== undefined) process.stderr.write(`${await fitting(printable(line), columns)}\n`)
  }
}
