// Where the person signs in: the provider's own page, and the address with everything that it is asked.

import type { Client } from '../secrets/client.ts'
import type { State } from './state.ts'

const entraPath = /\/oauth2\/v2\.0\/token$/

/** What an operator has said; else Microsoft's, beside the token endpoint; undefined: it is not known. */
export const authorizationEndpointOf = ({ token_endpoint, provider }: Client): string | undefined =>
  provider.authorization_endpoint ??
  (entraPath.test(token_endpoint) ? token_endpoint.replace(entraPath, '/oauth2/v2.0/authorize') : undefined)

const entraAuthorizePath = /\/oauth2\/v2\.0\/authorize$/

/** Microsoft's, beside the authorization endpoint; undefined: another provider. */
export const tokenEndpointBeside = (authorizationEndpoint: string): string | undefined =>
  entraAuthorizePath.test(authorizationEndpoint)
    ? authorizationEndpoint.replace(entraAuthorizePath, '/oauth2/v2.0/token')
    : undefined

export interface SignInRequest {
  readonly state: State
  /** As it is sent, with its MAC. */
  readonly sealedState: string
  readonly redirectUri: string
  readonly challenge: string
  /** The person was signed in as someone else before: the provider lets the person choose. */
  readonly choose: boolean
}

export const authorizationAddress = ({ state, sealedState, redirectUri, challenge, choose }: SignInRequest): string => {
  const { link } = state
  const address = new URL(link.authorization_endpoint)
  const parameters = {
    client_id: link.client_id,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: redirectUri,
    scope: link.scope,
    state: sealedState,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(link.account !== undefined && { login_hint: link.account }),
    ...(choose && { prompt: 'select_account' }),
    ...parametersOfProvider(address),
  }
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value)
  return address.href
}

/** Google issues a refresh token only with these (developers.google.com/identity/protocols/oauth2/web-server). */
const forGoogle = { access_type: 'offline', prompt: 'consent select_account' }

/** What a provider asks for beside the parameters of the standard. */
export const parametersOfProvider = ({ hostname }: URL): Readonly<Record<string, string>> =>
  hostname === 'accounts.google.com' ? forGoogle : {}

/** Where an administrator of the person's tenant consents for the whole tenant; undefined where no such page is known. */
export const adminConsentAddress = (authorizationEndpoint: string, clientId: string): string | undefined => {
  const path = /\/([^/]+)\/oauth2\/v2\.0\/authorize$/
  const url = new URL(authorizationEndpoint)
  if (!path.test(url.pathname)) return undefined
  url.pathname = url.pathname.replace(path, '/$1/adminconsent')
  url.search = new URLSearchParams({ client_id: clientId }).toString()
  return url.href
}
