// `token-refresher remove <connection>`

import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const removeCommand = (run: Run) =>
  new Command('remove')
    .description('delete a connection: what apps read, and its refresh token')
    .argument('<connection>', 'its name')
    .option('--recovery-days <days>', 'how long it can be brought back: 7 to 30', days, 30)
    .option('--force', 'at once and for good', false)
    .option('--yes', 'do not ask for the name', false)
    .addHelpText(
      'after',
      `
Within the recovery window a new bootstrap brings it back too.

Example:
  $ token-refresher remove sales-mailbox
  $ token-refresher remove sales-mailbox --force`,
    )
    .action(async (connection, { recoveryDays, force, yes }) => {
      const { remove } = await import('../actions/remove.ts')
      return run(remove(connection, { recoveryDays: force ? undefined : recoveryDays, ask: !yes }))
    })

const days = (text: string): number => {
  const value = Number(text)
  if (!(Number.isInteger(value) && value >= 7 && value <= 30)) throw new InvalidArgumentError('It must be 7 to 30.')
  return value
}
