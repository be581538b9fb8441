// One attempt to turn a login into a connection: the person signs in if necessary, then the login is handed over.

import type { BootstrapAnswer } from '../../lambda/contract.ts'
import { deviceCodeGrantType } from '../../lambda/core/login/login.ts'
import type { DeployedHosts } from '../aws/allowed-hosts.ts'
import { invokeBootstrap } from '../aws/invoke.ts'
import type { Context } from '../context.ts'
import { type BrowserOptions, signInWithBrowser } from './browser.ts'
import { checked, signInToCome } from './checked.ts'
import { checkHost } from './destination.ts'
import { startDeviceSignIn, whenSignedIn } from './device-code.ts'
import type { Draft } from './draft.ts'
import { withLogin } from './hand-over.ts'
import { type Endpoints, serverOf } from './provider.ts'

export interface HandingOver {
  readonly connection: string
  readonly login: Draft
  readonly options: BrowserOptions & Endpoints
  readonly hosts: DeployedHosts
}

export const attempt = async (context: Context, handing: HandingOver): Promise<BootstrapAnswer> => {
  const { connection, login, options } = handing
  const invoke = (arn: string) => invokeBootstrap(context, { connection, login: arn })
  const given = (draft: Draft, work: (arn: string) => Promise<BootstrapAnswer>) => {
    const text = checked(draft)
    return context.terminal.during(`Bootstrapping ${connection}`, () =>
      withLogin(context, { name: connection, connection, text: text.reveal() }, work),
    )
  }
  if (!needsSignIn(login)) return given(login, invoke)
  checked({ ...signInToCome, ...login })
  const server = signInServer(handing)
  if (login.grant_type === 'authorization_code') {
    return given(await signInWithBrowser(context, { draft: login, server, options }), invoke)
  }
  const signIn = await startDeviceSignIn(context, login, server)
  return given(signIn.draft, (arn) => whenSignedIn(context, signIn, () => invoke(arn)))
}

/** The person has to sign in on a page of the provider, and has not done so yet. */
export const needsSignIn = ({ grant_type, code, device_code }: Draft): boolean =>
  (grant_type === 'authorization_code' && code === undefined) ||
  (grant_type === deviceCodeGrantType && device_code === undefined)

/** The endpoints at which the person signs in, also if the login names none. */
export const signInServer = ({ login, options, hosts }: Omit<HandingOver, 'connection'>) => {
  const server = serverOf(login, options)
  checkHost(hosts, 'the token endpoint', server.token_endpoint)
  checkHost(hosts, 'the authorization endpoint', server.authorization_endpoint)
  checkHost(hosts, 'the device authorization endpoint', server.device_authorization_endpoint)
  return server
}
