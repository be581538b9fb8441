// `token-refresher pause <connection>...` and `resume`

import { Command } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const pauseCommand = (run: Run) =>
  new Command('pause')
    .description('stop refreshing connections')
    .argument('<connection...>', 'their names')
    .addHelpText(
      'after',
      `
A refresh token that is not used expires (at Microsoft after 90 days). The output says when.

Example:
  $ token-refresher pause sales-mailbox`,
    )
    .action(async (connections) => run((await import('../actions/pause.ts')).pause(connections)))

export const resumeCommand = (run: Run) =>
  new Command('resume')
    .description('start to refresh paused connections again')
    .argument('<connection...>', 'their names')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher resume sales-mailbox`,
    )
    .action(async (connections) => run((await import('../actions/pause.ts')).resume(connections)))
