// `token-refresher remove <connection...>`

import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const removeCommand = (run: Run) =>
  new Command('remove')
    .alias('delete')
    .description('delete connections: what apps read, and their refresh tokens')
    .argument('<connection...>', 'their names')
    .option('--recovery-days <days>', 'for how many days they can be restored: 7 to 30', days, 30)
    .option('--force', 'delete at once, without a recovery window', false)
    .option('--yes', 'do not ask for the names', false)
    .addHelpText(
      'after',
      `
Until the recovery window ends, token-refresher restore brings a connection back. A new bootstrap does too.

Example:
  $ token-refresher remove sales-mailbox
  $ token-refresher remove sales-mailbox support-mailbox --force`,
    )
    .action(async (connections, { recoveryDays, force, yes }) => {
      const { remove } = await import('../actions/remove.ts')
      return run(remove(connections, { recoveryDays: force ? undefined : recoveryDays, ask: !yes }))
    })

const days = (text: string): number => {
  const value = Number(text)
  if (!(Number.isInteger(value) && value >= 7 && value <= 30)) throw new InvalidArgumentError('It must be 7 to 30.')
  return value
}
