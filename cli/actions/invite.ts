// `invite`: a link with which the owner of an account signs in, and a text to send with it.

import { type LinkAnswer, longestBy, signInRedirectPath } from '../../lambda/contract.ts'
import { checkName } from '../aws/connection.ts'
import { invokeLink } from '../aws/invoke.ts'
import { describe } from '../aws/secrets.ts'
import type { Action, Context, Shown } from '../context.ts'
import { wrongUsage } from '../exit.ts'
import { invitationPrefix, withLogin } from '../login/hand-over.ts'
import { type NewConnectionOptions, newConnection, withdrawInvitations, withdrawLink } from '../login/invitation.ts'
import { endpointsOf } from '../login/provider.ts'
import { shownConnection } from '../status/connection.ts'
import { fromNow } from '../terminal/times.ts'

export interface InviteOptions extends NewConnectionOptions {
  /** Days. */
  readonly expires: number
  readonly by?: string | undefined
  readonly withdraw: boolean
}

export const invite =
  (connection: string, typed: InviteOptions): Action =>
  async (context) => {
    checkName(connection)
    if (typed.withdraw) return withdraw(context, connection)
    const options = { ...typed, ...(await endpointsOf(context, typed)) }
    const by = options.by ?? (await callerName(context))
    const known = await describe(context, 'grants', connection)
    const link = { days: options.expires, by }
    if (known !== undefined && !options.anotherAccount) {
      refuseUnused(connection, typed)
      const { status, account } = shownConnection(known)
      const whose = account === undefined ? '' : `, as ${account}`
      context.terminal.note(`${connection} is ${status}${whose}. It stays as it is until the owner has signed in.`)
      const { authorizationEndpoint } = options
      const asked = {
        ...link,
        ...(authorizationEndpoint !== undefined && { authorization_endpoint: authorizationEndpoint }),
      }
      const answer = await invokeLink(context, { connection, link: asked })
      await withdrawInvitations(context, connection)
      return shown(context, answer, by)
    }
    const login = await newConnection(context, { connection, options, known })
    const handed = { name: invitationPrefix(connection), text: login.reveal() }
    const answer = await context.terminal.during(`Making a link for ${connection}`, () =>
      withLogin(context, handed, async (arn) => {
        const made = await invokeLink(context, { connection, link, login: arn })
        await withdrawInvitations(context, connection, { but: arn })
        if (known !== undefined) await withdrawLink(context, connection)
        return made
      }),
    )
    return shown(context, answer, by)
  }

/** A sign-in does not change the settings of a known connection. */
const refuseUnused = (connection: string, options: InviteOptions): void => {
  const { expires, by, withdraw: _, anotherAccount, authorizationEndpoint, issuer, ...ofNew } = options
  if (Object.values(ofNew).every((value) => value === undefined)) return
  throw wrongUsage(
    `${connection} exists, and a sign-in by a link changes only its tokens`,
    `Leave out all options except --expires and --by. For another user: --another-account --username <name>.`,
  )
}

const withdraw = async (context: Context, connection: string): Promise<Shown> => {
  const invitations = await withdrawInvitations(context, connection)
  const count = invitations + ((await withdrawLink(context, connection)) ? 1 : 0)
  return {
    text:
      count === 0
        ? `${connection} has no link that could be used.`
        : `The links of ${connection} are void from now on. The connection itself stays as it is.`,
    json: { connection, withdrawn: count },
  }
}

/** The last part of the caller's ARN: a user's name, or the name of a role's session, often a mail address. */
const callerName = async ({ aws, interrupted }: Context): Promise<string> => {
  const client = await aws.sts()
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
  const { Arn = '' } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: interrupted })
  const name = Arn.split('/').at(-1) ?? ''
  return (name === '' || name.includes(':') ? 'an operator' : name).slice(0, longestBy)
}

const shown = (context: Context, answer: LinkAnswer, by: string): Shown => {
  const { connection, link, link_expires_at, account } = answer
  const { colors } = context.terminal
  const redirectUri = new URL(signInRedirectPath, link).href
  const until = `${link_expires_at.slice(0, 16).replace('T', ' ')} UTC`
  const message = [
    'Hello,',
    `an application of our organization needs your permission to work with ${account ?? 'your mailbox'}.`,
    `Please open this link, press the button, and sign in${account === undefined ? '' : ` as ${account}`}:`,
    '',
    link,
    '',
    `The link can be used until ${until}. Only the page of your provider asks for your password.`,
    `If you have questions, ask ${by}.`,
  ].join('\n')
  return {
    text: [
      `${colors.green('✓')} A link for ${colors.bold(account ?? connection)}, good ${fromNow(new Date(link_expires_at), context.now()).replace(/^in /, 'for ')} (until ${until}):`,
      '',
      link,
      '',
      'The app registration needs this redirect URI of the platform Web, once:',
      '',
      `  ${redirectUri}`,
      '',
      'A text to send:',
      '',
      colors.dim(message),
    ].join('\n'),
    json: { ...answer, redirect_uri: redirectUri, message },
  }
}
