// `token-refresher pause <connection>...` and `resume`

import { Command } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const pauseCommand = (run: Run) =>
  new Command('pause')
    .description('leave connections alone until they are resumed')
    .argument('<connection...>', 'their names')
    .addHelpText(
      'after',
      `
A refresh token that is not used dies (at Microsoft after 90 days): the output says when.

Example:
  $ token-refresher pause sales-mailbox`,
    )
    .action(async (connections) => run((await import('../actions/pause.ts')).pause(connections)))

export const resumeCommand = (run: Run) =>
  new Command('resume')
    .description('go on with connections that were paused')
    .argument('<connection...>', 'their names')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher resume sales-mailbox`,
    )
    .action(async (connections) => run((await import('../actions/pause.ts')).resume(connections)))
