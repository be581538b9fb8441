// `token-refresher restore <connection...>`

import { Command } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const restoreCommand = (run: Run) =>
  new Command('restore')
    .description('bring removed connections back, until their recovery window ends')
    .argument('<connection...>', 'their names')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher restore sales-mailbox`,
    )
    .action(async (connections) => run((await import('../actions/restore.ts')).restore(connections)))
