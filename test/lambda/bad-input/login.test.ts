// Logins that are wrong: the message names what is wrong and what to do, nothing is lost, and nothing secret is reported.

import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { embedded, handlersOver } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'
import { isStored, messageOf, passwords, withConnection } from './login-support.ts'

const fields = (change: Record<string, unknown>) => (login: Record<string, string>) =>
  JSON.stringify({ ...login, ...change })

const endpoint = 'https://idp.example.com/token'
const wrong: readonly (readonly [string, (login: Record<string, string>) => string, string])[] = [
  ['is not JSON', (login) => JSON.stringify(login).slice(0, -1), 'the login is not JSON'],
  ['is a list', (login) => JSON.stringify([login]), 'the login is not a JSON object'],
  ['is a text', (login) => JSON.stringify(login.password), 'the login is not a JSON object'],
  ['is null', () => 'null', 'the login is not a JSON object'],
  ['lacks client_id', fields({ client_id: undefined }), '"client_id" is missing'],
  ['lacks a user name', fields({ userName: undefined }), '"username" is missing'],
  ['lacks password', fields({ password: undefined }), '"password" is missing'],
  ['has both spellings', fields({ username: 'x@example.com' }), '"username" and "userName" cannot both be given'],
  ['has an empty password', fields({ password: '' }), '"password" must not be empty'],
  [
    'has a blank before its password',
    (login) => fields({ password: ` ${login.password}` })(login),
    '"password" must not',
  ],
  [
    'has a line end after its password',
    (login) => fields({ password: `${login.password}\n` })(login),
    '"password" must',
  ],
  ['has a number for a password', fields({ password: 123456789012 }), '"password" must be a string'],
  ['has an empty client secret', fields({ client_secret: '' }), '"client_secret" must not be empty'],
  [
    'names tenant and endpoint',
    fields({ tenant: 'example.com', token_endpoint: endpoint }),
    '"tenant" and "token_endpoint"',
  ],
  ['names the tenant common', fields({ tenant: 'common' }), '"tenant" cannot be "common"'],
  ['names a tenant that is none', fields({ tenant: 'a b' }), '"tenant" must be a tenant id'],
  ['has an unknown mode', fields({ mode: 'sometimes' }), '"mode" must be fresh or keep-alive'],
  ['has an unknown publish', fields({ publish: 'all' }), '"publish" must be access_token or connection_values'],
  [
    'has an unknown grant type',
    fields({ grant_type: 'implicit' }),
    '"grant_type" must be password, authorization_code, urn:ietf:params:oauth:grant-type:device_code or refresh_token',
  ],
  ['has an unknown key', fields({ passwort: '' }), 'is not a known key; did you mean "password"?'],
  [
    'has an expiry that is no time',
    fields({ client_secret_expires_at: 'soon' }),
    '"client_secret_expires_at" must be an ISO',
  ],
  [
    'has an http endpoint',
    fields({ token_endpoint: 'http://idp.example.com/token' }),
    '"token_endpoint" must start with https',
  ],
  ['has no URL for an endpoint', fields({ token_endpoint: 'idp.example.com' }), '"token_endpoint" must'],
  ['has another endpoint than its client', fields({ token_endpoint: endpoint }), 'is not the one known for client'],
]

describe('a login that', () => {
  it.each(wrong)(
    '%s is refused by name, kept, and good for another try when it is corrected',
    async (_, text, problem) => {
      const { e, untouched } = await withConnection()
      const sent = passwords(e)
      await e.storeLogin('b', text(e.login))
      const message = await messageOf(e.bootstrap({ connection: 'b' }))
      expect(message).toContain('request login_not_valid: ')
      expect(message).toContain(problem)
      expect(message).toContain(
        'Correct the fields that the message names, then run token-refresher bootstrap b again.',
      )
      expect(e.leaks(message + e.told.text())).toEqual([])
      expect(e.told.bootstraps.at(-1)).toMatchObject({ connection: 'b', failure: { code: 'login_not_valid' } })
      expect([passwords(e), isStored(e, 'b')]).toEqual([sent, true])
      untouched()
      await e.storeLogin('b', e.login)
      expect((await e.bootstrap({ connection: 'b' })).status).toBe('healthy')
    },
  )

  it('has several things wrong: the message names all of them', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('b', { ...e.login, mode: 1, publish: 2, password: '' })
    const message = await messageOf(e.bootstrap({ connection: 'b' }))
    for (const field of ['"mode"', '"publish"', '"password"']) expect(message).toContain(field)
  })

  it('has no client secret and a client that is not known is refused', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('b', { ...e.login, client_secret: undefined })
    expect(await messageOf(e.bootstrap({ connection: 'b' }))).toContain(
      '"client_secret" is missing, and this client is',
    )
    expect(passwords(e)).toBe(0)
  })

  it('has an http endpoint on loopback is refused where the deployment does not allow it', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('b', { ...e.login, token_endpoint: `${e.entraUrl}/organizations/oauth2/v2.0/token` })
    const { settings } = e.dependencies
    const deployed = handlersOver({ ...e.dependencies, settings: { ...settings, allowLoopbackHttp: false } })
    expect(await messageOf(deployed.bootstrap({ connection: 'b' }))).toContain(
      '"token_endpoint" must start with https://',
    )
    expect((await e.bootstrap({ connection: 'b' })).status).toBe('healthy')
  })

  it('is not there is asked for', async () => {
    const e = await embedded({ reach: withoutNetwork })
    const message = await messageOf(e.bootstrap({ connection: 'b' }))
    expect(message).toMatch(/^request login_not_found: Run token-refresher bootstrap b, or store the login/)
  })

  it('has another name is found by it, and its client id may be any text', async () => {
    const e = await embedded({ reach: withoutNetwork })
    const tenant = e.entra.addTenant({ domains: [] })
    const { clientId } = e.entra.addClient({
      tenantId: tenant.id,
      multiTenant: true,
      clientId: `a|b "c" ${randomUUID()}`,
    })
    const { value } = e.entra.addClientSecret(clientId)
    await e.storeLogin('elsewhere', { ...e.login, connection: 'b', client_id: clientId, client_secret: value })
    await e.bootstrap({ connection: 'b', login: e.secret('logins', 'elsewhere').arn })
    expect(isStored(e, 'elsewhere')).toBe(false)
    await e.tickAfter(90)
    expect(e.problems('b')).toEqual([])
  })
})

describe('a connection name', () => {
  it.each(['', 'A', 'sales mailbox', '-a', 'a_b', 'a/b', 'ü', 'a'.repeat(64)])(
    '"%s" is refused untried',
    async (name) => {
      const e = await embedded({ reach: withoutNetwork })
      const calls = await e.callsDuring(async () => {
        const message = await messageOf(e.bootstrap({ connection: name }))
        expect(message).toMatch(/^request connection_name_not_valid: Choose a name of at most 63 lower-case letters/)
      })
      expect(calls).toEqual({})
    },
  )
})
