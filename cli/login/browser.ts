// Signing in with a browser on this machine: authorization code with PKCE, and a redirect to a port of this machine.

import * as oauth from 'oauth4webapi'
import { providerOf } from '../../lambda/core/login/authority.ts'
import { suggestedParameters } from '../../lambda/core/sign-in/suggested-parameters.ts'
import { requestedScope } from '../../lambda/core/tokens/next-grant.ts'
import type { Context } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { type Draft, textOf } from './draft.ts'
import { webAddress } from './provider.ts'
import { listen } from './redirect.ts'
import { refusedSignIn } from './refused-sign-in.ts'

export interface BrowserOptions {
  readonly port?: number | undefined
  readonly open: boolean
}

export interface SignIn {
  readonly draft: Draft
  readonly server: oauth.AuthorizationServer
  readonly options: BrowserOptions
}

/** @returns the login with the code, which the bootstrap function redeems */
export const signInWithBrowser = async (context: Context, { draft, server, options }: SignIn): Promise<Draft> => {
  const url = webAddress(server.authorization_endpoint)
  if (url === undefined) {
    throw wrongUsage('the address of the sign-in page is not known', 'Give --authorization-endpoint, or --issuer.')
  }
  const client: oauth.Client = { client_id: textOf(draft, 'client_id') ?? '' }
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const redirect = await listen(options.port ?? 0, state)
  try {
    const parameters = {
      client_id: client.client_id,
      response_type: 'code',
      redirect_uri: redirect.uri,
      scope: scopeOf(draft, server),
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value)
    // A parameter that the person typed in the address of the endpoint stays as it is.
    for (const [name, value] of Object.entries(suggested(draft, { url, scope: parameters.scope }))) {
      if (value && !url.searchParams.has(name)) url.searchParams.set(name, value)
    }
    const isPublic = draft.token_endpoint_auth_method === 'none'
    await show(context, { url, redirectUri: redirect.uri, isPublic, open: options.open })
    const answer = await context.terminal.during('Waiting for the sign-in', () => redirect.answer(context.interrupted))
    return {
      ...draft,
      code: codeOf({ server, client, answer, state }),
      code_verifier: verifier,
      redirect_uri: redirect.uri,
    }
  } finally {
    redirect.close()
  }
}

const suggested = (
  draft: Draft,
  { url, scope }: { readonly url: URL; readonly scope: string },
): Readonly<Record<string, string | undefined>> => ({
  ...suggestedParameters({ url, scope, choose: true }),
  login_hint: textOf(draft, 'username'),
})

/** The same scope that the bootstrap function will request: with offline_access if Microsoft needs it. */
const scopeOf = (draft: Draft, { token_endpoint = '' }: oauth.AuthorizationServer): string =>
  requestedScope(textOf(draft, 'scope') ?? '', { provider: providerOf(token_endpoint) })

interface Showing {
  readonly url: URL
  readonly redirectUri: string
  /** A client without a client secret. */
  readonly isPublic: boolean
  readonly open: boolean
}

const show = async ({ terminal }: Context, { url, redirectUri, isPublic, open }: Showing): Promise<void> => {
  const platform = isPublic ? 'Mobile and desktop applications' : 'Web'
  terminal.note(
    `Sign in as the mailbox user. The app registration needs http://localhost as a redirect URI of the platform ${platform}\n` +
      `(Microsoft lets any port of localhost pass; other providers may need ${redirectUri}).\n\n  ${url.href}\n`,
  )
  if (!open) return
  const { default: launch } = await import('open')
  // If no browser opens, the person can open the address above.
  await launch(url.href).catch(() => undefined)
}

const codeOf = ({
  server,
  client,
  answer,
  state,
}: {
  readonly server: oauth.AuthorizationServer
  readonly client: oauth.Client
  readonly answer: URLSearchParams
  readonly state: string
}): string => {
  // Only one provider is asked, protected by state and PKCE. At Microsoft the issuer may be a tenant that we do not know.
  answer.delete('iss')
  try {
    return oauth.validateAuthResponse(server, client, answer, state).get('code') ?? ''
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) throw refusedSignIn(error.cause)
    throw new CommandError({
      code: 'NotOurSignIn',
      message: 'the browser returned without an answer to this sign-in',
      remedy: 'Start again, and sign in on the page that opens.',
    })
  }
}
