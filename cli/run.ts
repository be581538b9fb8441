// One run of the command: the program, Ctrl-C, and the output for each kind of end.

import { CommanderError } from '@commander-js/extra-typings'
import { CommandError, type ExitStatus, exitStatus, Interrupted, type Problem, wrongUsageCode } from './exit.ts'
import { type Frame, program } from './program.ts'
import { printable, printableJson } from './terminal/printable.ts'
import { columnsOf, wrapped } from './terminal/wrap.ts'

/** @returns the exit status */
export const run = async (argv: readonly string[]): Promise<number> => {
  const interruption = new AbortController()
  // The command deletes its temporary secrets and then ends. A second Ctrl-C has no further effect.
  const interrupt = () => interruption.abort(new Interrupted('stopped by Ctrl-C'))
  for (const signal of signals) process.on(signal, interrupt)
  const frame: Frame = { json: argv.includes('--json'), interrupted: interruption.signal, status: exitStatus.done }
  try {
    await program(frame).parseAsync(argv, { from: 'user' })
    return frame.status
  } catch (error) {
    if (interruption.signal.aborted || isInterruption(error)) {
      if (error instanceof CommandError) show(error.problem, frame.json)
      return ended('Stopped.', exitStatus.interrupted)
    }
    if (error instanceof CommanderError) return usage(error, frame.json)
    const { explain } = await import('./aws/explain.ts')
    const known = error instanceof CommandError ? error : explain(error)
    show(known.problem, frame.json)
    return known.exitStatus
  } finally {
    for (const signal of signals) process.off(signal, interrupt)
  }
}

/** SIGHUP: the terminal was closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Commander has already printed its text. --help and --version are not errors. */
const usage = ({ exitCode, code, message }: CommanderError, json: boolean): ExitStatus => {
  if (exitCode === 0) return exitStatus.done
  const missing = code === 'commander.help'
  if (json)
    show({ code: wrongUsageCode, message: missing ? 'no command was given' : message.replace(/^error: /, '') }, json)
  return exitStatus.usage
}

/** The prompts report Ctrl-C by an error of their own. */
const isInterruption = (error: unknown): boolean =>
  error instanceof Interrupted || (error instanceof Error && error.name === 'ExitPromptError')

const ended = (text: string, status: number): number => {
  process.stderr.write(`${text}\n`)
  return status
}

const show = (problem: Problem, json: boolean): void => {
  if (json) {
    process.stderr.write(`${printableJson({ error: problem })}\n`)
    return
  }
  const { message, remedy, runbook } = problem
  const lines = [`token-refresher: ${message}`, remedy, runbook && `More: ${runbook}`]
  const columns = columnsOf(process.stderr)
  for (const line of lines) {
    if (line !== undefined) process.stderr.write(`${wrapped(printable(line), columns)}\n`)
  }
}
