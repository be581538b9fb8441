// `status --watch`: repeats the output in the same place until Ctrl-C.

import { setTimeout as wait } from 'node:timers/promises'
import { explain } from '../aws/explain.ts'
import type { Action, Context } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { clipped, type Room } from '../terminal/fit.ts'
import { printable } from '../terminal/printable.ts'
import { status } from './status.ts'
import { statusOfOne } from './status-of-one.ts'

/** @param seconds between two readings */
export const watching =
  (connection: string | undefined, seconds: number): Action =>
  async (context) => {
    if (!context.terminal.isLive) {
      throw wrongUsage('--watch needs a terminal, and no --json', 'Call status repeatedly instead.')
    }
    const { default: draw } = await import('log-update')
    const look = connection === undefined ? status : statusOfOne(connection)
    let last: string | undefined
    try {
      for (;;) {
        const room = roomFor(context)
        const { text, trouble } = await looked(look, { context, room, last })
        last = text
        const time = `${new Date(context.now()).toISOString().slice(11, 19)} UTC`
        const { dim } = context.terminal.colors
        draw(printable(`${clipped(text, room)}\n\n${trouble}${dim(`${time}, every ${seconds} s; Ctrl-C ends`)}`))
        await wait(seconds * 1000, undefined, { signal: context.interrupted })
      }
    } finally {
      draw.done()
    }
  }

/** What is drawn below: a blank line, the trouble, the time, and the line where the cursor stands. */
const linesBelow = 4

/** Read each time, because the window may have another size now. */
const roomFor = ({ terminal }: Context): Room => ({
  columns: terminal.columns,
  rows: (process.stdout.rows || 25) - linesBelow,
})

interface Looking {
  readonly context: Context
  readonly room: Room
  /** The last output; undefined before the first one. */
  readonly last: string | undefined
}

/** The last output stays while AWS does not answer. If the first reading fails, the watch ends. */
const looked = async (look: Action, { context, room, last }: Looking): Promise<{ text: string; trouble: string }> => {
  // No spinner: it would blink over what is drawn.
  const during = <T>(_: string, work: () => Promise<T>) => work()
  const quiet = { ...context, terminal: { ...context.terminal, ...room, during } }
  try {
    return { text: (await look(quiet)).text, trouble: '' }
  } catch (error) {
    if (last === undefined || context.interrupted.aborted) throw error
    const { message } = error instanceof CommandError ? error : explain(error)
    return { text: last, trouble: `${context.terminal.colors.yellow(message)}\n` }
  }
}
