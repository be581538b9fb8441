// What every command works with: which deployment, how to reach it, how to talk to the person who typed it.

import type { Aws } from './aws/clients.ts'
import type { ExitStatus } from './exit.ts'
import type { Terminal } from './terminal/terminal.ts'

export interface Context {
  readonly prefix: string
  readonly aws: Aws
  readonly terminal: Terminal
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Aborted by Ctrl-C. Every call and every question takes it, so that `finally` cleans up. */
  readonly interrupted: AbortSignal
}

/** What a command has to show: the same thing twice, for people and for programs. */
export interface Shown {
  /** Printed as it is, with a line end added. */
  readonly text: string
  /** Printed instead with `--json`. */
  readonly json: unknown
  /** @default 0 */
  readonly exitStatus?: ExitStatus
}

export type Action = (context: Context) => Promise<Shown>

/** Runs what a command does, and shows what came of it. */
export type Run = (action: Action) => Promise<void>
