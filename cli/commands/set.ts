// `token-refresher set <connection...>`

import { Command, Option } from '@commander-js/extra-typings'
import { modes, publishKinds } from '../../lambda/contract.ts'
import type { Run } from '../context.ts'

export const setCommand = (run: Run) =>
  new Command('set')
    .description('change the mode of connections and what apps read, without a new sign-in')
    .argument('<connection...>', 'their names')
    .addOption(new Option('--mode <mode>', 'keep the access token fresh, or the refresh token alive').choices(modes))
    .addOption(new Option('--publish <what>', 'what apps read').choices(publishKinds))
    .addHelpText(
      'after',
      `
Each connection is refreshed once, and the change takes effect with the new tokens.

Example:
  $ token-refresher set sales-mailbox --mode keep-alive
  $ token-refresher set sales-mailbox --publish connection_values`,
    )
    .action(async (connections, options) => run((await import('../actions/set.ts')).set(connections, options)))
