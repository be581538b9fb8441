// The address of the provider's page, with all parameters.

import type { State } from './state.ts'
import { suggestedParameters } from './suggested-parameters.ts'

export interface SignInRequest {
  readonly state: State
  /** The `state` as it is sent, with its MAC. */
  readonly sealedState: string
  readonly redirectUri: string
  readonly challenge: string
  /** The person was signed in as another user before, so the provider lets the person choose. */
  readonly choose: boolean
}

export const authorizationAddress = ({ state, sealedState, redirectUri, challenge, choose }: SignInRequest): string => {
  const { authorization_endpoint, client_id, scope, account } = state.link
  const url = new URL(authorization_endpoint)
  const parameters = {
    client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state: sealedState,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  const suggested = {
    ...suggestedParameters({ url, scope, choose }),
    ...(account !== undefined && { login_hint: account }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  // A parameter that an operator typed in the address of the endpoint stays as it is.
  for (const [name, value] of Object.entries(suggested)) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value)
  }
  return url.href
}
