// A refusal that may concern what is stored and not of the grant: the previous version's refresh token is tried, once.

import { expect, it } from 'vitest'
import { badGateway } from '../../../local/loopback-server.ts'
import { embedded } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

it('comes back by itself when a person has damaged the stored refresh token, and no one is called', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  await e.edit('grants', 'a', { refresh_token: 'damaged by hand' })
  expect(await e.tickAfter(63)).toMatchObject({ failed: { reauthorize: 1 } })
  expect(e.status('a')).toMatchObject({ status: 'retrying', failure: { code: 'AADSTS9002313' } })
  const before = e.refreshRequests()
  expect(await e.tickAfter(5)).toMatchObject({ refreshed: 1 })
  expect(e.refreshRequests() - before).toBe(2)
  expect(e.problems('a')).toEqual([])
  const told = e.eventBus.entries.map(({ detailType }) => detailType)
  expect(told).toEqual(['Connection Bootstrapped', 'Connection Published'])
})

it.each([70000, 9002313])(
  'AADSTS%i of both versions costs one request more, and is a refusal like any other',
  async (code) => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    await e.tickAfter(63)
    await e.tickAfter(63)
    const before = e.refreshRequests()
    e.entra.answerWith({ code, error: 'invalid_grant', times: 100, when: { grantType: 'refresh_token' } })
    await e.tickAfter(63)
    await e.tickAfter(5)
    expect(e.status('a')).toMatchObject({ status: 'action-required', failure: { class: 'reauthorize' } })
    expect(e.refreshRequests() - before).toBe(3)
    for (let ticks = 0; ticks < 11; ticks++) await e.tickAfter(5)
    expect(e.refreshRequests() - before).toBe(3)
    const later = e.refreshRequests()
    for (let ticks = 0; ticks < 12 * 10; ticks++) await e.tickAfter(5)
    // Once an hour, and with the newest refresh token alone.
    expect(e.refreshRequests() - later).toBe(10)
  },
)

it('does not try the previous version for a refusal that is no doubt of the grant', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  await e.tickAfter(63)
  const before = e.refreshRequests()
  e.entra.answerWith({ code: 50173, times: 100, when: { grantType: 'refresh_token' } })
  await e.tickAfter(63)
  await e.tickAfter(5)
  expect(e.refreshRequests() - before).toBe(2)
})

it('tries the previous version although the provider was down between the two refusals', async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  await e.edit('grants', 'a', { refresh_token: 'damaged by hand' })
  await e.tickAfter(63)
  e.faults.entra = () => badGateway
  for (const minutes of [5, 10, 15]) await e.tickAfter(minutes)
  e.faults.entra = undefined
  expect(e.status('a').failure).toMatchObject({ code: 'AADSTS9002313', refusals: 1 })
  expect(await e.tickAfter(15)).toMatchObject({ refreshed: 1 })
  expect(e.problems('a')).toEqual([])
})
