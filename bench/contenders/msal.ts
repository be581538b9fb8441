// A token request through MSAL, over undici: MSAL takes https alone, so its requests are led to the stand-in server.
// MSAL hands out no refresh token, so what has come on the wire is what is stored.

import { ConfidentialClientApplication, type NetworkClient } from '@azure/msal-node'
import { Agent } from 'undici'
import type { Redeem, Redeemed } from './by-hand.ts'

const host = 'login.microsoftonline.com'
const authority = `https://${host}/organizations`

/** What MSAL would ask Entra for first, so that there is one request, as with the other contenders. */
const authorityMetadata = JSON.stringify({
  authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
  token_endpoint: `${authority}/oauth2/v2.0/token`,
  issuer: `https://${host}/{tenantid}/v2.0`,
  jwks_uri: `${authority}/discovery/v2.0/keys`,
})
const cloudDiscoveryMetadata = JSON.stringify({
  tenant_discovery_endpoint: `${authority}/v2.0/.well-known/openid-configuration`,
  metadata: [{ preferred_network: host, preferred_cache: 'login.windows.net', aliases: [host, 'login.windows.net'] }],
})

export const redeemWithMsal = (): Redeem => {
  const agent = new Agent({ keepAliveTimeout: 20_000 })
  const arrived = new Map<string, Redeemed>()
  const client = (clientId: string, clientSecret: string, networkClient: NetworkClient) =>
    new ConfidentialClientApplication({
      auth: { clientId, clientSecret, authority, authorityMetadata, cloudDiscoveryMetadata },
      system: { networkClient },
    })
  let application: ConfidentialClientApplication | undefined
  return async ({ token_endpoint, client_id, client_secret, refresh_token: refreshToken, scope }) => {
    application ??= client(client_id, client_secret, networkTo(token_endpoint, agent, arrived))
    const answer = await application.acquireTokenByRefreshToken({ refreshToken, scopes: scope.split(' ') })
    const accessToken = answer?.accessToken ?? ''
    const whole = arrived.get(accessToken)
    if (whole === undefined) throw new Error('MSAL returned a token that did not come from the token endpoint')
    arrived.delete(accessToken)
    return whole
  }
}

const networkTo = (tokenEndpoint: string, agent: Agent, arrived: Map<string, Redeemed>): NetworkClient => {
  const { origin, pathname: path } = new URL(tokenEndpoint)
  return {
    sendGetRequestAsync: (url) => Promise.reject(new Error(`MSAL asks for ${url}, which the others do not`)),
    sendPostRequestAsync: async (_, { headers = {}, body = '' } = {}) => {
      const answer = await agent.request({ origin, path, method: 'POST', headers, body })
      const json = JSON.parse(await answer.body.text())
      arrived.set(json.access_token, json)
      return { headers: {}, body: json, status: answer.statusCode }
    },
  }
}
