// The person at the terminal: questions, progress and notes go to standard error, so that standard output holds
// nothing but what was asked for.

import colors from 'picocolors'
import { Redacted } from '../../lambda/core/redacted.ts'
import { wrongUsage } from '../exit.ts'

export interface Terminal {
  readonly colors: ReturnType<typeof colors.createColors>
  /** Columns of standard output; 100 where it is no terminal, or one without a size. */
  readonly columns: number
  /** Whether standard output is a terminal, so that it can be drawn on again. */
  readonly isLive: boolean
  note(text: string): void
  /** Shows that something goes on while it does. */
  during<T>(text: string, work: () => Promise<T>): Promise<T>
  ask(question: Question): Promise<string>
  /** Without echo. */
  askSecret(question: Question): Promise<Redacted>
  confirm(question: Question & { readonly default: boolean }): Promise<boolean>
  choose<T extends string>(question: Question & { readonly choices: readonly Choice<T>[] }): Promise<T>
}

export interface Question {
  readonly message: string
  /** What to type instead of an answer, for those who are no terminal: an option, or a key of a file. */
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

export const makeTerminal = ({ json, interrupted }: { json: boolean; interrupted: AbortSignal }): Terminal => {
  const isLive = process.stdout.isTTY === true && !json
  const context = { output: process.stderr, signal: interrupted }

  const prompts = async ({ message, instead }: Question) => {
    if (!process.stdin.isTTY) throw wrongUsage(`"${message}" cannot be asked: standard input is no terminal`, instead)
    return import('@inquirer/prompts')
  }
  const validate = (check: Question['check']) => (answer: string) => check?.(answer) ?? true

  return {
    colors: colors.createColors(colors.isColorSupported && isLive),
    // Some terminals have no size, and say that it is 0.
    columns: process.stdout.columns || 100,
    isLive,
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`)
    },
    during: async (text, work) => {
      if (json || !process.stderr.isTTY || !process.stderr.columns) return work()
      const { default: ora } = await import('ora')
      // Ctrl-C has to reach us while it spins.
      const spinner = ora({ text, stream: process.stderr, discardStdin: false }).start()
      try {
        return await work()
      } finally {
        spinner.stop()
      }
    },
    ask: async (question) => {
      const { input } = await prompts(question)
      const { message, check } = question
      const base = { message, validate: validate(check) }
      const preset = typeof question.default === 'string' ? { default: question.default } : {}
      return (await input({ ...base, ...preset }, context)).trim()
    },
    askSecret: async (question) => {
      const { password } = await prompts(question)
      const { message, check } = question
      return new Redacted(await password({ message, mask: false, validate: validate(check) }, context))
    },
    confirm: async (question) => {
      const { confirm } = await prompts(question)
      return confirm({ message: question.message, default: question.default }, context)
    },
    choose: async (question) => {
      const { select } = await prompts(question)
      return select({ message: question.message, choices: question.choices }, context)
    },
  }
}
