// `token-refresher client list | show | set-secret`

import { Command } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const clientCommand = (run: Run) =>
  new Command('client')
    .description('show app registrations, and replace client secrets')
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
    .description('show all clients, those whose client secret expires next first')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher client list`,
    )
    .action(async () => run((await import('../actions/clients.ts')).listClients))

const showCommand = (run: Run) =>
  new Command('show')
    .description('show one client: when each client secret expires, and which connections use it')
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
    .description('add a new client secret, try it, then delete the old one')
    .argument('<client_id>')
    .option('--from-file <file>', 'read the client secret from a file, or from standard input with -')
    .option('--expires <time>', 'when the new client secret expires: a day, or a time in ISO 8601')
    .option('--connection <connection>', 'connection to try it with (default: a healthy one)')
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
