// Reading ahead: what is stored of several connections of a client comes in one call, and nothing is decided by what is old.

import { expect, it } from 'vitest'
import { previousVersion, StoreFailure } from '../../../lambda/ports.ts'
import { type Embedded, embedded, handlersOver, interposed } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `c${at}`)

const connected = async (count: number, change: Record<string, unknown> = {}): Promise<Embedded> => {
  const e = await embedded({ reach: withoutNetwork })
  for (const name of names(count)) await e.connect(name, { another_account: true, ...change })
  e.clock.advance(90 * 60_000)
  return e
}

const allWell = (e: Embedded, count: number): void => {
  for (const name of names(count)) expect(e.problems(name)).toEqual([])
}

it('the first connection asks alone, and the next nine are read in one call', async () => {
  const e = await connected(10)
  const calls = await e.callsDuring(() => e.refresh())
  expect(calls.BatchGetSecretValue).toBe(2)
  expect(e.refreshRequests()).toBe(10)
  allWell(e, 10)
})

it.each(['reusable', 'single-use'] as const)(
  'a connection that another run refreshes after it was read costs one request at most, and loses nothing (%s)',
  async (rotation) => {
    const e = await connected(4, { rotation })
    let redeemed = 0
    const dependencies = interposed(e.dependencies, async (call, run) => {
      // The second is asked: the third and the fourth are read already.
      if (call === 'redeem' && ++redeemed === 2) await e.refresh({ connections: ['c3'], force: true })
      return run()
    })
    await handlersOver(dependencies).refresh()
    expect(e.refreshRequests()).toBeLessThanOrEqual(6)
    allWell(e, 4)
  },
)

it('a client secret that is changed after it was read is read again, and no refusal is recorded', async () => {
  const e = await connected(4)
  let redeemed = 0
  const dependencies = interposed(e.dependencies, async (call, run) => {
    if (call === 'redeem' && ++redeemed === 2) {
      e.entra.expireClientSecrets(e.clientId)
      const { value } = e.entra.addClientSecret(e.clientId)
      await e.edit('clients', e.clientId, { client_secrets: [{ value }] })
    }
    return run()
  })
  const answer = await handlersOver(dependencies).refresh()
  expect(answer).toMatchObject({ refreshed: 4, failed: {} })
  allWell(e, 4)
})

it('what took more than five seconds to read is read again', async () => {
  const e = await connected(4)
  const { store } = e.dependencies
  const readTogether: typeof store.readTogether = async (ids) => {
    if (ids.length > 3) e.clock.advance(6_000)
    return store.readTogether(ids)
  }
  const handlers = handlersOver({ ...e.dependencies, store: { ...store, readTogether } })
  const calls = await e.callsDuring(() => handlers.refresh())
  expect(calls.BatchGetSecretValue).toBe(5)
  allWell(e, 4)
})

it.each([
  ['left out', undefined],
  ['failed', new StoreFailure({ class: 'store', code: 'InternalServiceError', remedy: 'Wait.' }, true)],
])(
  'a secret that is %s in the answer for several is read alone, and its connection is refreshed',
  async (_, instead) => {
    const e = await connected(4)
    const { store } = e.dependencies
    const readTogether: typeof store.readTogether = async (ids) => {
      const answers = await store.readTogether(ids)
      return ids.length <= 3 ? answers : answers.map((answer, at) => (ids[at]?.name === 'c2' ? instead : answer))
    }
    const answer = await handlersOver({ ...e.dependencies, store: { ...store, readTogether } }).refresh()
    expect(answer).toMatchObject({ refreshed: 4, failed: {} })
    allWell(e, 4)
  },
)

it('a call for several that fails is made for each alone', async () => {
  const e = await connected(4)
  const { store } = e.dependencies
  const refused = new StoreFailure({ class: 'store', code: 'AccessDeniedException', remedy: 'Allow it.' }, false)
  const readTogether: typeof store.readTogether = (ids) =>
    ids.length <= 3 ? store.readTogether(ids) : Promise.reject(refused)
  const answer = await handlersOver({ ...e.dependencies, store: { ...store, readTogether } }).refresh()
  expect(answer).toMatchObject({ refreshed: 4, failed: {} })
})

it('connections of different clients, in trouble, or named by a person are read alone', async () => {
  const e = await connected(3)
  const calls = await e.callsDuring(() => e.refresh({ connections: names(3), force: true }))
  expect(calls.BatchGetSecretValue).toBe(3)
  expect(await e.dependencies.store.read({ room: 'grants', name: 'c0' }, previousVersion)).toBeDefined()
})
