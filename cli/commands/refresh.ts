// `token-refresher refresh <connection>...`

import { Command } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const refreshCommand = (run: Run) =>
  new Command('refresh')
    .description('refresh connections now, due or not')
    .argument('<connection...>', 'their names')
    .addHelpText(
      'after',
      `
Exit status 1: something passing was in the way; 3: a person has to act.

Example:
  $ token-refresher refresh sales-mailbox support-mailbox`,
    )
    .action(async (connections) => run((await import('../actions/refresh.ts')).refresh(connections)))
