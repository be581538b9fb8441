// `bootstrap`: what is missing is asked, the login is checked and handed over, and what came of it is shown.

import { secretName } from '../../lambda/contract.ts'
import { decodeLogin, deviceCodeGrantType } from '../../lambda/core/login.ts'
import { Redacted } from '../../lambda/core/redacted.ts'
import { readStatus } from '../../lambda/core/status.ts'
import { checkName } from '../aws/connection.ts'
import { invokeBootstrap } from '../aws/invoke.ts'
import { describe, type Entry, list } from '../aws/secrets.ts'
import type { Action, Context, Shown } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { type BrowserOptions, signInWithBrowser } from '../login/browser.ts'
import { startDeviceSignIn, whenSignedIn } from '../login/device-code.ts'
import { type Draft, draftOf, type LoginOptions } from '../login/draft.ts'
import { withLogin } from '../login/hand-over.ts'
import { discover, type Endpoints, serverOf } from '../login/provider.ts'
import { askForClient, askForGrant } from '../login/questions.ts'
import { shownConnection } from '../status/connection.ts'
import { fromNow } from '../terminal/times.ts'

export interface BootstrapOptions extends LoginOptions, BrowserOptions, Endpoints {
  /** A provider that tells its endpoints itself. */
  readonly issuer?: string | undefined
  /** Replace a healthy connection without asking. */
  readonly yes: boolean
}

type Answer = Awaited<ReturnType<typeof invokeBootstrap>>

export const bootstrap =
  (connection: string, given: BootstrapOptions): Action =>
  async (context) => {
    checkName(connection)
    const endpoints = given.issuer === undefined ? {} : await discover(given.issuer)
    const options = { ...given, ...endpoints }
    const draft = await draftOf(options)
    await beforeReplacing(context, connection, options.yes)
    const clients: Entry[] = []
    for await (const client of list(context, ['clients'])) clients.push(client)
    const login = await askForGrant(context, await askForClient(context, draft, clients))
    return shown(context, await handOver(context, { connection, login, options }))
  }

interface HandingOver {
  readonly connection: string
  readonly login: Draft
  readonly options: BootstrapOptions
}

const handOver = async (context: Context, { connection, login, options }: HandingOver): Promise<Answer> => {
  const invoke = () => invokeBootstrap(context, { connection })
  const given = (draft: Draft, work: () => Promise<Answer>) => {
    const text = checked(draft)
    return withLogin(context, { name: connection, text: text.reveal() }, () =>
      context.terminal.during(`Bootstrapping ${connection}`, work),
    )
  }
  if (login.grant_type === 'authorization_code' && login.code === undefined) {
    checked({ ...login, code: 'to come', code_verifier: 'to come', redirect_uri: 'to come' })
    const server = serverOf(login, options)
    return given(await signInWithBrowser(context, { draft: login, server, options }), invoke)
  }
  if (login.grant_type === deviceCodeGrantType && login.device_code === undefined) {
    checked({ ...login, device_code: 'to come' })
    const signIn = await startDeviceSignIn(context, login, serverOf(login, options))
    return given(signIn.draft, () => whenSignedIn(context, signIn, invoke))
  }
  return again(context, () => given(login, invoke))
}

/** Mistakes are found before anything is written or sent. Whether http on this machine is allowed is the function's to say. */
const checked = (draft: Draft): Redacted => {
  const text = new Redacted(JSON.stringify(draft))
  const decoded = decodeLogin(text, true)
  if (decoded.ok) return text
  throw wrongUsage(decoded.problem, 'README.md, "A login", says what its keys are.')
}

/** After something passing a person may want to try again; nothing tries a password twice by itself. */
const again = async (context: Context, work: () => Promise<Answer>): Promise<Answer> => {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const passing = error instanceof CommandError && ['transient', 'throttled'].includes(error.problem.class ?? '')
      if (!passing || !process.stdin.isTTY) throw error
      context.terminal.note(`${error.message}\n${error.problem.remedy ?? ''}`)
      const wanted = await context.terminal.confirm({ message: 'Try again now?', instead: '', default: true })
      if (!wanted) throw error
    }
  }
}

const beforeReplacing = async (context: Context, connection: string, yes: boolean): Promise<void> => {
  const entry = await describe(context, 'grants', connection)
  if (entry === undefined) return
  const { status } = shownConnection(entry)
  if (readStatus(entry.tags, entry.currentVersionId).status !== 'healthy' || yes) {
    context.terminal.note(`${connection} is ${status}; this bootstrap takes its place.`)
    return
  }
  const message = `${connection} is healthy. Replace it by a new sign-in?`
  if (await context.terminal.confirm({ message, instead: 'Add --yes to replace it.', default: false })) return
  throw new CommandError({ message: `nothing was changed: ${connection} stays as it is` })
}

const shown = (context: Context, answer: Answer): Shown => {
  const { connection, secret, expires_at, refresh_by } = answer
  const { colors } = context.terminal
  const now = context.now()
  const name = secretName(context.prefix, 'connections', connection)
  const when = (time: string) => `${fromNow(new Date(time), now)} (${time})`
  return {
    text: [
      `${colors.green('✓')} ${colors.bold(connection)} is ${colors.green(answer.status)}, and is refreshed by itself from now on.`,
      '',
      `Apps read      ${name}`,
      `               ${colors.dim(secret)}`,
      `Access token   expires ${when(expires_at)}, and is replaced before`,
      `Refresh token  would die ${when(refresh_by)} if it were not used`,
      '',
      'An app reads it with secretsmanager:GetSecretValue, and caches it for 5 minutes at most:',
      '',
      `  aws secretsmanager get-secret-value --secret-id ${name} --query SecretString --output text`,
    ].join('\n'),
    json: answer,
  }
}
