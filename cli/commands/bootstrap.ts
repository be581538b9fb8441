// `token-refresher bootstrap <connection>`

import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { modes, publishKinds, rotations } from '../../lambda/contract.ts'
import type { Run } from '../context.ts'

export const bootstrapCommand = (run: Run) =>
  new Command('bootstrap')
    .alias('login')
    .description('make a connection: asks for what is missing, hands the login over once, shows what came of it')
    .argument('<connection>', 'the name to give it: lower-case letters, digits and hyphens')
    .addOption(new Option('--browser', 'sign in with a browser on this machine, for accounts with a second factor'))
    .addOption(new Option('--device-code', 'sign in with a browser elsewhere').conflicts('browser'))
    .addOption(
      new Option('--import', 'take over a refresh token obtained elsewhere').conflicts(['browser', 'deviceCode']),
    )
    .option('--from-file <file>', 'a login as JSON, whole or in part; - for standard input')
    .addOption(
      new Option('--stored-login <secret>', 'go on with a login that an earlier start has kept').conflicts([
        'browser',
        'deviceCode',
        'import',
        'fromFile',
      ]),
    )
    .option('--client-id <id>', 'application (client) id')
    .option('--tenant <tenant>', 'Microsoft tenant: its id, a domain, or organizations')
    .addOption(new Option('--token-endpoint <url>', "another provider's token endpoint").conflicts('tenant'))
    .option('--issuer <url>', 'another provider, whose endpoints are looked up in its metadata')
    .option('--authorization-endpoint <url>', "another provider's, for --browser")
    .option('--device-authorization-endpoint <url>', "another provider's, for --device-code")
    .addOption(new Option('--auth-method <method>', 'how the client authenticates').choices(authMethods))
    .option('--client-secret-expires <time>', 'when the client secret expires: a day, or a time in ISO 8601')
    .option('--scope <scope>', 'what is asked for')
    .option('--username <name>', 'the mailbox user')
    .addOption(new Option('--mode <mode>', 'keep the access token fresh, or the refresh token alive').choices(modes))
    .addOption(new Option('--publish <what>', 'what apps read').choices(publishKinds))
    .addOption(new Option('--rotation <rotation>', 'how refresh tokens behave').choices(rotations))
    .option('--port <port>', 'port of the redirect for --browser (default: any that is free)', port)
    .option('--no-open', 'print the address for --browser, and open nothing')
    .option('--yes', 'replace a healthy connection without asking', false)
    .addHelpText(
      'after',
      `
Passwords, client secrets and refresh tokens are asked for without echo, or come from --from-file. A refusal is exit status 3: its class says who has to act, its remedy what to do. Ctrl-C leaves no login behind.

Example:
  $ token-refresher bootstrap sales-mailbox
  $ token-refresher bootstrap sales-mailbox --from-file login.json
  $ token-refresher bootstrap sales-mailbox --browser`,
    )
    .action(async (connection, options) =>
      run((await import('../actions/bootstrap.ts')).bootstrap(connection, options)),
    )

const authMethods = ['client_secret_post', 'client_secret_basic', 'none'] as const

const port = (text: string): number => {
  const value = Number(text)
  if (!(Number.isInteger(value) && value >= 0 && value <= 65_535))
    throw new InvalidArgumentError('It must be 0 to 65535.')
  return value
}
