// A login makes the connection that it is for, and no other, regardless of what the event says.

import { describe, expect, it } from 'vitest'
import { deviceCodeGrantType } from '../../../lambda/core/login/login.ts'
import { embedded } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'
import { isStored, messageOf, passwords } from '../bad-input/login-support.ts'

const refusal = /^request login_for_other_connection: Store a login whose field "connection" names this connection/
const waiting = 'token-refresher/logins/sales-0123456789abcdef'

describe('a waiting login', () => {
  it('cannot be bound to a connection of the one who finds it, whose publish is what apps read', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('attacker', { publish: 'connection_values' })
    const before = e.current('connections', 'attacker').text
    const sent = passwords(e)
    await e.storeLogin('sales-0123456789abcdef', { ...e.login, connection: 'sales' })
    const { arn, versions } = e.secret('logins', 'sales-0123456789abcdef')
    for (const login of [arn, waiting]) {
      expect(await messageOf(e.bootstrap({ connection: 'attacker', login }))).toMatch(refusal)
    }
    expect(passwords(e)).toBe(sent)
    expect(versions.size).toBe(1)
    expect(e.current('connections', 'attacker').text).toBe(before)
    expect(await e.bootstrap({ connection: 'sales', login: arn })).toMatchObject({ publish: 'access_token' })
  })

  it('with a device code cannot either, before and after it was asked about', async () => {
    const e = await embedded({ reach: withoutNetwork })
    const tenant = e.entra.addTenant({ domains: ['devices.example'] })
    const { clientId: client_id } = e.entra.addClient({ tenantId: tenant.id, multiTenant: true, publicClient: true })
    const body = new URLSearchParams({ client_id, scope: 'Mail.Read offline_access' })
    const response = await fetch(`${e.entraUrl}/organizations/oauth2/v2.0/devicecode`, { method: 'POST', body })
    const { device_code, user_code, verification_uri } = (await response.json()) as Record<string, string>
    await e.storeLogin('sales-0123456789abcdef', {
      connection: 'sales',
      client_id,
      scope: 'Mail.Read offline_access',
      grant_type: deviceCodeGrantType,
      device_code,
      token_endpoint_auth_method: 'none',
    })
    const attack = () => messageOf(e.bootstrap({ connection: 'attacker', login: waiting }))
    expect(await attack()).toMatch(refusal)
    expect(await messageOf(e.bootstrap({ connection: 'sales', login: waiting }))).toContain('AADSTS70016')
    const form = { user_code: user_code ?? '', username: e.userName, password: e.login.password ?? '' }
    await fetch(verification_uri ?? '', { method: 'POST', body: new URLSearchParams(form) })
    expect(await attack()).toMatch(refusal)
    expect(e.secretsManager.inspect('token-refresher/grants/attacker')).toBeUndefined()
    expect(await e.bootstrap({ connection: 'sales', login: waiting })).toMatchObject({ status: 'healthy' })
  })

  it('that names no connection serves the one that its secret is named after, and no other', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('sales', e.login)
    for (const login of ['token-refresher/logins/sales', e.secret('logins', 'sales').arn]) {
      expect(await messageOf(e.bootstrap({ connection: 'attacker', login }))).toMatch(refusal)
    }
    expect((await e.bootstrap({ connection: 'sales', login: 'token-refresher/logins/sales' })).status).toBe('healthy')
  })

  it('that names a connection serves it alone, also where its secret is named after another', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('attacker', { ...e.login, connection: 'sales' })
    expect(await messageOf(e.bootstrap({ connection: 'attacker' }))).toMatch(refusal)
    const login = 'token-refresher/logins/attacker'
    expect((await e.bootstrap({ connection: 'sales', login })).status).toBe('healthy')
  })

  it.each(['', 'Sales', 'a b', 'a/b', 7])('that names the connection %j is not valid', async (connection) => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('a', { ...e.login, connection })
    expect(await messageOf(e.bootstrap({ connection: 'a' }))).toMatch(
      /^request login_not_valid: the login: "connection" must be/,
    )
    expect(isStored(e, 'a')).toBe(true)
  })
})

describe('the event', () => {
  it.each(['grants', 'connections', 'clients'] as const)(
    'names no secret of %s as a login, and it is not read',
    async (room) => {
      const e = await embedded({ reach: withoutNetwork })
      await e.connect('a')
      const { name, arn } = e.secret(room, room === 'clients' ? e.clientId : 'a')
      const calls = await e.callsDuring(async () => {
        for (const login of [name, arn]) {
          for (const work of [
            e.bootstrap({ connection: 'a', login }),
            e.changeClientSecret({ client: e.clientId, login }),
          ]) {
            expect(await messageOf(work)).toMatch(
              /^request login_not_found: The event's "login" must be a secret below token-refresher\/logins\//,
            )
          }
        }
      })
      expect(calls).toEqual({})
    },
  )

  it('names no login by the ARN of one that was deleted and made again', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('a', e.login)
    const { arn } = e.secret('logins', 'a')
    const login = `${arn.slice(0, -6)}AAAAAA`
    expect(await messageOf(e.bootstrap({ connection: 'a', login }))).toContain('No secret has the ARN')
    const elsewhere = arn.replace('123456789012', '210987654321').replace('eu-central-1', 'eu-west-1')
    expect(await messageOf(e.bootstrap({ connection: 'a', login: elsewhere }))).toContain('No secret has the ARN')
    expect(passwords(e)).toBe(0)
  })

  it('exchanges no client secret with the login of another client', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    await e.storeLogin('other', { client_id: 'another', client_secret: e.login.client_secret })
    const login = 'token-refresher/logins/other'
    expect(await messageOf(e.changeClientSecret({ client: e.clientId, login }))).toContain('"client_id" is not')
  })
})
