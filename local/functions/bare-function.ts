// A bundle run as Lambda runs it: in a process of its own, with its own environment and without node_modules.

import { type ChildProcess, fork } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { transform } from 'esbuild'
import { type Invocation, type Invoked, readInvoked } from './messages.ts'

export interface BareFunctionOptions {
  /** Directory of the function's code: its asset, see asset.ts. */
  readonly asset: string
  /** The complete environment: the function inherits nothing from this process. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  /** Receives each line that the function prints. */
  readonly onLine?: (line: string) => void
}

export class BareFunction {
  /** Directory of the copied code, outside of any node_modules. */
  readonly directory: string
  /** When the process was started, by `performance.now()`: for the measurement of a cold start. */
  readonly spawnedAt: number
  readonly #child: ChildProcess
  readonly #timeoutSeconds: number
  readonly #ended: Promise<void>
  #printed = ''
  #busy = false

  private constructor(root: string, { asset, environment, timeoutSeconds, onLine }: BareFunctionOptions) {
    this.directory = join(root, 'function')
    cpSync(asset, this.directory, { recursive: true })
    this.#timeoutSeconds = timeoutSeconds
    this.spawnedAt = performance.now()
    this.#child = fork(join(root, 'runtime.mjs'), {
      cwd: this.directory,
      env: environment,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed += text
      })
      if (stream && onLine) createInterface({ input: stream }).on('line', onLine)
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        rmSync(root, { recursive: true, force: true })
        resolve()
      })
    })
  }

  /** Starts the process, which loads the bundle. An event that arrives earlier waits. */
  static async start(options: BareFunctionOptions): Promise<BareFunction> {
    const code = await runtimeCode()
    const root = mkdtempSync(join(tmpdir(), 'token-refresher-function-'))
    writeFileSync(join(root, 'runtime.mjs'), code)
    return new BareFunction(root, options)
  }

  /** Everything printed so far. Complete once `stop` is done. */
  get printed(): string {
    return this.#printed
  }

  /** Handles one event at a time, as Lambda does. */
  async invoke(event: unknown): Promise<Invoked> {
    if (this.#busy) throw new Error('a function works on one event at a time')
    this.#busy = true
    try {
      return await this.#exchange({ event, remainingMilliseconds: this.#timeoutSeconds * 1000 })
    } finally {
      this.#busy = false
    }
  }

  async stop(): Promise<void> {
    this.#child.kill()
    await this.#ended
  }

  #exchange(invocation: Invocation): Promise<Invoked> {
    const child = this.#child
    return new Promise((resolve, reject) => {
      const end = (outcome: () => void): void => {
        clearTimeout(timer)
        child.off('message', answered).off('exit', exited)
        outcome()
      }
      const answered = (message: unknown): void => end(() => resolve(readInvoked(message)))
      const exited = (code: number | null): void =>
        end(() => resolve({ errorType: 'Runtime.ExitError', errorMessage: `the process ended with status ${code}` }))
      const timer = setTimeout(() => {
        child.kill()
        const errorMessage = `Task timed out after ${this.#timeoutSeconds} seconds`
        end(() => resolve({ errorType: 'Sandbox.Timedout', errorMessage }))
      }, invocation.remainingMilliseconds)
      child.once('message', answered).once('exit', exited)
      if (!child.connected) return exited(child.exitCode)
      child.send(invocation, (error) => error && end(() => reject(error)))
    })
  }
}

let runtime: Promise<string> | undefined

/** Without types, so that the process does not have to remove them at its start. */
const runtimeCode = (): Promise<string> => {
  runtime ??= readFile(new URL('runtime.ts', import.meta.url), 'utf8')
    .then((source) => transform(source, { loader: 'ts', format: 'esm', target: 'node24' }))
    .then(({ code }) => code)
  return runtime
}
