// `token-refresher status [connection]`

import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const statusCommand = (run: Run) =>
  new Command('status')
    .alias('list')
    .description('show all connections, or everything about one; reads no secret')
    .argument('[connection]', 'its name')
    .option('--watch [seconds]', 'repeat until Ctrl-C, every 10 seconds or the given number', seconds)
    .addHelpText(
      'after',
      `
Exit status 3: a connection or a client needs a person.

Example:
  $ token-refresher status
  $ token-refresher status sales-mailbox
  $ token-refresher status --watch`,
    )
    .action(async (connection, { watch }) => {
      if (watch !== undefined) {
        const { watching } = await import('../actions/watch.ts')
        return run(watching(connection, watch === true ? defaultSeconds : watch))
      }
      if (connection === undefined) return run((await import('../actions/status.ts')).status)
      const { statusOfOne } = await import('../actions/status-of-one.ts')
      return run(statusOfOne(connection))
    })

const defaultSeconds = 10

const seconds = (text: string): number => {
  const value = Number(text)
  if (!(value >= 1 && value <= 3600)) throw new InvalidArgumentError('It must be a number of seconds from 1 to 3600.')
  return value
}
