// `status --watch`: the same again, in the same place, until Ctrl-C.

import { setTimeout as wait } from 'node:timers/promises'
import type { Action } from '../context.ts'
import { wrongUsage } from '../exit.ts'
import { status } from './status.ts'
import { statusOfOne } from './status-of-one.ts'

/** @param seconds between two looks */
export const watching =
  (connection: string | undefined, seconds: number): Action =>
  async (context) => {
    if (!context.terminal.isLive) {
      throw wrongUsage('--watch needs a terminal, and no --json', 'Call status again and again instead.')
    }
    const { default: draw } = await import('log-update')
    const look = connection === undefined ? status : statusOfOne(connection)
    // No spinner: it would blink over what is drawn.
    const quiet = {
      ...context,
      terminal: { ...context.terminal, during: <T>(_: string, work: () => Promise<T>) => work() },
    }
    try {
      for (;;) {
        const { text } = await look(quiet)
        const { colors } = context.terminal
        draw(
          `${text}\n\n${colors.dim(`${new Date(context.now()).toLocaleTimeString()}, every ${seconds} s; Ctrl-C ends`)}`,
        )
        await wait(seconds * 1000, undefined, { signal: context.interrupted })
      }
    } finally {
      draw.done()
    }
  }
