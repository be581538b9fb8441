// What people are notified of: each cause that keeps a connection from being refreshed for an hour, once, by name.

import { describe, expect, it } from 'vitest'
import { secretName } from '../../../lambda/contract.ts'
import { badGateway, type Fault } from '../../../local/loopback-server.ts'
import { day, failuresPerTick, hour, mostInAnHour, told, world } from './world.ts'

const denied: Fault = {
  kind: 'answer',
  answer: {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: 'DecryptionFailure', message: 'the key is disabled' }),
  },
}

const json = (status: number, body: unknown) =>
  ({
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }) as const

describe('a reason that changed', () => {
  it('is reported again: the account was enabled, but its sessions were revoked meanwhile', async () => {
    const w = await world(['a', 'b'])
    const userName = w.owners.get('a')?.userName ?? ''
    const end = w.entra.habits.add({ kind: 'refuse', code: 50057 }, { times: 'always', when: { userName } })
    await w.pass(3 * hour)
    end()
    w.entra.revokeSessions(userName)
    await w.pass(3 * hour)
    expect(w.events().map(({ connection, code }) => [connection, code])).toEqual([
      ['a', 'AADSTS50057'],
      ['a', 'AADSTS50173'],
    ])
  })

  it('that changes back and forth is reported once each', async () => {
    const w = await world(['a', 'b'])
    const when = { userName: w.owners.get('a')?.userName }
    for (let round = 0; round < 20; round++) {
      for (const code of [50057, 53003]) w.entra.habits.add({ kind: 'refuse', code }, { when })
    }
    await w.pass(30 * hour)
    expect(
      w
        .events()
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual(['AADSTS50057', 'AADSTS53003'])
  })

  it('is reported with what it needs although a hiccup came between', async () => {
    const w = await world(['a'])
    const end = w.entra.habits.add({ kind: 'refuse', code: 50173 }, { times: 'always' })
    await w.pass(2 * hour)
    w.faults.entra = () => badGateway
    await w.pass(3 * hour)
    w.faults.entra = undefined
    end()
    await w.pass(2 * hour)
    expect(told(w)).toEqual(['Connection Action Required: a', 'Connection Recovered: a'])
  })
})

describe('one dead connection', () => {
  it('is a count of ActionRequired, and no failing refresh that an alarm would flap for', async () => {
    const w = await world(['a', 'b', 'c'])
    w.entra.revokeSessions(w.owners.get('a')?.userName ?? '')
    await w.pass(3 * hour)
    w.told.ticks.splice(0)
    await w.pass(2 * day)
    expect(w.told.ticks.every(({ failing }) => Object.keys(failing).length === 0)).toBe(true)
    expect(w.told.ticks.every(({ actionRequired }) => actionRequired === 1)).toBe(true)
    expect(told(w)).toEqual(['Connection Action Required: a'])
  })
})

describe('a refusal in a word that no table knows', () => {
  const answers = {
    'an unknown error word': json(400, { error: 'computer_says_no' }),
    'an error object': json(400, { error: { code: 400, message: 'refused' } }),
    'a status without an error': json(400, { status: 'SOMETHING_ODD' }),
    'an empty 401': { kind: 'answer', status: 401, body: '' } as const,
    'a page with 404': { kind: 'answer', status: 404, headers: { 'content-type': 'text/html' }, body: '<p>' } as const,
  }

  it.each(Object.entries(answers))(
    '%s is reported by name after an hour, asked about hourly, and over when it is',
    async (_, answer) => {
      const w = await world(['a', 'b', 'c'])
      const when = { userName: w.owners.get('a')?.userName, grantType: 'refresh_token' }
      const end = w.entra.habits.add(answer, { times: 'always', when })
      await w.pass(4 * hour)
      expect(w.events()).toMatchObject([{ event: 'Connection Action Required', connection: 'a', class: 'refused' }])
      expect(w.status('a').status).toBe('action-required')
      const [, ...after] = await failuresPerTick(w, 'a', 16 * hour)
      expect(mostInAnHour(after)).toBeLessThanOrEqual(1)
      expect(after.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(15)
      expect([w.dead('b'), w.dead('c')]).toEqual([0, 0])
      end()
      await w.pass(65 * 60_000)
      expect(w.problems('a')).toEqual([])
      expect(w.events().map(({ event }) => event)).toEqual(['Connection Action Required', 'Connection Recovered'])
    },
  )

  it('is reported of the client when all of its connections are refused so', async () => {
    const w = await world(['a', 'b', 'c'])
    w.entra.habits.add(json(400, { error: 'computer_says_no' }), {
      times: 'always',
      when: { grantType: 'refresh_token' },
    })
    await w.pass(6 * hour)
    expect(w.events().map(({ event, class: name }) => [event, name])).toEqual([['Client Action Required', 'refused']])
    await w.pass(3 * hour)
    expect(mostInAnHour(w.requestsPerTick)).toBeLessThanOrEqual(1)
  })
})

describe('what passes by itself but lasts an hour', () => {
  it('is reported for one connection by name, and its end once', async () => {
    const w = await world(['a', 'b', 'c'])
    const when = { userName: w.owners.get('a')?.userName, grantType: 'refresh_token' }
    const end = w.entra.habits.add({ kind: 'answer', status: 503, body: '' }, { times: 'always', when })
    await w.pass(5 * hour)
    expect(w.events()).toMatchObject([{ event: 'Connection Refresh Delayed', connection: 'a', class: 'transient' }])
    expect(w.status('a').status).toBe('retrying')
    end()
    await w.pass(hour)
    expect(told(w)).toEqual(['Connection Refresh Delayed: a', 'Connection Recovered: a'])
  })

  it('is reported of the client alone when the provider is down for all of its connections', async () => {
    const w = await world(['a', 'b', 'c', 'd', 'e'])
    w.faults.entra = () => badGateway
    await w.pass(5 * hour)
    expect(w.events().map(({ event, class: name }) => [event, name])).toEqual([['Client Refresh Delayed', 'transient']])
    w.faults.entra = undefined
    await w.pass(hour)
    expect(w.events().map(({ event }) => event)).toEqual(['Client Refresh Delayed', 'Client Recovered'])
  })

  it('shorter than an hour is not reported', async () => {
    const w = await world(['a', 'b', 'c'])
    await w.pass(20 * 60_000)
    w.faults.entra = () => badGateway
    await w.pass(50 * 60_000)
    w.faults.entra = undefined
    await w.pass(2 * hour)
    expect(w.events()).toEqual([])
  })

  it('and then needs a person is reported as that too', async () => {
    const w = await world(['a', 'b'])
    const when = { userName: w.owners.get('a')?.userName, grantType: 'refresh_token' }
    const end = w.entra.habits.add({ kind: 'answer', status: 503, body: '' }, { times: 'always', when })
    await w.pass(4 * hour)
    end()
    w.entra.revokeSessions(w.owners.get('a')?.userName ?? '')
    await w.pass(hour)
    expect(told(w)).toEqual(['Connection Refresh Delayed: a', 'Connection Action Required: a'])
  })
})

describe('a store that fails for one connection for an hour', () => {
  it('is reported by that connection’s name, with the store’s code, and over once', async () => {
    const w = await world(['a', 'b'])
    let broken = true
    const name = secretName('token-refresher', 'grants', 'a')
    w.faults.aws = ({ headers, body }) =>
      broken && /BatchGetSecretValue$/.test(String(headers['x-amz-target'])) && body.includes(name) ? denied : undefined
    await w.pass(3 * hour)
    expect(w.events()).toMatchObject([
      { event: 'Connection Refresh Delayed', connection: 'a', class: 'store', code: 'DecryptionFailure' },
    ])
    expect(w.dead('b')).toBe(0)
    broken = false
    await w.pass(hour)
    expect(told(w)).toEqual(['Connection Refresh Delayed: a', 'Connection Recovered: a'])
    expect(w.problems('a')).toEqual([])
  })
})
