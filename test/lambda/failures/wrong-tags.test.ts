// A tag that names another client, by mistake or on purpose: it neither recovers that client nor waits behind its breaker.

import { TagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { secretName } from '../../../lambda/contract.ts'
import { hour, tags, told, type World, world } from './world.ts'

const refuse = { kind: 'refuse', code: 7000222 } as const

/** Connections a and b of a client at fault, and `other` of a client that works. */
const twoClients = async (): Promise<World> => {
  const w = await world(['a', 'b'])
  const { tenantId = '' } = w.owners.get('a') ?? {}
  const { clientId } = w.entra.addClient({ tenantId, multiTenant: true })
  const { value } = w.entra.addClientSecret(clientId)
  const { password } = w.entra.addUser({ tenantId, userName: 'other@contoso.example' })
  await w.connect('other', { client_id: clientId, client_secret: value, userName: 'other@contoso.example', password })
  for (const name of ['a', 'b']) {
    const when = { userName: w.owners.get(name)?.userName, grantType: 'refresh_token' }
    w.entra.habits.add(refuse, { times: 'always', when })
  }
  return w
}

describe('a connection whose tag names another client, which is at fault', () => {
  it('is refreshed all the same, and recovers no client', async () => {
    const w = await twoClients()
    await w.pass(2 * hour)
    await w.setTags('other', { [tags.client]: w.clientId })
    await w.pass(3 * hour)
    expect(w.problems('other')).toEqual([])
    expect(told(w).filter((one) => one.includes('Recovered'))).toEqual([])
    expect(w.clientStatus().status).toBe('action-required')
    expect(w.secret('grants', 'other').tags?.get(tags.client)).not.toBe(w.clientId)
  })

  it('may be given the wrong tag in every tick', async () => {
    const w = await twoClients()
    await w.pass(2 * hour)
    await w.setTags('other', { [tags.client]: w.clientId })
    let ticks = 0
    for (; ticks < 24; ticks++) {
      await w.setTags('other', { [tags.client]: w.clientId, [tags.refreshed]: new Date(w.clock.now()).toISOString() })
      await w.pass(5 * 60_000)
      expect(w.problems('other')).toEqual([])
    }
    expect(told(w).filter((one) => one.includes('Recovered'))).toEqual([])
  })

  it('does not hide that its client is at fault', async () => {
    const w = await twoClients()
    await w.setTags('other', { [tags.client]: w.clientId })
    await w.pass(2 * hour)
    expect(told(w).filter((one) => one.startsWith('Client Action Required'))).toHaveLength(1)
    expect(w.problems('other')).toEqual([])
  })

  it.each([tags.failed, tags.probe, tags.tokenEndpoint, tags.concerns])(
    'nor does it matter what its tag %s says',
    async (key) => {
      const w = await twoClients()
      await w.pass(2 * hour)
      const copied = w.secret('grants', 'a').tags?.get(key) ?? 'https://elsewhere.example/token'
      await w.setTags('other', { [key]: copied })
      await w.pass(2 * hour)
      expect(w.problems('other')).toEqual([])
      expect(w.clientStatus().status).toBe('action-required')
    },
  )

  it('nor whether all tags are copied from a connection that is held', async () => {
    const w = await twoClients()
    await w.pass(2 * hour)
    await w.setTags('other', Object.fromEntries(w.secret('grants', 'a').tags ?? []))
    await w.pass(2 * hour)
    expect(w.problems('other')).toEqual([])
    expect(w.clientStatus().status).toBe('action-required')
  })
})

describe('the probe of a client at fault', () => {
  it('reaches the one connection that was never refused, and then all are refreshed', async () => {
    const w = await world(['a', 'b', 'c', 'd'])
    await w.pass(10 * 60_000)
    for (const name of ['a', 'b']) {
      const when = { userName: w.owners.get(name)?.userName, grantType: 'refresh_token' }
      w.entra.habits.add(refuse, { times: 'always', when })
    }
    await w.pass(6 * hour)
    expect([w.dead('c'), w.dead('d')]).toEqual([0, 0])
  })

  it('is in the end each of the connections', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const w = await world(names)
    w.entra.habits.add(refuse, { times: 'always', when: { grantType: 'refresh_token' } })
    const asked = new Set<string>()
    await w.pass(12 * hour, () => {
      asked.add(w.secret('clients', w.clientId).tags?.get(tags.probe) ?? '')
    })
    for (const name of names) expect([...asked]).toContain(name)
  })
})

describe('a pause', () => {
  it('on the record of a client stops nothing', async () => {
    const w = await world(['a', 'b'])
    const paused = { [tags.paused]: new Date(w.clock.now()).toISOString(), [tags.status]: 'paused' }
    const tagClient = async (): Promise<void> => {
      const Tags = Object.entries(paused).map(([Key, Value]) => ({ Key, Value }))
      await w.aws.send(new TagResourceCommand({ SecretId: secretName('token-refresher', 'clients', w.clientId), Tags }))
    }
    await tagClient()
    await w.pass(3 * hour)
    expect(w.names.map(w.dead)).toEqual([0, 0])
    w.entra.habits.add(refuse, { times: 'always', when: { grantType: 'refresh_token' } })
    await w.pass(2 * hour)
    expect(told(w)).toEqual([expect.stringContaining('Client Action Required')])
    w.entra.habits.clear()
    await tagClient()
    await w.pass(65 * 60_000)
    for (const name of w.names) expect(w.problems(name)).toEqual([])
  })
})
