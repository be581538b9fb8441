// What every command needs: the deployment, the way to reach it, and the terminal of the person.

import type { Aws } from './aws/clients.ts'
import type { ExitStatus } from './exit.ts'
import type { Terminal } from './terminal/terminal.ts'

export interface Context {
  readonly prefix: string
  readonly aws: Aws
  readonly terminal: Terminal
  /** Nothing of the text is printed, so an action need not make it. */
  readonly json: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Aborted by Ctrl-C. Every call and every question takes it, so that `finally` cleans up. */
  readonly interrupted: AbortSignal
}

/** The result of a command in two forms: text for people and JSON for programs. */
export interface Shown {
  /** The text; the command adds a line end. */
  readonly text: string
  /** Printed in place of the text with `--json`. */
  readonly json: unknown
  /** @default 0 */
  readonly exitStatus?: ExitStatus
}

export type Action = (context: Context) => Promise<Shown>

/** Runs the action of a command and shows its result. */
export type Run = (action: Action) => Promise<void>
