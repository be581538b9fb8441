// A tick always ends with its report and its messages, regardless of what one connection, tag, record or endpoint does.

import { TagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { storeErrors } from '../../../lambda/adapters/store-errors.ts'
import { longestTickSeconds, secretName, tags } from '../../../lambda/contract.ts'
import { refreshConnections } from '../../../lambda/usecases/refresh-connections.ts'
import { embedded, handlersOver, hour, interposed, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'
import { world } from './world.ts'

const nonsense = [
  'login.microsoftonline.com',
  'https://',
  'https://:',
  '//',
  '',
  ' ',
  'https://example.com:99999/token',
  '+275760-09-13T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  'NaN',
  '1e999',
  'null',
  'action-required',
  'paused',
  'x'.repeat(256),
]

const settable = Object.values(tags).filter(
  (key) => key !== tags.paused && key !== tags.connection && key !== tags.client,
)

describe('a tag of a client that holds nonsense', () => {
  it.each(nonsense)('%j stops no connection, whichever tag it is', async (value) => {
    const e = await embedded({ reach: withoutNetwork })
    for (const name of ['a', 'b']) await e.connect(name)
    const SecretId = secretName('token-refresher', 'clients', e.clientId)
    for (const key of settable)
      await e.aws.send(new TagResourceCommand({ SecretId, Tags: [{ Key: key, Value: value }] }))
    await e.tickAfter(90)
    await e.tickAfter(90)
    expect([...e.problems('a'), ...e.problems('b')]).toEqual([])
    expect(e.told.ticks).toHaveLength(2)
  })
})

describe('a tag of a connection that holds nonsense', () => {
  it.each(nonsense.filter((value) => value !== 'paused'))('%j stops neither it nor another', async (value) => {
    const e = await embedded({ reach: withoutNetwork })
    for (const name of ['a', 'b']) await e.connect(name)
    await e.setTags('a', Object.fromEntries(settable.map((key) => [key, value])))
    await e.tickAfter(90)
    await e.tickAfter(90)
    expect([...e.problems('a'), ...e.problems('b')]).toEqual([])
    expect(e.told.ticks).toHaveLength(2)
  })
})

it('messages that AWS refuses are no failed refresh, and start the alarm all the same', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  const announce = async () => {
    throw storeErrors('AccessDeniedException')
  }
  const { refresh } = handlersOver({ ...e.dependencies, events: { announce } })
  e.entra.answerWith({ code: 50173, times: 2 })
  for (const minutes of [75, 5]) {
    e.clock.advance(minutes * minute)
    await refresh()
  }
  expect(e.told.storeFailures).toMatchObject([{ task: 'announce', failure: { code: 'AccessDeniedException' } }])
  expect(e.told.ticks.at(-1)).toMatchObject({ failed: { reauthorize: 1 }, failing: { reauthorize: 1, store: 1 } })
  const answer = await refresh({ connections: ['a'], force: true })
  expect(answer).toMatchObject({ refreshed: 1, failed: {} })
})

it('a defect met with one connection is reported, and ends no tick', async () => {
  const e = await embedded({ reach: withoutNetwork })
  for (const name of ['a', 'b', 'c']) await e.connect(name)
  e.told.toleratesDefects = true
  let first = true
  const dependencies = interposed(e.dependencies, async (call, run) => {
    if (call === 'readTogether' && first) {
      first = false
      throw new TypeError(`a bug that quotes ${e.login.client_secret}`)
    }
    return run()
  })
  e.clock.advance(90 * 60_000)
  const answer = await refreshConnections(dependencies, {}, { remainingMilliseconds: () => 10 * 60_000 })
  expect(answer).toMatchObject({ refreshed: 2, failed: { store: 1 } })
  expect(e.told.defects).toMatchObject([{ error: 'TypeError' }])
  expect(e.leaks(e.told.text())).toEqual([])
  expect(e.told.ticks).toHaveLength(1)
})

it('a connection without an answer keeps no message and no metric of the others back', async () => {
  const e = await embedded({ reach: withoutNetwork })
  for (const name of ['a', 'b', 'c']) await e.connect(name)
  e.entra.revokeSessions(e.userName)
  await e.tickAfter(90)
  e.clock.advance(5 * 60_000)
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  let requests = 0
  const dependencies = interposed(e.dependencies, async (call, run) => {
    if (call === 'redeem' && ++requests === 3) await answered
    return run()
  })
  const ticksBefore = e.told.ticks.length
  const ends = longestTickSeconds({ everyMinutes: 5 }) * 1000
  const running = refreshConnections(
    dependencies,
    {},
    { remainingMilliseconds: () => ends, whenLeft: () => ({ reached, cancel: () => {} }) },
  )
  while (requests < 3) await new Promise((resolve) => setTimeout(resolve, 5))
  await new Promise((resolve) => setTimeout(resolve, 50))
  reach()
  while (e.told.ticks.length === ticksBefore) await new Promise((resolve) => setTimeout(resolve, 5))
  const told = e.eventBus.entries.filter(({ detailType }) => detailType === 'Connection Action Required')
  expect(told).toHaveLength(2)
  answer()
  await running
})

describe('a listing that fails in the middle', () => {
  it('does not keep what was listed from being refreshed, and fails the run afterwards', async () => {
    const w = await world(['a', 'b'])
    w.clock.advance(hour)
    const dependencies = interposed(w.dependencies, async (_, run) => run())
    const { store } = dependencies
    const failing = {
      ...dependencies,
      store: {
        ...store,
        list: async (room: Parameters<typeof store.list>[0], from?: string) => {
          if (from === 'more') return Promise.reject(storeErrors('InternalServiceError'))
          const page = await store.list(room, from)
          return room === 'grants' ? { ...page, next: 'more' } : page
        },
      },
    }
    const run = refreshConnections(failing, {}, { remainingMilliseconds: () => 10 * 60_000 })
    await expect(run).rejects.toThrow('InternalServiceError')
    expect([...w.problems('a'), ...w.problems('b')]).toEqual([])
  })
})
