// Bootstraps whose person signs in at the provider: an authorization code with its proof, and a device code.

import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { deviceCodeGrantType } from '../../../lambda/core/login/login.ts'
import { type Embedded, embedded, minute } from '../../support/embedded.ts'

const redirectUri = 'http://localhost:4000/'
const scope = 'Mail.ReadWrite offline_access'

/** A person signs in on the page, and the browser is sent back with a code. */
const signIn = async (e: Embedded, verifier: string): Promise<string> => {
  e.entra.updateClient(e.clientId, { redirectUris: [redirectUri] })
  const query = new URLSearchParams({
    client_id: e.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const response = await fetch(`${e.entraUrl}/organizations/oauth2/v2.0/authorize?${query}`, {
    method: 'POST',
    body: new URLSearchParams({ username: e.userName, password: e.login.password ?? '' }),
    redirect: 'manual',
  })
  return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

const codeLogin = async (e: Embedded) => {
  const code_verifier = randomBytes(32).toString('base64url')
  const { client_id, client_secret } = e.login
  const code = await signIn(e, code_verifier)
  return {
    client_id,
    client_secret,
    scope,
    grant_type: 'authorization_code',
    code,
    code_verifier,
    redirect_uri: redirectUri,
  }
}

it('an authorization code becomes a connection like any other', async () => {
  const e = await embedded()
  await e.storeLogin('a', await codeLogin(e))
  expect(await e.bootstrap({ connection: 'a' })).toMatchObject({ connection: 'a', status: 'healthy' })
  expect(e.secretsManager.inspect('token-refresher/logins/a')).toBeUndefined()
  expect(e.problems('a')).toEqual([])
  expect(await e.tickAfter(63)).toMatchObject({ refreshed: 1 })
  expect(e.problems('a')).toEqual([])
})

it('a code without the right proof is refused, and the login is deleted', async () => {
  const e = await embedded()
  const login = { ...(await codeLogin(e)), code_verifier: randomBytes(32).toString('base64url') }
  await e.storeLogin('a', login)
  await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow(/^request AADSTS501481: /)
  expect(e.secretsManager.inspect('token-refresher/logins/a')).toBeUndefined()
})

const deviceLogin = async (e: Embedded) => {
  const tenant = e.entra.addTenant({ domains: ['devices.example'] })
  const { clientId: client_id } = e.entra.addClient({ tenantId: tenant.id, multiTenant: true, publicClient: true })
  const response = await fetch(`${e.entraUrl}/organizations/oauth2/v2.0/devicecode`, {
    method: 'POST',
    body: new URLSearchParams({ client_id, scope }),
  })
  const { device_code, user_code, verification_uri } = (await response.json()) as Record<string, string>
  const sign = (form: Record<string, string>) =>
    fetch(verification_uri ?? '', {
      method: 'POST',
      body: new URLSearchParams({ user_code: user_code ?? '', ...form }),
    })
  const login = { client_id, scope, grant_type: deviceCodeGrantType, device_code, token_endpoint_auth_method: 'none' }
  return { login, sign }
}

it('a device code is asked about as often as it takes, and takes one version of the login: its claim', async () => {
  const e = await embedded()
  const { login, sign } = await deviceLogin(e)
  await e.storeLogin('a', login)
  const told = e.told.text().length
  for (let times = 0; times < 5; times++) {
    await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow(
      'transient AADSTS70016: The sign-in is not complete yet, and the login is kept. ',
    )
    e.clock.advance(minute / 12)
  }
  expect(e.secret('logins', 'a').versions.size).toBe(2)
  expect(e.told.text().slice(told)).not.toContain('bootstrap refused')
  await sign({ username: e.userName, password: e.login.password ?? '' })
  expect(await e.bootstrap({ connection: 'a' })).toMatchObject({ status: 'healthy' })
  expect(e.problems('a')).toEqual([])
  expect(e.secretsManager.inspect('token-refresher/logins/a')).toBeUndefined()
})

it('a device code that the person has declined ends the bootstrap', async () => {
  const e = await embedded()
  const { login, sign } = await deviceLogin(e)
  await e.storeLogin('a', login)
  await sign({ action: 'cancel' })
  await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow(/^client AADSTS65004: /)
  expect(e.secretsManager.inspect('token-refresher/logins/a')).toBeUndefined()
})
