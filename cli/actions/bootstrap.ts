// `bootstrap`: asks for what is missing, checks the login, hands it over, and shows the result.

import { type DeployedHosts, readAllowedHosts } from '../aws/allowed-hosts.ts'
import { checkName } from '../aws/connection.ts'
import { invokeBootstrap } from '../aws/invoke.ts'
import type { Action, Context, Shown } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import type { BrowserOptions } from '../login/browser.ts'
import { checkSoFar } from '../login/checked.ts'
import { checkHost, namedEndpoint } from '../login/destination.ts'
import { type Draft, draftOf, type LoginOptions, textOf } from '../login/draft.ts'
import { attemptUntilAccepted } from '../login/next-attempt.ts'
import { outcome } from '../login/outcome.ts'
import { type Endpoints, endpointsOf, type IssuerOption } from '../login/provider.ts'
import { askForClient, askForGrant } from '../login/questions.ts'
import { beforeReplacing, knownClients } from '../login/replacing.ts'

export interface BootstrapOptions extends LoginOptions, BrowserOptions, Endpoints, IssuerOption {
  /** Replace a healthy connection without asking. */
  readonly yes: boolean
  /** Name or ARN of a login in Secrets Manager: one that an earlier bootstrap has kept. */
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
    checkSoFar(draft)
    const suggested = await beforeReplacing(context, { connection, yes: options.yes })
    const clients = await knownClients(context, connection)
    const login = await askForGrant(context, await askForClient(context, draft, { clients, suggested, hosts }))
    checkHosts(hosts, login, options)
    const client = typeof login.client_id === 'string' ? login.client_id : undefined
    const passwordTyped = textOf(draft, 'password') === undefined
    const attempting = { connection, login, options, hosts, passwordTyped }
    const answer = await attemptUntilAccepted(context, attempting).catch((error: unknown) => {
      throw error instanceof CommandError ? error.named({ connection, client }) : error
    })
    return outcome(context, answer)
  }

/** For a login that is stored already. The command does not delete it, since it may hold the only copy of a refresh token. */
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

/** The URLs to which credentials are sent, and at which a person types them. */
const checkHosts = (hosts: DeployedHosts, draft: Draft, options: BootstrapOptions): void => {
  checkHost(hosts, 'the token endpoint', namedEndpoint(draft))
  checkHost(hosts, 'the token endpoint', options.tokenEndpoint)
  checkHost(hosts, 'the authorization endpoint', options.authorizationEndpoint)
  checkHost(hosts, 'the device authorization endpoint', options.deviceAuthorizationEndpoint)
}
