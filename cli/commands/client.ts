// `token-refresher client list | show | set-secret | renew-secret | federate`

import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { defaultRenewalDays, renewalDaysRange } from '../../lambda/contract.ts'
import type { Run } from '../context.ts'

export const clientCommand = (run: Run) =>
  new Command('client')
    .description('show app registrations, and replace or renew client secrets or do without')
    .addHelpText(
      'after',
      `
Example:
  $ token-refresher client list`,
    )
    .addCommand(listCommand(run))
    .addCommand(showCommand(run))
    .addCommand(setSecretCommand(run))
    .addCommand(renewSecretCommand(run))
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

const renewSecretCommand = (run: Run) =>
  new Command('renew-secret')
    .description('have the client secret renew itself before it expires (Microsoft only)')
    .argument('<client_id>')
    .option('--automatic', 'make a new client secret at Microsoft now, and again before each expiry', false)
    .option('--stop', 'end the renewal; stored client secrets stay', false)
    .option('--tenant <tenant>', 'tenant in which the app is registered: its id, or a domain')
    .option(
      '--days <days>',
      `lifetime of each new client secret, ${renewalDaysRange.least} to ${renewalDaysRange.most} (default: as before, at first ${defaultRenewalDays})`,
      days,
    )
    .addHelpText(
      'after',
      `
The app needs the right to change its own client secrets; without it the command shows how to give it. The deployment
needs the setting clientSecretRenewal=on.

Example:
  $ token-refresher client renew-secret 11111111-2222-4333-8444-555555555555 --automatic --tenant example.com
  $ token-refresher client renew-secret 11111111-2222-4333-8444-555555555555 --stop`,
    )
    .action(async (clientId, options) =>
      run((await import('../actions/renew-client-secret.ts')).renewClientSecret(clientId, options)),
    )

const days = (text: string): number => {
  const value = Number(text)
  const { least, most } = renewalDaysRange
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`It must be a whole number of days from ${least} to ${most}.`)
}

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
