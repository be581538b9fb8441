// `token-refresher invite <connection>`

import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { defaultLinkDays, longestBy, longestLinkDays, modes, publishKinds, rotations } from '../../lambda/contract.ts'
import type { Run } from '../context.ts'
import { authMethods } from './bootstrap.ts'

export const inviteCommand = (run: Run) =>
  new Command('invite')
    .description('make a link with which the owner of an account signs in, for a new or a known connection')
    .argument('<connection>', 'name of the connection: lower-case letters, digits and hyphens')
    .addOption(
      new Option('--expires <days>', `days that the link can be used, up to ${longestLinkDays}`)
        .default(defaultLinkDays)
        .argParser(days),
    )
    .option('--by <name>', 'who asks, as the page shows it (default: your name in AWS)', who)
    .option('--username <name>', 'the only user who may sign in')
    .option('--another-account', 'for a known connection: let this other user take its place', false)
    .option('--withdraw', 'make the links of the connection void, and make no new one', false)
    .option('--from-file <file>', 'a login as JSON, complete or in part; - for standard input')
    .option('--client-id <id>', 'application (client) id')
    .option('--tenant <tenant>', 'Microsoft tenant: its id, a domain, or organizations')
    .addOption(new Option('--token-endpoint <url>', 'token endpoint of another provider').conflicts('tenant'))
    .option('--issuer <url>', 'issuer of another provider; its metadata name the endpoints')
    .option('--authorization-endpoint <url>', 'where people sign in, of another provider')
    .addOption(new Option('--auth-method <method>', 'how the client authenticates').choices(authMethods))
    .option('--client-secret-expires <time>', 'when the client secret expires: a day, or a time in ISO 8601')
    .option('--scope <scope>', 'scopes to request')
    .addOption(new Option('--mode <mode>', 'keep the access token fresh, or the refresh token alive').choices(modes))
    .addOption(new Option('--publish <what>', 'what apps read').choices(publishKinds))
    .addOption(new Option('--rotation <rotation>', 'how refresh tokens behave').choices(rotations))
    .addHelpText(
      'after',
      `
A new link makes the earlier ones of the connection void. The deployment needs the setting signIn=on, and the app registration the redirect URI that the command shows.

Example:
  $ token-refresher invite sales-mailbox --username sales@example.com
  $ token-refresher invite sales-mailbox --withdraw`,
    )
    .action(async (connection, options) => run((await import('../actions/invite.ts')).invite(connection, options)))

const days = (text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= longestLinkDays) return value
  throw new InvalidArgumentError(`It must be 1 to ${longestLinkDays} days.`)
}

const who = (text: string): string => {
  if (text.trim() !== '' && text.length <= longestBy) return text.trim()
  throw new InvalidArgumentError(`It must be 1 to ${longestBy} characters.`)
}
