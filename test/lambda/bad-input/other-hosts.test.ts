// Hosts that the deployment does not allow: nothing is sent there, by no way, and nothing is lost.

import { describe, expect, it } from 'vitest'
import { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import { readStatus } from '../../../lambda/core/tags/status.ts'
import type { Dependencies } from '../../../lambda/ports.ts'
import { requestTokens, requestTokensOnce } from '../../../lambda/usecases/connection/request-tokens.ts'
import { refusingDependencies } from '../../support/core-refusing.ts'
import { made, sampleClient } from '../../support/core-samples.ts'
import { embedded, handlersOver } from '../../support/embedded.ts'
import { isStored, messageOf } from './login-support.ts'

const evil = 'https://evil.example/organizations/oauth2/v2.0/token'
const refusal = /^request token_endpoint_host_not_allowed: The setting tokenEndpointHosts does not list evil\.example, /

/** Handlers that count every token request, wherever it goes, and send none that leaves this machine. */
const counted = (dependencies: Dependencies) => {
  const asked: string[] = []
  const handlers = handlersOver({
    ...dependencies,
    tokenEndpoint: {
      redeem: (request) => {
        asked.push(new URL(request.client.token_endpoint).host)
        return dependencies.tokenEndpoint.redeem(request)
      },
    },
  })
  return { ...handlers, asked }
}

describe('a login', () => {
  it('that names another host is refused before anything is sent, and is kept', async () => {
    const e = await embedded()
    const { bootstrap, asked } = counted(e.dependencies)
    await e.storeLogin('a', { ...e.login, token_endpoint: evil })
    const { versions } = e.secret('logins', 'a')
    expect(await messageOf(bootstrap({ connection: 'a' }))).toMatch(refusal)
    expect(asked).toEqual([])
    // Not even claimed: it was not tried.
    expect(versions.size).toBe(1)
    expect(isStored(e, 'a')).toBe(true)
    expect(e.secretsManager.namesUnder('token-refresher/clients/')).toEqual([])
  })

  it('of a client that is stored with another host is refused, whether it names that host or none', async () => {
    const e = await embedded()
    await e.connect('a')
    const { bootstrap, asked } = counted(e.dependencies)
    await e.edit('clients', e.clientId, { token_endpoint: evil })
    await e.storeLogin('b', { ...e.login, token_endpoint: evil })
    expect(await messageOf(bootstrap({ connection: 'b' }))).toMatch(refusal)
    await e.storeLogin('c', e.login)
    expect(await messageOf(bootstrap({ connection: 'c' }))).toContain('"token_endpoint" is missing')
    expect(asked).toEqual([])
    expect([isStored(e, 'b'), isStored(e, 'c')]).toEqual([true, true])
  })

  it('with a new client secret is kept, and the secret is not tried, while its client is stored with another host', async () => {
    const e = await embedded()
    await e.connect('a')
    await e.edit('clients', e.clientId, { token_endpoint: evil })
    await e.storeLogin('secret', { client_id: e.clientId, client_secret: made('client-secret') })
    const login = 'token-refresher/logins/secret'
    expect(await messageOf(e.changeClientSecret({ client: e.clientId, login, connection: 'a' }))).toMatch(refusal)
    expect(isStored(e, 'secret')).toBe(true)
    expect(e.current('clients', e.clientId).json.client_secrets).toHaveLength(1)
  })
})

describe('a stored client with another host', () => {
  it('gets no refresh token and no client secret, is reported with host and setting, and continues once the setting is right', async () => {
    const e = await embedded()
    await e.connect('a')
    const { text } = e.current('clients', e.clientId)
    await e.edit('clients', e.clientId, { token_endpoint: evil })
    const { refresh, asked } = counted(e.dependencies)
    e.clock.advance(90 * 60_000)
    expect(await refresh()).toMatchObject({ refreshed: 0, failed: { request: 1 } })
    expect(asked).toEqual([])
    const client = readStatus(
      Object.fromEntries(e.secret('clients', e.clientId).tags ?? []),
      e.current('clients', e.clientId).versionId,
    )
    expect(client).toMatchObject({ status: 'action-required', failure: { code: 'token_endpoint_host_not_allowed' } })
    expect(e.told.last('a')).toMatchObject({
      failure: { remedy: expect.stringContaining('does not list evil.example') },
    })
    const [announced] = e.told.announcements.slice(-1)
    expect(JSON.stringify(announced)).toContain('evil.example')
    const versions = e.secret('clients', e.clientId).versions.size
    e.clock.advance(5 * 60_000)
    await refresh()
    expect(e.secret('clients', e.clientId).versions.size).toBe(versions)
    await e.edit('clients', e.clientId, text)
    e.clock.advance(5 * 60_000)
    expect(await refresh()).toMatchObject({ refreshed: 1, failed: {} })
    expect(asked).toHaveLength(1)
    expect(e.problems('a')).toEqual([])
  })

  it('does not keep a client of an allowed host from being refreshed', async () => {
    const e = await embedded()
    await e.connect('a')
    const tenant = e.entra.addTenant({ domains: [] })
    const { clientId } = e.entra.addClient({ tenantId: tenant.id, multiTenant: true })
    await e.connect('b', { client_id: clientId, client_secret: e.entra.addClientSecret(clientId).value })
    await e.edit('clients', e.clientId, { token_endpoint: evil })
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1, failed: { request: 1 } })
    expect(e.problems('b')).toEqual([])
  })
})

it('regardless of what a client comes from, its request is not sent to another host', async () => {
  const refresh_token = new Redacted(made('refresh-token'))
  const ask = {
    client: sampleClient({ token_endpoint: evil }),
    grant: { grant_type: 'refresh_token', refresh_token },
    scope: '',
    correlationId: 'one',
  } as const
  const clock = { now: () => 0, wait: () => Promise.resolve() }
  const random = { fraction: () => 0, uuid: () => 'one' }
  const dependencies = refusingDependencies({ clock, random })
  const refused = { kind: 'failed', outcome: 'unsent', failure: { code: 'token_endpoint_host_not_allowed' } }
  expect(await requestTokensOnce(dependencies, ask)).toMatchObject(refused)
  expect(await requestTokens(dependencies, ask)).toMatchObject({ redemption: refused, secret: undefined })
})
