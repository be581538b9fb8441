// Which client a login makes of what it says and of what is known.

import { describe, expect, it } from 'vitest'
import { resolveClient } from '../../../../lambda/core/login/resolve-client.ts'
import { decodeClient, encodeClient } from '../../../../lambda/core/secrets/client.ts'
import {
  bare,
  day,
  decodedValue,
  genericProvider,
  later,
  problemOf,
  redacted,
  sampleClient,
  sampleLogin,
} from '../../../support/core-samples.ts'

const organizations = 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token'

describe('a login for a client that is not known', () => {
  it('makes a client at the organizations endpoint, with the secret in the body', () => {
    const login = sampleLogin()
    expect(bare(decodedValue(resolveClient(login, undefined)))).toEqual({
      client_id: 'sample-client',
      token_endpoint: organizations,
      token_endpoint_auth_method: 'client_secret_post',
      client_secrets: [{ value: login.client_secret?.reveal() }],
      provider: { name: 'entra', rotation: 'reusable', inactivity_days: 90 },
    })
  })

  it('makes a client of what it says', () => {
    const login = sampleLogin({
      token_endpoint: 'https://idp.example.com/token',
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret_expires_at: later(60 * day),
    })
    expect(bare(decodedValue(resolveClient(login, undefined)))).toMatchObject({
      token_endpoint: 'https://idp.example.com/token',
      token_endpoint_auth_method: 'client_secret_basic',
      client_secrets: [{ value: login.client_secret?.reveal(), expires_at: later(60 * day) }],
      provider: genericProvider,
    })
  })

  it('may say after how many days without use a refresh token dies', () => {
    const { provider } = decodedValue(resolveClient(sampleLogin({ inactivity_days: 60 }), undefined))
    expect(provider).toMatchObject({ inactivity_days: 60, inactivity_stated: true })
    const known = sampleClient({ provider })
    expect(decodedValue(resolveClient(sampleLogin({ client_secret: undefined }), known)).provider).toEqual(provider)
    const again = decodedValue(resolveClient(sampleLogin({ inactivity_days: 7 }), known))
    expect(again.provider).toEqual({ ...provider, inactivity_days: 7 })
    expect(bare(decodeClient(encodeClient(again)))).toEqual({ ok: true, value: bare(again) })
  })

  it.each(['reusable', 'single-use'] as const)('may say that refresh tokens are %s', (rotation) => {
    for (const token_endpoint of [undefined, 'https://idp.example.com/token']) {
      const client = decodedValue(resolveClient(sampleLogin({ rotation, token_endpoint }), undefined))
      expect(client.provider.rotation).toBe(rotation)
    }
  })

  it('is refused without a client secret', () => {
    const problem = problemOf(resolveClient(sampleLogin({ client_secret: undefined }), undefined))
    expect(problem).toBe('the login: "client_secret" is missing, and this client is not known yet')
  })

  it('needs no client secret for a public client', () => {
    const login = sampleLogin({ client_secret: undefined, token_endpoint_auth_method: 'none' })
    expect(decodedValue(resolveClient(login, undefined))).toMatchObject({
      token_endpoint_auth_method: 'none',
      client_secrets: [],
    })
  })
})

describe('a login for a client that is stored with the tenant common', () => {
  const token_endpoint = 'https://login.microsoftonline.com/common/oauth2/v2.0/token'
  const known = sampleClient({ token_endpoint })

  it('is refused with a password, which Microsoft does not take there', () => {
    expect(problemOf(resolveClient(sampleLogin(), known))).toContain(
      'the login: the tenant that client sample-client is stored with cannot be "common"',
    )
  })

  it('is taken with a refresh token', () => {
    const grant = { grant_type: 'refresh_token', refresh_token: redacted('refresh-token') } as const
    expect(decodedValue(resolveClient(sampleLogin({ grant }), known)).token_endpoint).toBe(token_endpoint)
  })
})

describe('a login for a client that is known', () => {
  const known = sampleClient({
    token_endpoint: 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token',
    client_secrets: [{ value: redacted('one'), expires_at: later(day) }, { value: redacted('two') }],
  })

  it('takes it as it is when it brings no client secret', () => {
    expect(bare(decodedValue(resolveClient(sampleLogin({ client_secret: undefined }), known)))).toEqual(bare(known))
  })

  it('takes the known endpoint when it names none', () => {
    expect(decodedValue(resolveClient(sampleLogin(), known)).token_endpoint).toBe(known.token_endpoint)
  })

  it.each([
    'https://idp.example.com/token',
    'https://login.microsoftonline.com.example.com/organizations/oauth2/v2.0/token',
    'http://127.0.0.1:9/organizations/oauth2/v2.0/token',
  ])(
    'has to name an endpoint that is not one of Microsoft, so that no one else gets its password: %s',
    (token_endpoint) => {
      const elsewhere = sampleClient({ token_endpoint })
      const login = sampleLogin()
      const problem = problemOf(resolveClient(login, elsewhere))
      expect(problem).toMatch(/^the login: "token_endpoint" is missing, and client sample-client is stored with /)
      expect(problem).toContain(token_endpoint)
      expect(problem).not.toContain(login.client_secret?.reveal())
      expect(resolveClient({ ...login, token_endpoint }, elsewhere).ok).toBe(true)
    },
  )

  it('puts a new client secret first and keeps the others', () => {
    const value = redacted('three')
    const login = sampleLogin({ client_secret: value, client_secret_expires_at: later(90 * day) })
    expect(bare(decodedValue(resolveClient(login, known)).client_secrets)).toEqual([
      { value: value.reveal(), expires_at: later(90 * day) },
      ...known.client_secrets.map(bare),
    ])
  })

  it('puts a client secret that is known first, once', () => {
    const value = known.client_secrets[1]?.value
    const secrets = decodedValue(resolveClient(sampleLogin({ client_secret: value }), known)).client_secrets
    expect(secrets.map((secret) => secret.value.reveal())).toEqual([
      value?.reveal(),
      known.client_secrets[0]?.value.reveal(),
    ])
  })

  it('may repeat the known endpoint', () => {
    expect(resolveClient(sampleLogin({ token_endpoint: known.token_endpoint }), known).ok).toBe(true)
  })

  it('is refused with another endpoint, and both are named', () => {
    const login = sampleLogin({ token_endpoint: organizations })
    const problem = problemOf(resolveClient(login, known))
    for (const part of ['the login', organizations, known.token_endpoint, known.client_id, 'leave the endpoint out']) {
      expect(problem).toContain(part)
    }
    for (const secret of [login.client_secret, ...known.client_secrets.map(({ value }) => value)]) {
      expect(problem).not.toContain(secret?.reveal())
    }
  })

  it('may correct how refresh tokens rotate, and leaves the rest of the provider', () => {
    const client = decodedValue(resolveClient(sampleLogin({ rotation: 'single-use' }), known))
    expect(client.provider).toEqual({ ...known.provider, rotation: 'single-use' })
  })

  it.each(['client_secret_basic', 'client_secret_post', 'none'] as const)(
    'may correct how the client authenticates: %s',
    (token_endpoint_auth_method) => {
      const login = sampleLogin({ client_secret: undefined, token_endpoint_auth_method })
      expect(bare(decodedValue(resolveClient(login, known)))).toEqual({
        ...Object(bare(known)),
        token_endpoint_auth_method,
      })
    },
  )

  it('keeps the expiry of a client secret that it repeats without', () => {
    const value = known.client_secrets[0]?.value
    const client = decodedValue(resolveClient(sampleLogin({ client_secret: value }), known))
    expect(bare(client.client_secrets)).toEqual(bare(known.client_secrets))
  })

  it('may tell the expiry of a client secret that is known', () => {
    const value = known.client_secrets[1]?.value
    const login = sampleLogin({ client_secret: value, client_secret_expires_at: later(90 * day) })
    expect(bare(decodedValue(resolveClient(login, known)).client_secrets)).toEqual([
      { value: value?.reveal(), expires_at: later(90 * day) },
      bare(known.client_secrets[0]),
    ])
  })

  it('does not change the known client in place', () => {
    const before = bare(known)
    resolveClient(sampleLogin({ rotation: 'single-use' }), known)
    expect(bare(known)).toEqual(before)
  })
})
