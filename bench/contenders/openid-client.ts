// A token request through openid-client, which sends it with fetch.

import * as oauth from 'openid-client'
import type { Redeem } from './by-hand.ts'

export const redeemWithOpenidClient = (): Redeem => {
  let configuration: oauth.Configuration | undefined
  return async ({ token_endpoint, client_id, client_secret, refresh_token, scope }) => {
    if (configuration === undefined) {
      const { origin: issuer } = new URL(token_endpoint)
      configuration = new oauth.Configuration({ issuer, token_endpoint }, client_id, client_secret)
      oauth.allowInsecureRequests(configuration)
    }
    const answer = await oauth.refreshTokenGrant(configuration, refresh_token, { scope })
    return { refresh_token, scope, expires_in: 3600, ...answer }
  }
}
