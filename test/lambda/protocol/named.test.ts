// A tick over named connections: it answers for each what came of it, and may change how they are kept.

import { describe, expect, it } from 'vitest'
import { withFields } from '../../../local/entra/on-demand.ts'
import { embedded, handlersOver, interposed, minute } from '../../support/embedded.ts'

describe('the answer about a named connection', () => {
  it('says class, code and remedy of a failure of the store, which no tag holds', async () => {
    const e = await embedded()
    await e.connect('a')
    await e.connect('b')
    e.faults.aws = ({ headers, body }) =>
      headers['x-amz-target'] === 'secretsmanager.PutSecretValue' && body.includes('grants/a')
        ? { kind: 'answer', answer: { status: 400, body: '{"__type":"AccessDeniedException","message":"no"}' } }
        : undefined
    const { outcomes, failed } = await e.refresh({ connections: ['a', 'b'], force: true })
    expect(failed).toEqual({ store: 1 })
    expect(outcomes).toEqual([
      {
        ...{ connection: 'a', outcome: 'failed', class: 'store', code: 'AccessDeniedException' },
        remedy: expect.stringMatching(/^Allow the role .* Then run token-refresher refresh a\.$/),
      },
      { connection: 'b', outcome: 'refreshed' },
    ])
  })

  it('says until when another run holds its single-use refresh token', async () => {
    const e = await embedded()
    await e.connect('a', { rotation: 'single-use' })
    const held: unknown[] = []
    const dependencies = interposed(e.dependencies, async (call, run) => {
      if (call === 'redeem') held.push(await e.refresh({ connections: ['a'], force: true }))
      return run()
    })
    await handlersOver(dependencies).refresh({ connections: ['a'], force: true })
    expect(held).toMatchObject([{ refreshed: 0, outcomes: [{ connection: 'a', outcome: 'held' }] }])
    const [{ outcomes }] = held as [{ outcomes: readonly [{ held_until: string }] }]
    const left = Date.parse(outcomes[0].held_until) - e.clock.now()
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(15 * minute)
  })

  it('is not given for a tick over all connections', async () => {
    const e = await embedded()
    await e.connect('a')
    expect(await e.refresh()).not.toHaveProperty('outcomes')
  })
})

describe('how a connection is kept', () => {
  it('changes with a refresh and without a sign-in, and so does what apps read', async () => {
    const e = await embedded()
    await e.connect('a')
    const before = e.current('connections', 'a').json
    const { outcomes } = await e.refresh({
      connections: ['a'],
      set: { mode: 'keep-alive', publish: 'connection_values' },
    })
    expect(outcomes).toEqual([{ connection: 'a', outcome: 'refreshed' }])
    expect(e.current('grants', 'a').json).toMatchObject({ mode: 'keep-alive', publish: 'connection_values' })
    expect(e.status('a').mode).toBe('keep-alive')
    const after = e.current('connections', 'a').json
    expect(after).toMatchObject({ client_secret: expect.any(String), refresh_token: expect.any(String) })
    expect(Number(after.generation)).toBe(Number(before.generation) + 1)
    expect(e.problems('a')).toEqual([])
    await e.tickAfter(24 * 60)
    expect(e.current('grants', 'a').json.mode).toBe('keep-alive')
  })

  it('keeps what is not named', async () => {
    const e = await embedded()
    await e.connect('a', { mode: 'keep-alive', publish: 'connection_values' })
    await e.refresh({ connections: ['a'], set: { publish: 'access_token' } })
    expect(e.current('grants', 'a').json).toMatchObject({ mode: 'keep-alive', publish: 'access_token' })
    expect(e.current('connections', 'a').json).not.toHaveProperty('refresh_token')
  })

  it('stays as it is when the provider refuses the refresh', async () => {
    const e = await embedded()
    await e.connect('a')
    e.faults.entra = () => ({ kind: 'answer', answer: { status: 503, body: '' } })
    const { outcomes } = await e.refresh({ connections: ['a'], set: { mode: 'keep-alive' } })
    expect(outcomes).toMatchObject([{ outcome: 'failed', class: 'transient', code: 'http_503' }])
    expect(e.current('grants', 'a').json.mode).toBe('fresh')
  })

  it('is not changed to fresh where access tokens end too soon, and the refresh token is not used for it', async () => {
    const e = await embedded()
    e.entra.shapeNext(withFields({ expires_in: 20 * 60 }))
    await e.connect('a', { mode: 'keep-alive' })
    const before = e.refreshRequests()
    const { outcomes } = await e.refresh({ connections: ['a'], set: { mode: 'fresh' } })
    expect(outcomes).toMatchObject([{ outcome: 'failed', class: 'request', code: 'lifetime_too_short' }])
    expect(e.refreshRequests()).toBe(before)
    expect(e.status('a').status).toBe('healthy')
  })
})
