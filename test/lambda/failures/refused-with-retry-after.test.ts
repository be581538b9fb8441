// Refusals that carry Retry-After, and redirects: they pass at first, and once they last they are what they say.

import { describe, expect, it } from 'vitest'
import { day, failuresPerTick, hour, mostInAnHour, told, world } from './world.ts'

const answer = (status: number, error: string, headers: Readonly<Record<string, string>>) =>
  ({
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ error }),
  }) as const

const waits = ['0', '-1', '1', '900', 'Thu, 01 Jan 1970 00:00:00 GMT']

const refusals = [
  ['invalid_grant', 'reauthorize'],
  ['interaction_required', 'policy'],
  ['invalid_scope', 'request'],
  ['computer_says_no', 'refused'],
] as const

const everyOne = [
  ...waits.map((wait) => ['invalid_grant', 'reauthorize', wait] as const),
  ...refusals.map((refusal) => [...refusal, '60'] as const),
]

describe('a refusal of one connection with Retry-After', () => {
  it.each(everyOne)(
    '%s (%s, %s seconds) needs a person after an hour, and is retried hourly, then daily',
    async (error, failureClass, wait) => {
      const w = await world(['a', 'b'])
      const when = { userName: w.owners.get('a')?.userName, grantType: 'refresh_token' }
      const end = w.entra.habits.add(answer(400, error, { 'retry-after': wait }), { times: 'always', when })
      await w.pass(3 * hour)
      expect(w.events()).toMatchObject([{ event: 'Connection Action Required', connection: 'a', class: failureClass }])
      expect(w.status('a').status).toBe('action-required')
      const asked = await failuresPerTick(w, 'a', 2 * day)
      expect(mostInAnHour(asked)).toBeLessThanOrEqual(1)
      expect(asked.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(27)
      expect(w.dead('b')).toBe(0)
      end()
      await w.pass(day + 10 * 60_000)
      expect(told(w)).toEqual(['Connection Action Required: a', 'Connection Recovered: a'])
    },
  )

  it.each(refusals)('%s passes when it does not last', async (error) => {
    const w = await world(['a', 'b'])
    const when = { userName: w.owners.get('a')?.userName, grantType: 'refresh_token' }
    w.entra.habits.add(answer(400, error, { 'retry-after': '60' }), { times: 2, when })
    await w.pass(6 * hour)
    expect(w.events()).toEqual([])
    expect(w.dead('a')).toBe(0)
  })
})

it('invalid_client with Retry-After for all connections is one event about the client, asked about hourly', async () => {
  const w = await world(['a', 'b', 'c'])
  const refused = answer(401, 'invalid_client', { 'retry-after': '1' })
  const end = w.entra.habits.add(refused, { times: 'always', when: { grantType: 'refresh_token' } })
  await w.pass(4 * hour)
  expect(w.events().map(({ event, class: name }) => [event, name])).toEqual([['Client Action Required', 'client']])
  await w.pass(day)
  expect(mostInAnHour(w.requestsPerTick)).toBeLessThanOrEqual(1)
  end()
  await w.pass(2 * hour)
  expect(w.events().map(({ event }) => event)).toEqual(['Client Action Required', 'Client Recovered'])
  for (const name of w.names) expect(w.problems(name)).toEqual([])
})

it('a throttling provider is never taken for one that refuses', async () => {
  const w = await world(['a', 'b'])
  const when = { userName: w.owners.get('a')?.userName, grantType: 'refresh_token' }
  w.entra.habits.add(answer(429, 'slow_down', { 'retry-after': '600' }), { times: 'always', when })
  await w.pass(6 * hour)
  expect(told(w)).toEqual(['Connection Refresh Delayed: a'])
})

describe('a token endpoint that redirects', () => {
  const moved = answer(301, '', { location: 'https://login.new.example/oauth2/token?code=1#top' })

  it('for ever has moved: each connection or its client needs a person, who is shown where to', async () => {
    const w = await world(['a', 'b', 'c'])
    w.entra.habits.add(moved, { times: 'always', when: { grantType: 'refresh_token' } })
    await w.pass(4 * hour)
    expect(w.events()).toMatchObject([{ event: 'Client Action Required', class: 'request', code: 'redirected' }])
    expect(w.events()[0]?.remedy).toContain('https://login.new.example/oauth2/token;')
    expect(w.events()[0]?.remedy).not.toContain('code=1')
  })

  it('twice shows a page about maintenance', async () => {
    const w = await world(['a', 'b', 'c'])
    w.entra.habits.add(moved, { times: 2, when: { grantType: 'refresh_token' } })
    await w.pass(6 * hour)
    expect(w.events()).toEqual([])
    for (const name of w.names) expect(w.dead(name)).toBe(0)
  })
})
