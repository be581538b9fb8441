// Refresh tokens that may be used once: a claim goes before the use, and a use whose outcome is unknown is not repeated.

import { describe, expect, it } from 'vitest'
import { withFields } from '../../../local/entra/on-demand.ts'
import { labelled } from '../../../local/secrets-manager/service.ts'
import { type Embedded, embedded, handlersOver, interposed, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const due = async (change: Record<string, unknown> = {}) => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a', { rotation: 'single-use', ...change })
  e.clock.moveTo(e.status('a').next ?? 0)
  return e
}

/** Refresh tokens in the order in which they were sent. */
const sentTokens = (e: Embedded): string[] => {
  const sent: string[] = []
  e.faults.entra = ({ body }) => {
    sent.push(new URLSearchParams(body).get('refresh_token') ?? '')
    return undefined
  }
  return sent
}

const tokenOf = (e: Embedded) => String(e.current('grants', 'a').json.refresh_token)

describe('the claim', () => {
  it('lets one of two refreshers at once make the token request', async () => {
    const e = await due()
    const answers = await Promise.all([e.refresh(), e.refresh()])
    expect(answers.map(({ refreshed }) => refreshed).sort()).toEqual([0, 1])
    expect(e.refreshRequests()).toBe(1)
    expect(e.problems('a')).toEqual([])
  })

  it('holds while the first one still waits for its answer', async () => {
    const e = await due()
    const dependencies = interposed(e.dependencies, async (call, run) => {
      if (call === 'redeem') await e.refresh()
      return run()
    })
    expect(await handlersOver(dependencies).refresh()).toMatchObject({ refreshed: 1 })
    expect(e.told.outcomes.map(({ outcome }) => outcome.kind)).toEqual(['claimed', 'refreshed'])
    expect(e.refreshRequests()).toBe(1)
  })

  it('is a version with a label of its own, which apps and people never meet as the value', async () => {
    const e = await due()
    await e.refresh()
    const claim = labelled(e.secret('grants', 'a'), 'TOKEN_REFRESHER_CLAIM')
    expect(claim?.labels).toEqual(['TOKEN_REFRESHER_CLAIM'])
    expect(JSON.parse(claim?.string ?? '')).toEqual({ schema: 1, claim: expect.any(String), until: expect.any(String) })
    expect(e.problems('a')).toEqual([])
  })

  it('is not made for refresh tokens that may be used again', async () => {
    const e = await due({ rotation: 'reusable' })
    await e.refresh()
    expect(labelled(e.secret('grants', 'a'), 'TOKEN_REFRESHER_CLAIM')).toBeUndefined()
  })

  it('goes before every refresh of a long run, without a lapse', async () => {
    const e = await due()
    let lowest = Number.POSITIVE_INFINITY
    for (let ticks = 0; ticks < 288; ticks++) {
      await e.tickAfter(5)
      const { expires_at } = e.current('connections', 'a').json
      lowest = Math.min(lowest, (Date.parse(String(expires_at)) - e.clock.now()) / minute)
    }
    expect(lowest).toBeGreaterThanOrEqual(15)
    expect(e.secret('grants', 'a').versions.size).toBeLessThanOrEqual(144)
    expect(e.problems('a')).toEqual([])
  })
})

describe('a token request whose outcome is unknown', () => {
  it.each([
    ['an answer that is lost', { kind: 'lose-answer' }],
    ['a gateway that answers 502', { kind: 'answer', answer: { status: 502, body: 'Bad Gateway' } }],
  ] as const)('(%s) is not repeated before the claim is void', async (_, fault) => {
    const e = await due()
    const sent = sentTokens(e)
    const watch = e.faults.entra
    e.faults.entra = (request) => watch?.(request) ?? fault
    expect(await e.refresh()).toMatchObject({ failed: { transient: 1 } })
    expect(sent).toEqual([tokenOf(e)])
    e.faults.entra = watch
    for (let minutes = 0; minutes < 5; minutes++) {
      await e.tickAfter(1)
      expect(sent).toHaveLength(1)
    }
    await e.tickAfter(1)
    expect(sent).toHaveLength(2)
    expect(e.problems('a')).toEqual([])
  })

  it('is repeated at once where the refresh token may be used again', async () => {
    const e = await due({ rotation: 'reusable' })
    let lost = 0
    e.faults.entra = () => (lost++ === 0 ? { kind: 'lose-answer' } : undefined)
    expect(await e.refresh()).toMatchObject({ refreshed: 1 })
    expect(lost).toBe(2)
  })
})

it('repeats at once a token request that certainly was not sent', async () => {
  const e = await due()
  await e.servers.entra.refuseConnections()
  let requests = 0
  const dependencies = interposed(e.dependencies, async (call, run) => {
    if (call === 'redeem' && requests++ === 1) await e.servers.entra.acceptConnections()
    return run()
  })
  expect(await handlersOver(dependencies).refresh()).toMatchObject({ refreshed: 1, failed: {} })
  expect(requests).toBe(2)
  expect(e.refreshRequests()).toBe(1)
  expect(e.problems('a')).toEqual([])
})

describe.each(['single-use', 'reusable'])('a success answer without an access token (%s)', (rotation) => {
  it('leaves its refresh token stored and the access token as it was', async () => {
    const e = await due({ rotation })
    const before = e.current('grants', 'a').json
    e.entra.shapeNext(withFields({ access_token: undefined }))
    expect(await e.refresh()).toMatchObject({ refreshed: 0, failed: { transient: 1 } })
    const { refresh_token, generation, ...after } = e.current('grants', 'a').json
    expect(refresh_token).not.toBe(before.refresh_token)
    expect(generation).toBe(2)
    expect(before).toMatchObject(after)
    expect(e.current('connections', 'a').json).toMatchObject({ access_token: before.access_token })
    expect(e.status('a')).toMatchObject({ status: 'retrying', failure: { code: 'unusable_answer' } })
    const sent = sentTokens(e)
    await e.tickAfter(5)
    expect(sent).toEqual([refresh_token])
    expect(e.problems('a')).toEqual([])
  })
})

describe('the commit of a refresh token that cannot be had twice', () => {
  it('is tried until the invocation ends, and what failed then is the store', async () => {
    const e = await due()
    let tries = 0
    e.faults.aws = ({ headers, body }) => {
      if (headers['x-amz-target'] !== 'secretsmanager.PutSecretValue' || !body.includes('refresh_token'))
        return undefined
      tries++
      return { kind: 'reset' }
    }
    const began = e.clock.now()
    expect(await handlersOver(e.dependencies).refresh()).toMatchObject({ failed: { store: 1 } })
    expect(e.clock.now() - began).toBeGreaterThan(90_000)
    expect(tries).toBeGreaterThan(10)
    expect(e.refreshRequests()).toBe(1)
    e.faults.aws = undefined
    for (let ticks = 0; ticks < 3; ticks++) await e.tickAfter(5)
    expect(e.problems('a')).toEqual([])
  })
})
