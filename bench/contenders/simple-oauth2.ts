// A token request through simple-oauth2, which sends it with @hapi/wreck.

import { AuthorizationCode } from 'simple-oauth2'
import type { Redeem } from './by-hand.ts'

export const redeemWithSimpleOauth2 = (): Redeem => {
  let client: AuthorizationCode | undefined
  return async ({ token_endpoint, client_id: id, client_secret: secret, refresh_token, scope }) => {
    const { origin: tokenHost, pathname: tokenPath } = new URL(token_endpoint)
    const options = { authorizationMethod: 'body' } as const
    client ??= new AuthorizationCode({ client: { id, secret }, auth: { tokenHost, tokenPath }, options })
    return (await client.createToken({ refresh_token }).refresh({ scope })).token
  }
}
