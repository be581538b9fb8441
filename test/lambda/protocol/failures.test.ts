// What a refusal or an outage leads to over time: when it is tried again, who is asked to act, and what heals it.

import { describe, expect, it } from 'vitest'
import type { FailureClass } from '../../../lambda/contract.ts'
import { badGateway } from '../../../local/loopback-server.ts'
import { day, type Embedded, embedded, handlersOver, hour, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const due = async () => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a')
  e.clock.moveTo(e.status('a').next ?? 0)
  return e
}

/** @returns token requests made while this much time goes by */
const requestsDuring = async (e: Embedded, milliseconds: number, everyMinutes = 60) => {
  const before = e.refreshRequests()
  for (const end = e.clock.now() + milliseconds; e.clock.now() < end; ) await e.tickAfter(everyMinutes)
  return e.refreshRequests() - before
}

const bootstrapAgain = async (e: Embedded, change: Record<string, unknown> = {}) => {
  await e.storeLogin('a', { ...e.login, ...change })
  await e.bootstrap({ connection: 'a' })
}

describe('an outage', () => {
  it('is waited out with growing patience, and is over within two ticks of the provider’s being back', async () => {
    const e = await due()
    let requests = 0
    e.faults.entra = () => {
      requests++
      return badGateway
    }
    expect(await e.refresh()).toMatchObject({ failed: { transient: 1 } })
    expect(e.status('a')).toMatchObject({ status: 'retrying', failure: { class: 'transient', code: 'http_502' } })
    const first = e.status('a').next?.getTime() ?? 0
    expect(first - e.clock.now()).toBeLessThanOrEqual(5 * minute)
    for (let ticks = 0; ticks < 12; ticks++) await e.tickAfter(5)
    expect(e.status('a').failure?.failures).toBeGreaterThan(3)
    // Each attempt is one request and one retry.
    expect(requests).toBeLessThanOrEqual(2 * 12)
    expect(e.status('a').status).toBe('retrying')
    e.faults.entra = undefined
    await e.tickAfter(5)
    await e.tickAfter(5)
    expect(e.problems('a')).toEqual([])
    expect(await e.callsDuring(() => e.tickAfter(5))).toEqual({ ListSecrets: 2 })
  })

  it('of a keep-alive connection is asked about once an hour at most', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a', { mode: 'keep-alive' })
    let requests = 0
    e.faults.entra = () => {
      requests++
      return badGateway
    }
    for (let ticks = 0; ticks < 3 * 288; ticks++) await e.tickAfter(5)
    // Two days of it, at half an hour to an hour, after some quicker ones; two requests each.
    expect(requests).toBeGreaterThan(2 * 48)
    expect(requests).toBeLessThan(2 * 110)
    expect(e.status('a').status).toBe('retrying')
  })
})

describe('a provider that answers 429', () => {
  it('is left alone until Retry-After has passed, over several ticks', async () => {
    const e = await due()
    e.entra.answerTooManyRequests({ retryAfterSeconds: 1200 })
    expect(await e.refresh()).toMatchObject({ failed: { throttled: 1 } })
    expect(await requestsDuring(e, 19 * minute, 1)).toBe(0)
    expect(e.status('a')).toMatchObject({ status: 'retrying', failure: { class: 'throttled' } })
    expect(await requestsDuring(e, 2 * minute, 1)).toBe(1)
    expect(e.problems('a')).toEqual([])
  })

  it('with invalid_grant and AADSTS50196 has not refused the refresh token, however often', async () => {
    const e = await due()
    e.entra.answerWith({ code: 50196, times: 5 })
    for (let ticks = 0; ticks < 6; ticks++) {
      await e.tickAfter(10)
      expect(e.status('a').status).not.toBe('action-required')
    }
    expect(e.told.outcomes[0]?.outcome).toMatchObject({ failure: { class: 'throttled', code: 'AADSTS50196' } })
    expect(e.problems('a')).toEqual([])
  })
})

describe('a refresh token that is refused', () => {
  it('is asked about again in the next tick before it needs a person', async () => {
    const e = await due()
    e.entra.revokeSessions(e.userName)
    await e.refresh()
    expect(e.status('a')).toMatchObject({ status: 'retrying', failure: { code: 'AADSTS50173', failures: 1 } })
    await e.tickAfter(5)
    expect(e.status('a')).toMatchObject({ status: 'action-required', failure: { class: 'reauthorize', failures: 2 } })
    expect(e.refreshRequests()).toBe(2)
  })

  it('once, and accepted in the next tick, was never dead', async () => {
    const e = await due()
    e.entra.answerWith({ code: 70008 })
    await e.refresh()
    await e.tickAfter(5)
    expect(e.problems('a')).toEqual([])
  })

  it('by force while it is not due takes its second opinion in the next tick, too', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    e.clock.advance(minute)
    e.entra.revokeSessions(e.userName)
    await e.refresh({ connections: ['a'], force: true })
    await e.tickAfter(5)
    expect(e.status('a').status).toBe('action-required')
  })

  it('says nothing of the newest when a bootstrap has come between', async () => {
    const e = await due()
    e.entra.answerWith({ code: 70008 })
    const { redeem } = e.dependencies.tokenEndpoint
    const tokenEndpoint: typeof e.dependencies.tokenEndpoint = {
      redeem: async (request) => {
        const answer = await redeem(request)
        await bootstrapAgain(e)
        return answer
      },
    }
    await handlersOver({ ...e.dependencies, tokenEndpoint }).refresh()
    expect(e.told.last('a')).toEqual({ kind: 'superseded' })
    expect(e.problems('a')).toEqual([])
  })

  it('is asked about once an hour for a day and then daily, keeps its grant, and a new bootstrap heals it', async () => {
    const e = await due()
    e.entra.revokeSessions(e.userName)
    await e.refresh()
    await e.tickAfter(5)
    const grant = e.current('grants', 'a').text
    expect(await requestsDuring(e, 12 * hour, 5)).toBe(12)
    expect(await requestsDuring(e, 12 * hour)).toBe(12)
    const probes = await requestsDuring(e, 10 * day)
    expect(probes).toBeGreaterThanOrEqual(10)
    expect(probes).toBeLessThanOrEqual(12)
    expect(e.current('grants', 'a').text).toBe(grant)
    expect(e.told.ticks.at(-1)).toMatchObject({ connections: 1, actionRequired: 1 })
    await bootstrapAgain(e)
    await e.tickAfter(5)
    expect(e.problems('a')).toEqual([])
    expect(e.told.ticks.at(-1)).toMatchObject({ actionRequired: 0 })
  })
})

const refusals: readonly (readonly [FailureClass, number])[] = [
  ['policy', 53003],
  ['account', 50057],
  ['request', 70011],
]

describe.each(refusals)('a refusal of the class %s (AADSTS%i)', (failureClass, code) => {
  it('calls for a person at the second time, and is probed once an hour', async () => {
    const e = await due()
    e.entra.answerWith({ code, times: 100 })
    expect(await e.refresh()).toMatchObject({ failed: { [failureClass]: 1 } })
    expect(e.status('a')).toMatchObject({ status: 'retrying', failure: { class: failureClass, refusals: 1 } })
    expect(await e.tickAfter(5)).toMatchObject({ failed: { [failureClass]: 1 } })
    expect(e.status('a')).toMatchObject({ status: 'action-required', failure: { class: failureClass } })
    expect((await e.tags('a'))['token-refresher:reason']).toBe(`${failureClass} AADSTS${code}`)
    expect(await requestsDuring(e, 55 * minute, 5)).toBe(0)
    expect(await requestsDuring(e, 5 * minute, 5)).toBe(1)
    expect(await requestsDuring(e, 10 * hour)).toBe(10)
    expect(e.current('grants', 'a').json.generation).toBe(1)
  })

  it('once, and accepted in the next tick, calls for no person', async () => {
    const e = await due()
    e.entra.answerWith({ code })
    await e.refresh()
    expect(await e.tickAfter(5)).toMatchObject({ refreshed: 1 })
    expect(e.problems('a')).toEqual([])
    expect(e.eventBus.entries.map(({ detailType }) => detailType)).toEqual([
      'Connection Bootstrapped',
      'Connection Published',
    ])
  })

  it('is over with the next probe that is granted', async () => {
    const e = await due()
    e.entra.answerWith({ code, times: 2 })
    await e.refresh()
    await e.tickAfter(5)
    expect(e.status('a').status).toBe('action-required')
    expect(await requestsDuring(e, hour, 5)).toBe(1)
    expect(e.problems('a')).toEqual([])
  })

  it('is over with a new bootstrap, at once', async () => {
    const e = await due()
    e.entra.answerWith({ code, times: 2 })
    await e.refresh()
    await e.tickAfter(5)
    expect(e.status('a').status).toBe('action-required')
    await bootstrapAgain(e)
    expect(e.problems('a')).toEqual([])
    expect(await e.tickAfter(5)).toMatchObject({ fresh: 1, failed: {} })
  })
})
