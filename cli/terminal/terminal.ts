// The person at the terminal: questions, progress and notes go to standard error, so that standard output holds
// nothing but what was asked for.

import type { Ora } from 'ora'
import colors from 'picocolors'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { wrongUsage } from '../exit.ts'
import { type Colors, makeColors } from './colors.ts'
import { columnsOf } from './columns.ts'
import { printable } from './printable.ts'

export interface Terminal {
  readonly colors: Colors
  /** Columns of standard output; no limit if it is not a terminal, 100 if the terminal reports no size. */
  readonly columns: number
  /** Number of lines that fit, if everything has to be visible at once. @default no limit */
  readonly rows?: number
  /** Whether standard output is a terminal, so that it can be drawn on again. */
  readonly isLive: boolean
  /** Whether a person can answer: standard input is a terminal. */
  readonly canAsk: boolean
  note(text: string): void
  /** Shows the text while the work runs. */
  during<T>(text: string, work: () => Promise<T>): Promise<T>
  ask(question: Question): Promise<string>
  /** Without echo. */
  askSecret(question: Question): Promise<Redacted>
  confirm(question: Question & { readonly default: boolean }): Promise<boolean>
  choose<T extends string>(question: Question & { readonly choices: readonly Choice<T>[] }): Promise<T>
}

export interface Question {
  readonly message: string
  /** The subject of the question, for an error. @default message */
  readonly topic?: string
  /** What to give in place of an answer where there is no terminal: an option, or a key of a file. */
  readonly instead: string
  readonly default?: string | boolean
  /** @returns what is wrong, or undefined */
  readonly check?: (answer: string) => string | undefined
}

export interface Choice<T extends string> {
  readonly value: T
  readonly name: string
  readonly description?: string
}

export const makeTerminal = async ({ json, interrupted }: { json: boolean; interrupted: AbortSignal }) => {
  const isLive = process.stdout.isTTY === true && !json
  const canAsk = process.stdin.isTTY === true
  // A note is written at once, so what breaks its lines is loaded before.
  const { wrapped } = process.stderr.isTTY && !json ? await import('./wrap.ts') : { wrapped: (text: string) => text }
  const context = { output: process.stderr, signal: interrupted }

  const prompts = async ({ message, topic = `"${message}"`, instead }: Question) => {
    if (!canAsk) throw wrongUsage(`${topic} cannot be asked: standard input is not a terminal`, instead)
    return import('@inquirer/prompts')
  }
  let spinner: Ora | undefined
  const validate = (check: Question['check']) => (answer: string) => check?.(answer) ?? true

  const terminal: Terminal = {
    colors: makeColors(colors.isColorSupported && isLive),
    // Some terminals report the size 0. The size of a window may change during the run.
    get columns() {
      return columnsOf(process.stdout)
    },
    isLive,
    canAsk,
    note: (text) => {
      // So that a note does not break the line of the spinner.
      spinner?.clear()
      if (!json) process.stderr.write(`${wrapped(printable(text), columnsOf(process.stderr))}\n`)
    },
    during: async (text, work) => {
      if (json || !process.stderr.isTTY || !process.stderr.columns) return work()
      const { default: ora } = await import('ora')
      // Ctrl-C has to reach the command while the spinner runs.
      const started = ora({ text: printable(text), stream: process.stderr, discardStdin: false }).start()
      spinner = started
      try {
        return await work()
      } finally {
        started.stop()
        spinner = undefined
      }
    },
    ask: async (question) => {
      const { input } = await prompts(question)
      const { check } = question
      const base = { message: printable(question.message), validate: validate(check) }
      const preset = typeof question.default === 'string' ? { default: question.default } : {}
      return (await input({ ...base, ...preset }, context)).trim()
    },
    askSecret: async (question) => {
      const { password } = await prompts(question)
      const { check } = question
      const message = printable(question.message)
      // No key shows the typed text, because another person may see the screen.
      const hidden = { message, mask: false, toggleMask: false, validate: validate(check) }
      return new Redacted(await password(hidden, context))
    },
    confirm: async (question) => {
      const { confirm } = await prompts(question)
      return confirm({ message: printable(question.message), default: question.default }, context)
    },
    choose: async (question) => {
      const { select } = await prompts(question)
      const choices = question.choices.map((choice) => ({ ...choice, name: printable(choice.name) }))
      return select({ message: printable(question.message), choices }, context)
    },
  }
  return terminal
}
