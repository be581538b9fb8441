// A year with one client of each kind: the one whose client secret nobody renews stops on the day, and no other notices.

import { expect, it } from 'vitest'
import { rolesOf } from '../../../local/stack.ts'
import { day, type Embedded, embedded, hour } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

interface Kind {
  readonly connection: string
  readonly clientId: string
}

/** A client, a user and a connection of its own, kept alive once a day. */
const connect = async (e: Embedded, connection: string, change: (clientId: string) => object): Promise<Kind> => {
  const tenant = e.entra.addTenant({ domains: [`${connection}.example`] })
  const { clientId } = e.entra.addClient({ tenantId: tenant.id, multiTenant: true })
  const userName = `mail@${connection}.example`
  const { password } = e.entra.addUser({ tenantId: tenant.id, userName })
  const more = { ...change(clientId), mode: 'keep-alive' }
  await e.connect(connection, { client_id: clientId, client_secret: undefined, userName, password, ...more })
  return { connection, clientId }
}

it('a client secret ends on its day, one that renews itself does not, and a federated credential has no end', {
  timeout: 120_000,
}, async () => {
  const e = await embedded({ reach: withoutNetwork, webIdentity: true, clientSecretRenewal: true })
  e.account.enabled = true
  const began = e.clock.now()
  const ends = began + 180 * day
  const mortal = await connect(e, 'mortal', (clientId) => {
    const { value } = e.entra.addClientSecret(clientId, { expiresAt: ends })
    return { client_secret: value, client_secret_expires_at: new Date(ends).toISOString() }
  })
  const federated = await connect(e, 'federated', (clientId) => {
    for (const subject of Object.values(rolesOf())) {
      const audience = 'api://AzureADTokenExchange'
      e.entra.addFederatedCredential(clientId, { issuer: e.account.issuer, subject, audience })
    }
    return { token_endpoint_auth_method: 'aws_web_identity' }
  })
  const renewing = await connect(e, 'renewing', (clientId) => {
    e.entra.updateClient(clientId, { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] })
    const { value } = e.entra.addClientSecret(clientId, { expiresAt: ends })
    return {
      client_secret: value,
      client_secret_expires_at: new Date(ends).toISOString(),
      publish: 'connection_values',
    }
  })
  const started = await e.manageRenewal({
    client: renewing.clientId,
    renewal: 'start',
    tenant: 'renewing.example',
    days: 120,
  })
  expect(started).toMatchObject({ done: 'made' })
  const told: string[] = []
  for (let days = 0; days < 365; days++) {
    // AWS signs with a new key from time to time, and keeps the old ones published.
    if (days % 90 === 89) e.account.rotate()
    for (let ticks = 0; ticks < 2; ticks++) {
      e.clock.advance(12 * hour)
      await e.renewClientSecrets()
      await e.refresh()
    }
    const { failure } = e.status(mortal.connection)
    if (failure !== undefined && told.length === 0) {
      told.push(`${failure.class} ${failure.code}`)
      expect(e.clock.now()).toBeGreaterThan(ends)
      expect(e.clock.now()).toBeLessThan(ends + 2 * day)
    }
    if (days % 7 > 0) continue
    for (const { connection } of [federated, renewing]) expect(e.problems(connection), `day ${days}`).toEqual([])
    const { client_secret } = e.current('connections', renewing.connection).json
    expect(e.entra.wouldAcceptClientSecret(renewing.clientId, String(client_secret)), `day ${days}`).toBe(true)
  }
  expect(told).toEqual(['client AADSTS7000222'])
  const warned = e.eventBus.entries.filter(({ detailType }) => detailType === 'Client Secret Expiring')
  expect(warned.map(({ detail }) => Object(detail).client)).toEqual(warned.map(() => mortal.clientId))
  expect(warned.length).toBeGreaterThanOrEqual(3)
  const renewed = e.eventBus.entries.filter(({ detailType }) => detailType === 'Client Secret Renewed')
  expect(renewed.map(({ detail }) => Object(detail).client)).toEqual(renewed.map(() => renewing.clientId))
  expect(renewed.length).toBeGreaterThanOrEqual(3)
})
