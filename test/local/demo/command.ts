// `npm start` as a user runs it: a process of its own, in an environment that says nothing of colours.

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))

/** One for all runs, so that each does not compile the same code again: half of a short run's time. */
const compiledCode = fileURLToPath(new URL('../../../node_modules/.cache/demo-of-the-tests', import.meta.url))

export interface Ended {
  /** Null when it had to be killed. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Running {
  readonly ended: Promise<Ended>
  /** Resolves when it has printed this on standard output. */
  printed(part: string): Promise<void>
  /** As Ctrl-C does. */
  interrupt(): void
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** @default 25 seconds */
  readonly killAfterSeconds?: number
}

export const run = (command: string, arguments_: readonly string[], options: RunOptions = {}): Running => {
  const { CI: _, FORCE_COLOR: __, NO_COLOR: ___, ...inherited } = process.env
  const env = { ...inherited, NODE_COMPILE_CACHE: compiledCode, ...options.environment }
  const child = spawn(command, arguments_, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), (options.killAfterSeconds ?? 25) * 1000)
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const end = async (): Promise<Ended> => {
    const [code, out, err] = await Promise.all([exited, text(child.stdout), text(child.stderr)])
    clearTimeout(timer)
    return { code, out, err }
  }
  const ended = end()
  return {
    ended,
    printed: (part) => {
      let seen = ''
      return new Promise((resolve, reject) => {
        child.stdout.on('data', (chunk) => {
          seen += chunk
          if (seen.includes(part)) resolve()
        })
        child.once('close', () => reject(new Error(`it ended before it printed "${part}"`)))
      })
    },
    interrupt: () => child.kill('SIGINT'),
  }
}

/** `npm start -- …` without npm. */
export const start = (arguments_: readonly string[], options?: RunOptions): Promise<Ended> =>
  run(node, ['local/demo/main.ts', ...arguments_], options).ended

export const startRunning = (arguments_: readonly string[], options?: RunOptions): Running =>
  run(node, ['local/demo/main.ts', ...arguments_], options)

/** A login as the IBM page has it, with values made now. */
export const madeLogin = () => ({
  client_id: randomUUID(),
  scope: 'Directory.ReadWrite.All offline_access',
  grant_type: 'password',
  client_secret: `client-secret-${randomUUID()}`,
  userName: 'anna@example.com',
  password: `password-${randomUUID()}`,
})

/** How a colour begins. */
export const escapeSequence = '\u001b['
