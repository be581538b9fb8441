// `bootstrap`: what is missing is asked, the login is checked and handed over, and what came of it is shown.

import type { BootstrapAnswer } from '../../lambda/contract.ts'
import { decodeLogin, deviceCodeGrantType } from '../../lambda/core/login/login.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { type DeployedHosts, readAllowedHosts } from '../aws/allowed-hosts.ts'
import { checkName } from '../aws/connection.ts'
import { invokeBootstrap } from '../aws/invoke.ts'
import { Refusal } from '../aws/refusal.ts'
import type { Action, Context, Shown } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { type BrowserOptions, signInWithBrowser } from '../login/browser.ts'
import { checkHost, namedEndpoint } from '../login/destination.ts'
import { startDeviceSignIn, whenSignedIn } from '../login/device-code.ts'
import { type Draft, draftOf, type LoginOptions } from '../login/draft.ts'
import { withLogin } from '../login/hand-over.ts'
import { outcome } from '../login/outcome.ts'
import { type Endpoints, endpointsOf, type IssuerOption, serverOf } from '../login/provider.ts'
import { askForClient, askForGrant } from '../login/questions.ts'
import { beforeReplacing, knownClients } from '../login/replacing.ts'

export interface BootstrapOptions extends LoginOptions, BrowserOptions, Endpoints, IssuerOption {
  /** Replace a healthy connection without asking. */
  readonly yes: boolean
  /** Name or ARN of a login in Secrets Manager: what an earlier start has kept. */
  readonly storedLogin?: string | undefined
}

export const bootstrap =
  (connection: string, typed: BootstrapOptions): Action =>
  async (context) => {
    checkName(connection)
    if (typed.storedLogin !== undefined) return goOn(context, connection, typed)
    const options = { ...typed, ...(await endpointsOf(context, typed)) }
    const hosts = await readAllowedHosts(context)
    const draft = boundTo(connection, await draftOf(context, options))
    checkHosts(hosts, draft, options)
    const suggested = await beforeReplacing(context, { connection, yes: options.yes })
    const clients = await knownClients(context, connection)
    const login = await askForGrant(context, await askForClient(context, draft, { clients, suggested, hosts }))
    checkHosts(hosts, login, options)
    const client = typeof login.client_id === 'string' ? login.client_id : undefined
    const answer = await handOver(context, { connection, login, options, hosts }).catch((error: unknown) => {
      throw error instanceof CommandError ? error.named({ connection, client }) : error
    })
    return outcome(context, answer)
  }

/** With a login that is stored already. It is not taken back, since it may hold the only copy of a refresh token. */
const goOn = async (context: Context, connection: string, { storedLogin, yes }: BootstrapOptions): Promise<Shown> => {
  await beforeReplacing(context, { connection, yes })
  const event = { connection, ...(storedLogin !== undefined && { login: storedLogin }) }
  const answer = await context.terminal.during(`Bootstrapping ${connection}`, () => invokeBootstrap(context, event))
  return outcome(context, answer)
}

/** A login serves the connection that it names, and no other. */
const boundTo = (connection: string, draft: Draft): Draft => {
  const named = draft.connection ?? connection
  if (named === connection) return { ...draft, connection }
  throw wrongUsage(`this login names another connection than ${connection} in its key "connection"`)
}

/** Where credentials are sent, and where a person types them. */
const checkHosts = (hosts: DeployedHosts, draft: Draft, options: BootstrapOptions): void => {
  checkHost(hosts, 'the token endpoint', namedEndpoint(draft))
  checkHost(hosts, 'the token endpoint', options.tokenEndpoint)
  checkHost(hosts, 'the authorization endpoint', options.authorizationEndpoint)
  checkHost(hosts, 'the device authorization endpoint', options.deviceAuthorizationEndpoint)
}

interface HandingOver {
  readonly connection: string
  readonly login: Draft
  readonly options: BootstrapOptions
  readonly hosts: DeployedHosts
}

const handOver = async (context: Context, handing: HandingOver): Promise<BootstrapAnswer> => {
  const { connection, login, options } = handing
  const invoke = (arn: string) => invokeBootstrap(context, { connection, login: arn })
  const given = (draft: Draft, work: (arn: string) => Promise<BootstrapAnswer>) => {
    const text = checked(draft)
    return context.terminal.during(`Bootstrapping ${connection}`, () =>
      withLogin(context, { name: connection, connection, text: text.reveal() }, work),
    )
  }
  if (login.grant_type === 'authorization_code' && login.code === undefined) {
    checked({ ...login, code: 'to come', code_verifier: 'to come', redirect_uri: 'to come' })
    const server = signInServer(handing)
    return given(await signInWithBrowser(context, { draft: login, server, options }), invoke)
  }
  if (login.grant_type === deviceCodeGrantType && login.device_code === undefined) {
    checked({ ...login, device_code: 'to come' })
    const signIn = await startDeviceSignIn(context, login, signInServer(handing))
    return given(signIn.draft, (arn) => whenSignedIn(context, signIn, () => invoke(arn)))
  }
  return again(context, () => given(login, invoke))
}

/** Where the person signs in, also where the login names no endpoint. */
const signInServer = ({ login, options, hosts }: HandingOver) => {
  const server = serverOf(login, options)
  checkHost(hosts, 'the token endpoint', server.token_endpoint)
  checkHost(hosts, 'the authorization endpoint', server.authorization_endpoint)
  checkHost(hosts, 'the device authorization endpoint', server.device_authorization_endpoint)
  return server
}

/** Mistakes are found before anything is written or sent. Whether http on this machine is allowed is the function's to say. */
const checked = (draft: Draft): Redacted => {
  const text = new Redacted(JSON.stringify(draft))
  const decoded = decodeLogin(text, true)
  if (decoded.ok) return text
  throw wrongUsage(decoded.problem, 'docs/reference/login.md lists its keys.')
}

/** After something passing a person may want to try again; nothing tries a password twice by itself. */
const again = async (context: Context, work: () => Promise<BootstrapAnswer>): Promise<BootstrapAnswer> => {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      // A passing word in a refusal is a judgement all the same: a password is not sent again after it.
      const passing = error instanceof Refusal && ['transient', 'throttled'].includes(error.problem.class ?? '')
      if (!passing || !error.isUnjudged || !process.stdin.isTTY) throw error
      context.terminal.note(`${error.message}\n${error.problem.remedy ?? ''}`)
      const wanted = await context.terminal.confirm({ message: 'Try again now?', instead: '', default: true })
      if (!wanted) throw error
    }
  }
}
