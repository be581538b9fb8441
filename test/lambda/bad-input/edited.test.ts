// Stored secrets that a person has edited into something else: one connection needs a person, the others go on.

import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { readStatus } from '../../../lambda/core/tags/status.ts'
import { type Embedded, embedded, minute } from '../../support/embedded.ts'

type Edit = readonly [string, (text: string) => string]

const fields = (change: Record<string, unknown>) => (text: string) => JSON.stringify({ ...JSON.parse(text), ...change })

/** With two clients, so that the one that is edited concerns one connection alone. */
const two = async () => {
  const e = await embedded()
  await e.connect('a')
  const tenant = e.entra.addTenant({ domains: [] })
  const { clientId } = e.entra.addClient({ tenantId: tenant.id, multiTenant: true })
  await e.connect('b', { client_id: clientId, client_secret: e.entra.addClientSecret(clientId).value })
  return e
}

const dueForBoth = async () => {
  const e = await two()
  e.clock.advance(90 * minute)
  return e
}

const clientStatus = (e: Embedded) =>
  readStatus(Object.fromEntries(e.secret('clients', e.clientId).tags ?? []), e.current('clients', e.clientId).versionId)

const grants: readonly Edit[] = [
  ['is cut off', (text) => text.slice(0, -1)],
  ['is only its refresh token', (text) => JSON.parse(text).refresh_token],
  ['is a list', (text) => `[${text}]`],
  ['has no refresh token', fields({ refresh_token: undefined })],
  ['has an empty refresh token', fields({ refresh_token: '' })],
  ['has a generation of text', fields({ generation: '2' })],
  ['has no time of expiry', fields({ expires_at: 'tomorrow' })],
  ['has an unknown mode', fields({ mode: 'always' })],
  ['is of another schema', fields({ schema: 2 })],
]

describe('a grant that', () => {
  it.each(grants)('%s needs a person; the others go on, and mended it goes on at the next tick', async (_, edit) => {
    const e = await dueForBoth()
    const { text } = e.current('grants', 'a')
    await e.edit('grants', 'a', edit(text))
    expect(await e.refresh()).toMatchObject({ refreshed: 1, failed: { request: 1 } })
    expect(e.problems('b')).toEqual([])
    expect(e.status('a')).toMatchObject({ status: 'action-required', failure: { code: 'grant_not_decodable' } })
    expect(e.told.last('a')).toMatchObject({ failure: { remedy: expect.stringContaining('AWSPREVIOUS') } })
    expect(e.leaks(e.told.text() + JSON.stringify(await e.tags('a')))).toEqual([])
    expect(e.refreshRequests()).toBe(1)
    await e.tickAfter(5)
    await e.edit('grants', 'a', text)
    expect(await e.tickAfter(5)).toMatchObject({ refreshed: 1, failed: {} })
    expect(e.problems('a')).toEqual([])
  })

  it('has become binary needs a person, and a new bootstrap heals it', async () => {
    const e = await dueForBoth()
    const SecretId = e.secret('grants', 'a').arn
    await e.aws.send(new PutSecretValueCommand({ SecretId, SecretBinary: Buffer.from('{}') }))
    expect(await e.refresh()).toMatchObject({ refreshed: 1, failed: { request: 1 } })
    await e.connect('a')
    expect(e.current('connections', 'a').json.generation).toBe(2)
    expect(await e.tickAfter(5)).toMatchObject({ fresh: 2, failed: {} })
    expect(e.told.ticks.at(-1)).toMatchObject({ actionRequired: 0 })
  })

  it('does not decode costs no token request and no further tag, however often it is looked at', async () => {
    const e = await two()
    await e.edit('grants', 'a', '{')
    await e.tickAfter(5)
    const calls = await e.callsDuring(() => e.tickAfter(5))
    expect(calls.TagResource ?? 0).toBe(0)
    expect(e.refreshRequests()).toBe(0)
  })

  it('names a client that is not known needs a person', async () => {
    const e = await dueForBoth()
    await e.edit('grants', 'a', { client_id: 'unknown' })
    expect(await e.refresh()).toMatchObject({ refreshed: 1, failed: { client: 1 } })
    expect(e.status('a')).toMatchObject({ status: 'action-required', failure: { code: 'client_not_known' } })
    await e.edit('grants', 'a', { client_id: e.clientId })
    await e.tickAfter(5)
    expect(e.problems('a')).toEqual([])
  })
})

const clients: readonly Edit[] = [
  ['is cut off', (text) => text.slice(0, -1)],
  ['has no client secrets', fields({ client_secrets: [] })],
  ['has a text for its client secrets', fields({ client_secrets: 'one' })],
  ['has no endpoint', fields({ token_endpoint: undefined })],
  ['has an http endpoint', fields({ token_endpoint: 'http://idp.example.com/token' })],
  ['is the record of another client', fields({ client_id: 'another' })],
  ['has an unknown method', fields({ token_endpoint_auth_method: 'tls' })],
]

describe('a client that', () => {
  it.each(clients)('%s needs a person; the others go on, and mended it goes on at the next tick', async (_, edit) => {
    const e = await dueForBoth()
    const { text } = e.current('clients', e.clientId)
    await e.edit('clients', e.clientId, edit(text))
    expect(await e.refresh()).toMatchObject({ refreshed: 1, failed: { client: 1 } })
    expect(e.problems('b')).toEqual([])
    expect(clientStatus(e)).toMatchObject({ status: 'action-required', failure: { code: 'client_not_decodable' } })
    expect(e.told.ticks.at(-1)).toMatchObject({ actionRequired: 1 })
    expect(e.leaks(e.told.text())).toEqual([])
    await e.tickAfter(5)
    await e.edit('clients', e.clientId, text)
    expect(await e.tickAfter(5)).toMatchObject({ refreshed: 1, failed: {} })
    expect(e.problems('a')).toEqual([])
    expect(clientStatus(e).status).toBe('healthy')
  })

  it('does not decode keeps a bootstrap from using its login, which is kept', async () => {
    const e = await two()
    const { text } = e.current('clients', e.clientId)
    await e.edit('clients', e.clientId, '{')
    await e.storeLogin('c', e.login)
    await expect(e.bootstrap({ connection: 'c' })).rejects.toThrow(
      /^client client_not_decodable: the client is not JSON/,
    )
    expect(e.entra.requests.get('password')).toBe(2)
    await e.edit('clients', e.clientId, text)
    expect((await e.bootstrap({ connection: 'c' })).status).toBe('healthy')
  })
})

describe('a published secret that', () => {
  it.each(['{', '[]', JSON.stringify({ generation: 'many' })])(
    'was edited to %s is written anew when it is looked at',
    async (text) => {
      const e = await dueForBoth()
      await e.edit('connections', 'a', text)
      expect(await e.refresh()).toMatchObject({ refreshed: 2, failed: {} })
      expect(e.problems('a')).toEqual([])
    },
  )
})
