// `token-refresher client list | show | set-secret | federate`

import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import type { Run } from '../context.ts'

export const clientCommand = (run: Run) =>
  new Command('client')
    .description('show app registrations, and replace client secrets or do without')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher client list`,
    )
    .addCommand(listCommand(run))
    .addCommand(showCommand(run))
    .addCommand(setSecretCommand(run))
    .addCommand(federateCommand(run))

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

const federateCommand = (run: Run) =>
  new Command('federate')
    .description('replace the client secret by federated credentials, which do not expire (Microsoft only)')
    .argument('<client_id>')
    .option('--connection <connection>', 'connection to try it with (default: a healthy one)')
    .option('--wait <minutes>', 'how long to wait until Microsoft accepts the credentials (default: 15)', minutes)
    .option('--despite-connection-values', 'continue although apps read the client secret of this client', false)
    .option('--retire-secrets', 'delete the stored client secrets of a client that is federated already', false)
    .addHelpText(
      'after',
      `
Shows what to add to the app registration, waits until Microsoft accepts it from both functions, and then has
the client use it. The stored client secrets stay until --retire-secrets. client set-secret leads back.

Example:
  $ token-refresher client federate 11111111-2222-4333-8444-555555555555`,
    )
    .action(async (clientId, options) =>
      run((await import('../actions/federate-client.ts')).federateClient(clientId, options)),
    )

const minutes = (text: string): number => {
  const value = Number(text)
  if (!(value >= 0 && value <= 120 && text.trim() !== '')) {
    throw new InvalidArgumentError('It must be a number of minutes from 0 to 120.')
  }
  return value
}
