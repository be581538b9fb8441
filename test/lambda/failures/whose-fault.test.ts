// Whose fault a refusal is: one answer stops nothing, one tenant stops no other, and a client needs two witnesses.

import { describe, expect, it } from 'vitest'
import { day, hour, mostInAnHour, told, world } from './world.ts'

const refuse = (code: number, more: object = {}) => ({ kind: 'refuse', code, ...more }) as const
const say = (status: number, error: string) =>
  ({
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error }),
  }) as const

const oddAnswers = {
  invalid_client: say(401, 'invalid_client'),
  unauthorized_client: say(400, 'unauthorized_client'),
  AADSTS7000215: refuse(7000215),
  AADSTS700016: refuse(700016),
  invalid_request: say(400, 'invalid_request'),
  invalid_scope: say(400, 'invalid_scope'),
  access_denied: say(403, 'access_denied'),
  interaction_required: say(400, 'interaction_required'),
  AADSTS53003: refuse(53003),
  AADSTS50057: refuse(50057),
  AADSTS70000: refuse(70000),
  AADSTS50173: refuse(50173),
  AADSTS90002: refuse(90002),
  unknown_word: say(400, 'computer_says_no'),
  empty401: { kind: 'answer', status: 401, body: '' } as const,
  html404: {
    kind: 'answer',
    status: 404,
    headers: { 'content-type': 'text/html' },
    body: '<h1>Not Found</h1>',
  } as const,
  throttledRefusal: refuse(7000215, { retryAfterSeconds: 60 }),
}

describe('one odd answer, then all well', () => {
  it.each(Object.entries(oddAnswers))('%s leaves every connection alive and tells nothing', async (_, habit) => {
    const w = await world(['a', 'b', 'c'])
    await w.pass(30 * 60_000)
    w.entra.habits.add(habit, { when: { grantType: 'refresh_token' } })
    await w.pass(36 * hour)
    expect(w.names.map(w.dead)).toEqual([0, 0, 0])
    expect(w.events()).toEqual([])
    for (const name of w.names) expect(w.problems(name)).toEqual([])
  })

  it.each(['AADSTS7000215', 'invalid_client', 'AADSTS53003', 'unknown_word'] as const)(
    '%s to the only connection of a client does the same',
    async (name) => {
      const w = await world(['a'])
      await w.pass(30 * 60_000)
      w.entra.habits.add(oddAnswers[name], { when: { grantType: 'refresh_token' } })
      await w.pass(36 * hour)
      expect(w.dead('a')).toBe(0)
      expect(w.events()).toEqual([])
    },
  )
})

describe('a client', () => {
  it('is not at fault for one connection that is refused for ever', async () => {
    const w = await world(['a', 'b', 'c'])
    const userName = w.owners.get('a')?.userName
    w.entra.habits.add(say(403, 'unauthorized_client'), {
      times: 'always',
      when: { userName, grantType: 'refresh_token' },
    })
    await w.pass(3 * day)
    expect([w.dead('b'), w.dead('c')]).toEqual([0, 0])
    expect(told(w)).toEqual(['Connection Action Required: a'])
    expect(w.clientStatus()).toMatchObject({ status: 'healthy', failure: undefined })
    w.entra.habits.clear()
    await w.pass(25 * hour)
    expect(told(w)).toEqual(['Connection Action Required: a', 'Connection Recovered: a'])
  })

  it.each([1, 2, 3])('at fault is found out by at most two of its %i connections, and told once', async (count) => {
    const w = await world(['a', 'b', 'c'].slice(0, count))
    await w.pass(10 * 60_000)
    w.entra.habits.add(refuse(7000222), { times: 'always', when: { grantType: 'refresh_token' } })
    const healthy = w.entra.habits
    await w.pass(12 * hour)
    expect(w.events().map(({ event, code }) => [event, code])).toEqual([['Client Action Required', 'AADSTS7000222']])
    expect(Math.max(...w.requestsPerTick)).toBeLessThanOrEqual(2)
    // Two that find out, one in the next tick, then one an hour.
    expect(w.requestsPerTick.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(2 + 1 + 12)
    healthy.clear()
    await w.pass(65 * 60_000)
    for (const name of w.names) expect(w.problems(name)).toEqual([])
    expect(w.events().map(({ event }) => event)).toEqual(['Client Action Required', 'Client Recovered'])
  })

  it('at fault is probed hourly, each time by another connection than the last', async () => {
    const w = await world(['a', 'b', 'c'])
    const asked: string[] = []
    w.entra.removeClientSecret(w.clientId, w.entra.addClientSecret(w.clientId).keyId)
    w.entra.habits.add(refuse(7000222), { times: 'always', when: { grantType: 'refresh_token' } })
    await w.pass(2 * hour)
    await w.pass(24 * hour, () => {
      const probe = w.secret('clients', w.clientId).tags?.get('token-refresher:probe') ?? ''
      if (w.requestsPerTick.at(-1) !== 0) asked.push(probe)
    })
    expect(asked.length).toBeGreaterThanOrEqual(23)
    expect(asked.length).toBeLessThanOrEqual(25)
    expect(asked.filter((name, index) => name === asked[index - 1])).toEqual([])
    expect(mostInAnHour(w.requestsPerTick)).toBeLessThanOrEqual(2)
  })

  it('is not at fault because of what is wrong in our own store', async () => {
    const w = await world(['a', 'b', 'c'])
    await w.edit('grants', 'a', '{')
    await w.pass(3 * day)
    expect([w.dead('b'), w.dead('c')]).toEqual([0, 0])
    expect(told(w)).toEqual(['Connection Action Required: a'])
    expect(Math.max(...w.requestsPerTick)).toBeLessThanOrEqual(2)
  })

  it('that is refused while one of its grants does not decode is not called recovered', async () => {
    const w = await world(['a', 'b', 'c'])
    await w.edit('grants', 'a', '{')
    w.entra.habits.add(refuse(7000222), { times: 'always', when: { grantType: 'refresh_token' } })
    await w.pass(3 * day)
    expect(
      w
        .events()
        .map(({ event }) => event)
        .toSorted(),
    ).toEqual(['Client Action Required', 'Connection Action Required'])
  })
})

describe('a tenant of several that share a client', () => {
  const states = ['disabled', 'removed', 'resource-disabled', 'not-consented', 'assignment-required'] as const

  it.each(states)('whose administrator makes the app %s stops no other', async (state) => {
    const w = await world(['a', 'b', 'c', 'd'], ['t1', 't2', 't3', 't4'])
    const tenantId = w.owners.get('a')?.tenantId ?? ''
    w.entra.setTenantApp({ tenantId, clientId: w.clientId, state })
    await w.pass(12 * hour)
    expect(['b', 'c', 'd'].map(w.dead)).toEqual([0, 0, 0])
    expect(told(w)).toEqual(['Connection Action Required: a'])
    w.entra.setTenantApp({ tenantId, clientId: w.clientId })
    await w.pass(65 * 60_000)
    expect(w.problems('a')).toEqual([])
  })

  it.each([2, 12])('does the same with %i users of that tenant', async (users) => {
    const ill = Array.from({ length: users }, (_, index) => `ill-${index}`)
    const well = ['w1', 'w2', 'w3']
    const w = await world([...ill, ...well], [...ill.map(() => 't1'), 't2', 't3', 't4'])
    w.entra.setTenantApp({ tenantId: w.owners.get('ill-0')?.tenantId ?? '', clientId: w.clientId, state: 'disabled' })
    await w.pass(12 * hour)
    expect(well.map(w.dead)).toEqual([0, 0, 0])
    expect(told(w).toSorted()).toEqual(ill.map((name) => `Connection Action Required: ${name}`).toSorted())
    expect(w.clientStatus().failure).toBeUndefined()
  })

  it.each([1, 2, 12])('that throttles %i of its users takes nothing from the others', async (users) => {
    const ill = Array.from({ length: users }, (_, index) => `ill-${index}`)
    const well = ['w1', 'w2', 'w3']
    const w = await world([...ill, ...well], [...ill.map(() => 't1'), 't2', 't3', 't4'])
    const when = { tenantId: 't1.example', grantType: 'refresh_token' }
    w.entra.habits.add({ kind: 'throttle', retryAfterSeconds: 1800 }, { times: 'always', when })
    let lowest = Number.POSITIVE_INFINITY
    await w.pass(12 * hour, () => {
      for (const name of well) {
        const left = Date.parse(String(w.current('connections', name).json.expires_at)) - w.clock.now()
        lowest = Math.min(lowest, left / 60_000)
      }
    })
    expect(lowest).toBeGreaterThanOrEqual(15)
  })

  it('that answers 503 to twelve of its users takes nothing from the others', async () => {
    const ill = Array.from({ length: 12 }, (_, index) => `ill-${index}`)
    const well = ['w1', 'w2', 'w3']
    const w = await world([...ill, ...well], [...ill.map(() => 't1'), 't2', 't3', 't4'])
    const when = { tenantId: 't1.example', grantType: 'refresh_token' }
    w.entra.habits.add({ kind: 'answer', status: 503, body: '' }, { times: 'always', when })
    await w.pass(12 * hour)
    expect(well.map(w.dead)).toEqual([0, 0, 0])
  })

  it('one user’s request loop (AADSTS50196) concerns that user alone', async () => {
    const w = await world(['a', 'b', 'c'], ['t1'])
    const when = { userName: w.owners.get('a')?.userName, grantType: 'refresh_token' }
    w.entra.habits.add(refuse(50196, { error: 'invalid_grant' }), { times: 'always', when })
    await w.pass(12 * hour)
    expect([w.dead('b'), w.dead('c')]).toEqual([0, 0])
    expect(w.clientStatus().failure).toBeUndefined()
  })
})
