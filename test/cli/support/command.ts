// The real command in another process: with pipes as in a script, or on a pseudo-terminal as a person has it.

import { spawn } from 'node:child_process'
import { spawn as spawnOnTerminal } from '@lydell/node-pty'
import headless from '@xterm/headless'
import { onTestFinished } from 'vitest'
import { type Ended, runHosted } from './hosted.ts'
import { commandPath, hostedPath, ofProcess } from './program.ts'
import type { CommandStack } from './stack.ts'

export type { Ended } from './hosted.ts'

export interface RunOptions {
  readonly stdin?: string
  /** In addition to the stack's. Such a command has a process of its own: Node.js reads some variables once. */
  readonly environment?: Readonly<Record<string, string>>
}

/** In a script: no terminal anywhere. Outside CI in a process that runs one command after another. */
export const run = (
  stack: Pick<CommandStack, 'environment'>,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> => {
  const path = hostedPath()
  const hasOwn = Object.keys(options.environment ?? {}).length > 0
  if (path === undefined || hasOwn) return runAlone(stack, args, options)
  return runHosted(path, { args, environment: stack.environment, stdin: options.stdin ?? '' })
}

/** In a process of its own. */
const runAlone = (
  { environment }: Pick<CommandStack, 'environment'>,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const env = { ...environment, ...ofProcess, ...options.environment }
    const child = spawn(process.execPath, [commandPath(), ...args], { env, stdio: 'pipe' })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, stdout, stderr }))
    child.stdin.end(options.stdin ?? '')
  })

/** Without a terminal standard output holds the document and nothing else. */
export const runJson = async (
  stack: Pick<CommandStack, 'environment'>,
  args: readonly string[],
  options?: RunOptions,
) => {
  const ended = await run(stack, [...args, '--json'], options)
  return { ...ended, json: JSON.parse(ended.stdout === '' ? ended.stderr : ended.stdout) }
}

export const keys = { enter: '\r', down: '\u001b[B', interrupt: '\u0003', reveal: '\u0014' } as const

export interface Session {
  /** What a person sees now, without blank lines, and with long lines whole. */
  screen(): string
  /** All that has been written, with its control sequences. */
  written(): string
  /** Waits until the screen shows this. */
  until(text: string | RegExp): Promise<void>
  type(text: string): void
  /** What happens when a person closes the window. */
  hangUp(): void
  /** Waits for the question, then answers it. */
  answer(question: string | RegExp, answer: string): Promise<void>
  readonly ended: Promise<number>
}

const patienceMilliseconds = 20_000

/** On a terminal of so many columns; 0: one that does not say. It is ended with the test. */
export const onTerminal = (
  { environment }: CommandStack,
  args: readonly string[],
  {
    columns = 120,
    rows = 60,
    more = {},
  }: { readonly columns?: number; readonly rows?: number; readonly more?: Record<string, string> } = {},
): Session => {
  const screen = new headless.Terminal({ cols: columns || 80, rows, allowProposedApi: true })
  const child = spawnOnTerminal(process.execPath, [commandPath(), ...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    env: { ...environment, ...ofProcess, TERM: 'xterm-256color', ...more },
  })
  let written = ''
  const watchers = new Set<() => void>()
  child.onData((data) => {
    written += data
    screen.write(data, () => {
      for (const watcher of watchers) watcher()
    })
  })
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => screen.write('', () => resolve(exitCode)))
  })
  onTestFinished(() => {
    try {
      child.kill('SIGKILL')
    } catch {
      // It has ended.
    }
  })
  const shown = (): string => {
    const { active } = screen.buffer
    let text = ''
    for (let row = 0; row < active.length; row++) {
      const line = active.getLine(row)
      // What the terminal has wrapped is one line all the same.
      text += `${line?.isWrapped ? '' : '\n'}${line?.translateToString(true) ?? ''}`
    }
    return text.replaceAll(/\n+/g, '\n').trim()
  }
  const matches = (wanted: string | RegExp): boolean =>
    typeof wanted === 'string' ? shown().includes(wanted) : wanted.test(shown())
  const until = (wanted: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        watchers.delete(look)
        reject(new Error(`the terminal did not show ${wanted}, but:\n${shown()}`))
      }, patienceMilliseconds)
      const look = (): void => {
        if (!matches(wanted)) return
        clearTimeout(timer)
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      look()
    })
  return {
    screen: shown,
    written: () => written,
    until,
    type: (text) => child.write(text),
    hangUp: () => child.kill('SIGHUP'),
    answer: async (question, answer) => {
      await until(question)
      child.write(answer + keys.enter)
    },
    ended,
  }
}
