// `token-refresher client list | show | set-secret`

import { Command } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const clientCommand = (run: Run) =>
  new Command('client')
    .description('the app registrations that connections share')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher client list`,
    )
    .addCommand(listCommand(run))
    .addCommand(showCommand(run))
    .addCommand(setSecretCommand(run))

const listCommand = (run: Run) =>
  new Command('list')
    .description('show all clients, the nearest expiry of a client secret first')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher client list`,
    )
    .action(async () => run((await import('../actions/clients.ts')).listClients))

const showCommand = (run: Run) =>
  new Command('show')
    .description('show a client, the expiry of each client secret, and the connections that use it')
    .argument('<client_id>')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher client show 11111111-2222-4333-8444-555555555555`,
    )
    .action(async (clientId) => run((await import('../actions/clients.ts')).showClient(clientId)))

const setSecretCommand = (run: Run) =>
  new Command('set-secret')
    .description('put a new client secret beside the old one, try it, then retire the old one')
    .argument('<client_id>')
    .option('--from-file <file>', 'read the client secret from a file, or from standard input with -')
    .option('--expires <time>', 'when it expires: a day, or a time in ISO 8601')
    .option('--connection <connection>', 'try it with this one (default: one that works)')
    .addHelpText(
      'after',
      `
The bootstrap function does this, so operators need no permission to read client secrets.

Example:
  $ token-refresher client set-secret 11111111-2222-4333-8444-555555555555 --expires 2028-11-23`,
    )
    .action(async (clientId, options) =>
      run((await import('../actions/set-client-secret.ts')).setClientSecret(clientId, options)),
    )
