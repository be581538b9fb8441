// `token-refresher bootstrap <connection>`

import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { modes, publishKinds, rotations } from '../../lambda/contract.ts'
import type { Client } from '../../lambda/core/secrets/client.ts'
import type { Run } from '../context.ts'

export const bootstrapCommand = (run: Run) =>
  new Command('bootstrap')
    .alias('login')
    .description('make a connection: ask for what is missing, hand the login over once, show the result')
    .argument('<connection>', 'name for the connection: lower-case letters, digits and hyphens')
    .addOption(new Option('--browser', 'sign in with a browser on this machine, for accounts with a second factor'))
    .addOption(new Option('--device-code', 'sign in with a browser on another device').conflicts('browser'))
    .addOption(
      new Option('--import', 'take over a refresh token that was obtained elsewhere').conflicts([
        'browser',
        'deviceCode',
      ]),
    )
    .option('--from-file <file>', 'a login as JSON, complete or in part; - for standard input')
    .addOption(
      new Option('--stored-login <secret>', 'continue with a login that an earlier bootstrap kept').conflicts([
        'browser',
        'deviceCode',
        'import',
        'fromFile',
      ]),
    )
    .option('--client-id <id>', 'application (client) id')
    .option('--tenant <tenant>', 'Microsoft tenant: its id, a domain, or organizations')
    .addOption(new Option('--token-endpoint <url>', 'token endpoint of another provider').conflicts('tenant'))
    .option('--issuer <url>', 'issuer of another provider; its metadata name the endpoints')
    .option('--authorization-endpoint <url>', 'authorization endpoint of another provider, for --browser')
    .option(
      '--device-authorization-endpoint <url>',
      'device authorization endpoint of another provider, for --device-code',
    )
    .addOption(new Option('--auth-method <method>', 'how the client authenticates').choices(authMethods))
    .option('--client-secret-expires <time>', 'when the client secret expires: a day, or a time in ISO 8601')
    .option('--scope <scope>', 'scopes to request')
    .option('--username <name>', 'the mailbox user')
    .addOption(new Option('--mode <mode>', 'keep the access token fresh, or the refresh token alive').choices(modes))
    .addOption(new Option('--publish <what>', 'what apps read').choices(publishKinds))
    .addOption(new Option('--rotation <rotation>', 'how refresh tokens behave').choices(rotations))
    .option('--another-account', 'permit a sign-in as another account than the connection has')
    .option('--port <port>', 'port of the redirect for --browser (default: any free port)', port)
    .option('--no-open', 'print the address for --browser instead of opening it')
    .option('--yes', 'replace a healthy connection without asking', false)
    .addHelpText(
      'after',
      `
The command asks for passwords, client secrets and refresh tokens without echo, or reads them from --from-file. After a refusal the exit status is 3: the class says who has to act, the remedy says what to do. Ctrl-C leaves no login behind.

Example:
  $ token-refresher bootstrap sales-mailbox
  $ token-refresher bootstrap sales-mailbox --from-file login.json
  $ token-refresher bootstrap sales-mailbox --browser`,
    )
    .action(async (connection, options) =>
      run((await import('../actions/bootstrap.ts')).bootstrap(connection, options)),
    )

export const authMethods = [
  'client_secret_post',
  'client_secret_basic',
  'none',
  'aws_web_identity',
] as const satisfies readonly Client['token_endpoint_auth_method'][]

const port = (text: string): number => {
  const value = Number(text)
  if (!(Number.isInteger(value) && value >= 0 && value <= 65_535))
    throw new InvalidArgumentError('It must be 0 to 65535.')
  return value
}
