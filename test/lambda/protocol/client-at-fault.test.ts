// A client that is refused: its next secret, one probe for all its connections, and what heals them.

import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { readStatus } from '../../../lambda/core/tags/status.ts'
import { day, type Embedded, embedded, hour, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const names = ['a', 'b', 'c']

const three = async () => {
  const e = await embedded({ reach: withoutNetwork })
  for (const name of names) await e.connect(name)
  return e
}

const clientStatus = async (e: Embedded) => {
  const SecretId = e.secret('clients', e.clientId).arn
  const { Tags = [] } = await e.aws.send(new DescribeSecretCommand({ SecretId }))
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))
  return readStatus(tags, e.current('clients', e.clientId).versionId).status
}

/** The client secret is refused, whichever tenant the account is in. */
const refuseClient = ({ entra, clientId }: Embedded): void =>
  entra.answerWith({ code: 7000222, times: Number.MAX_SAFE_INTEGER, when: { clientId } })

const ticks = async (e: Embedded, milliseconds: number, everyMinutes = 60) => {
  const before = e.refreshRequests()
  for (const end = e.clock.now() + milliseconds; e.clock.now() < end; ) await e.tickAfter(everyMinutes)
  return e.refreshRequests() - before
}

describe('the client secrets of a client', () => {
  it('are tried in their order: the next when one is refused, which then goes first', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const { keyId, value } = e.entra.addClientSecret(e.clientId)
    await e.connect('b', { client_secret: value })
    expect(e.current('clients', e.clientId).json.client_secrets).toEqual([{ value }, { value: e.login.client_secret }])
    e.entra.removeClientSecret(e.clientId, keyId)
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 2, failed: {} })
    expect(e.refreshRequests()).toBe(3)
    expect(e.current('clients', e.clientId).json.client_secrets).toEqual([{ value: e.login.client_secret }, { value }])
    expect([...e.problems('a'), ...e.problems('b')]).toEqual([])
  })

  it('are not sent after they are known to have expired', async () => {
    const e = await embedded({ reach: withoutNetwork })
    const expiresAt = e.clock.now() + hour
    const { value } = e.entra.addClientSecret(e.clientId, { expiresAt })
    await e.connect('a')
    await e.connect('b', { client_secret: value, client_secret_expires_at: new Date(expiresAt) })
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 2 })
    expect(e.refreshRequests()).toBe(2)
  })
})

describe('a client at fault', () => {
  it('is found by two of its connections, probed once an hour, and the others are not blamed', async () => {
    const e = await three()
    refuseClient(e)
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 0, failed: { client: 2 } })
    expect(await clientStatus(e)).toBe('action-required')
    const blamed = names.flatMap((name) => e.status(name).failure?.class ?? [])
    expect(blamed).toEqual(['client', 'client'])
    // Once more in the next tick, by the third connection, and once an hour from then on.
    expect(await ticks(e, 5 * minute, 5)).toBe(1)
    expect(await ticks(e, 3 * day + 5 * hour)).toBe(3 * 24 + 5)
    expect(await ticks(e, 10 * hour, 5)).toBe(10)
    expect(e.told.ticks.at(-1)?.actionRequired).toBeGreaterThan(0)
  })

  it('is over with the next probe, for all of them in the same tick', async () => {
    const e = await three()
    refuseClient(e)
    await e.tickAfter(90)
    await e.tickAfter(5)
    e.entra.answerAsUsual()
    expect(await ticks(e, 55 * minute, 5)).toBe(0)
    expect(await ticks(e, 5 * minute, 5)).toBe(3)
    for (const name of names) expect(e.problems(name)).toEqual([])
    expect(await clientStatus(e)).toBe('healthy')
    await e.tickAfter(5)
    expect(e.told.ticks.at(-1)).toMatchObject({ actionRequired: 0 })
  })

  it('is over at once when a bootstrap brings a client secret that is accepted', async () => {
    const e = await embedded({ reach: withoutNetwork })
    const { keyId, value } = e.entra.addClientSecret(e.clientId)
    for (const name of names) await e.connect(name, { client_secret: value })
    e.entra.removeClientSecret(e.clientId, keyId)
    expect(await e.tickAfter(90)).toMatchObject({ failed: { client: 2 } })
    await e.connect('d')
    e.clock.advance(5 * minute)
    expect(await e.refresh()).toMatchObject({ refreshed: 3, failed: {} })
    for (const name of [...names, 'd']) expect(e.problems(name)).toEqual([])
  })

  it('is over at once when a person repairs the stored client', async () => {
    const e = await embedded({ reach: withoutNetwork })
    const { keyId, value } = e.entra.addClientSecret(e.clientId)
    for (const name of names) await e.connect(name, { client_secret: value })
    e.entra.removeClientSecret(e.clientId, keyId)
    await e.tickAfter(90)
    await e.edit('clients', e.clientId, { client_secrets: [{ value: e.login.client_secret }] })
    expect(await e.tickAfter(5)).toMatchObject({ refreshed: 3 })
    for (const name of names) expect(e.problems(name)).toEqual([])
  })

  it('whose shared endpoint throttles one connection goes on with the others', async () => {
    const e = await three()
    e.entra.answerTooManyRequests({ retryAfterSeconds: 600 })
    expect(await e.tickAfter(90)).toMatchObject({ failed: { throttled: 1 }, refreshed: 2 })
    expect(await clientStatus(e)).toBe('healthy')
    expect(await ticks(e, 9 * minute, 1)).toBe(0)
    expect(await ticks(e, 2 * minute, 1)).toBe(1)
    for (const name of names) expect(e.problems(name)).toEqual([])
  })

  it('whose own tenant’s endpoint throttles two connections waits with all of them', async () => {
    const e = await embedded({ reach: withoutNetwork })
    const tenant = e.entra.addTenant({ domains: ['alone.example'] })
    const { clientId } = e.entra.addClient({ tenantId: tenant.id })
    const client_secret = e.entra.addClientSecret(clientId).value
    const token_endpoint = `${e.entraUrl}/${tenant.id}/oauth2/v2.0/token`
    for (const name of names) {
      const userName = `${name}@alone.example`
      const { password } = e.entra.addUser({ tenantId: tenant.id, userName })
      await e.connect(name, { userName, password, client_id: clientId, client_secret, token_endpoint })
    }
    e.entra.answerTooManyRequests({ times: 3, retryAfterSeconds: 600 })
    expect(await e.tickAfter(90)).toMatchObject({ failed: { throttled: 2 }, refreshed: 0 })
    expect(await ticks(e, 9 * minute, 1)).toBe(0)
  })

  it('leaves the connections of other clients alone', async () => {
    const e = await three()
    const tenant = e.entra.addTenant({ domains: [] })
    const other = e.entra.addClient({ tenantId: tenant.id, multiTenant: true }).clientId
    await e.connect('other', { client_id: other, client_secret: e.entra.addClientSecret(other).value })
    refuseClient(e)
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1, failed: { client: 2 } })
    expect(e.problems('other')).toEqual([])
  })
})
