// `token-refresher refresh [connection...]`

import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const refreshCommand = (run: Run) =>
  new Command('refresh')
    .description('refresh connections now')
    .argument('[connection...]', 'their names')
    .option('--all', 'all connections that are not paused', false)
    .option('--wait [minutes]', 'retry failures that may pass, for this many minutes (default: 10)', minutes)
    .addHelpText(
      'after',
      `
Exit status 1: failed, and may succeed later. 3: a person has to act.

Example:
  $ token-refresher refresh sales-mailbox support-mailbox
  $ token-refresher refresh --all --wait`,
    )
    .action(async (connections, { all, wait }) => {
      const { refresh } = await import('../actions/refresh.ts')
      return run(refresh(connections, { all, waitMinutes: wait === true ? defaultMinutes : wait }))
    })

const defaultMinutes = 10

const minutes = (text: string): number => {
  const value = Number(text)
  if (!(value > 0 && value <= 1440)) throw new InvalidArgumentError('It must be a number of minutes from 1 to 1440.')
  return value
}
