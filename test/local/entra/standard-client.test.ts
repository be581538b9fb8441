// A standard OAuth client finds its way: discovery, the grants, and refusals it can read.

import * as oauth from 'oauth4webapi'
import { expect, test } from 'vitest'
import { startWithUser } from './harness.ts'

const insecure = { [oauth.allowInsecureRequests]: true }

test('discovery leads to a token endpoint whose answers a standard client accepts', async () => {
  const { url, tenant, client, secret, signIn } = await startWithUser()
  const { refresh_token } = await signIn()
  const issuer = new URL(`${url}/${tenant.id}/v2.0`)
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  const asked = { client_id: client.clientId }
  for (const authentication of [oauth.ClientSecretPost(secret.value), oauth.ClientSecretBasic(secret.value)]) {
    const response = await oauth.refreshTokenGrantRequest(server, asked, authentication, refresh_token, insecure)
    const tokens = await oauth.processRefreshTokenResponse(server, asked, response)
    expect(tokens.refresh_token).toMatch(/^1\.A/)
  }
})

test('a standard client reads a refusal', async () => {
  const { url, tenant, client, secret } = await startWithUser()
  const server = { issuer: url, token_endpoint: `${url}/${tenant.id}/oauth2/v2.0/token` }
  const asked = { client_id: client.clientId }
  const authentication = oauth.ClientSecretPost(secret.value)
  const response = await oauth.refreshTokenGrantRequest(server, asked, authentication, 'garbage', insecure)
  const processed = oauth.processRefreshTokenResponse(server, asked, response)
  await expect(processed).rejects.toMatchObject({ error: 'invalid_grant', status: 400 })
})

test('the metadata of organizations names no tenant, and there are no keys to find', async () => {
  const { url } = await startWithUser()
  const metadata = await (await fetch(`${url}/organizations/v2.0/.well-known/openid-configuration`)).json()
  expect(metadata).toMatchObject({ issuer: `${url}/{tenantid}/v2.0` })
  const keys = await fetch(`${url}/organizations/discovery/v2.0/keys`)
  expect(await keys.json()).toEqual({ keys: [] })
})

test.each(['/', '/organizations/oauth2/token', '/organizations/oauth2/v2.0/logout'])(
  '%s is not found',
  async (path) => {
    const { url } = await startWithUser()
    expect((await fetch(url + path)).status).toBe(404)
  },
)

test('the metadata of an unknown tenant is refused', async () => {
  const { url } = await startWithUser()
  const response = await fetch(`${url}/nowhere.example/v2.0/.well-known/openid-configuration`)
  expect(await response.json()).toMatchObject({ error_codes: [90002] })
})
