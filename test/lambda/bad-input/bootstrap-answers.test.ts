// Token answers that are out of the ordinary, in a bootstrap: what was there before is as it was.

import { describe, expect, it } from 'vitest'
import { withFields } from '../../../local/entra/on-demand.ts'
import type { LoopbackAnswer } from '../../../local/loopback-server.ts'
import { type Embedded, embedded, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

type Shape = (answer: LoopbackAnswer) => LoopbackAnswer

const withBody =
  (body: string): Shape =>
  (answer) => ({ ...answer, body })

const isStored = (e: Embedded, login: string) =>
  e.secretsManager.inspect(`token-refresher/logins/${login}`) !== undefined

const refused: readonly (readonly [string, Shape, RegExp, 'erased' | 'kept'])[] = [
  ['is not JSON', withBody('<html>Sign in</html>'), /^transient unusable_answer: /, 'erased'],
  ['has no access token', withFields({ access_token: undefined }), /^transient unusable_answer: The refresh/, 'kept'],
  [
    'has a token type that is bound to a key',
    withFields({ token_type: 'mac' }),
    /^request token_type_bound: The refresh/,
    'kept',
  ],
  [
    'has no refresh token',
    withFields({ refresh_token: undefined }),
    /^request no_refresh_token: .*offline_access/,
    'erased',
  ],
  [
    'is too large for a secret',
    withFields({ access_token: 'x'.repeat(65_536) }),
    /^request secret_too_large: The refresh token that arrived is kept .*65536 bytes/,
    'kept',
  ],
]

describe('a bootstrap whose answer', () => {
  it.each(refused)('%s says so, and leaves the connection as it was', async (_, shape, message, login) => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const before = [e.current('grants', 'a').text, e.current('connections', 'a').text]
    await e.storeLogin('a', e.login)
    // A refresh token that came with it is worth a request of its own, which fails in the same way.
    e.entra.shapeNext(shape, { times: 2 })
    const error: unknown = await e.bootstrap({ connection: 'a' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'BootstrapRefused', message: expect.stringMatching(message) })
    expect(e.leaks(String(error) + e.told.text())).toEqual([])
    expect(isStored(e, 'a')).toBe(login === 'kept')
    expect([e.current('grants', 'a').text, e.current('connections', 'a').text]).toEqual(before)
    e.entra.answerAsUsual()
    await e.tickAfter(90)
    expect(e.problems('a')).toEqual([])
  })

  it('has no access token but a refresh token is followed by a request with that, and nothing is lost', async () => {
    const e = await embedded({ reach: withoutNetwork })
    e.entra.shapeNext(withFields({ access_token: undefined }))
    await e.connect('a')
    expect(Object.fromEntries(e.entra.requests)).toEqual({ password: 1, refresh_token: 1 })
    expect(e.problems('a')).toEqual([])
  })

  it('is larger than 1 MB may have been a success, so the login is kept and not sent again', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('a', e.login)
    e.entra.shapeNext(withBody(JSON.stringify({ access_token: 'x'.repeat(1_000_000) })))
    await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow(/^transient answer_too_large: /)
    await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow(/^request login_already_tried: /)
    expect([isStored(e, 'a'), e.entra.requests.get('password')]).toEqual([true, 1])
  })

  it.each([
    ['has its lifetime as text', { expires_in: '4000' }, 4000],
    ['has no lifetime, and so an hour', { expires_in: undefined }, 3600],
    ['has a negative lifetime, and so an hour', { expires_in: -1 }, 3600],
  ])('%s is taken', async (_, change, seconds) => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('a', e.login)
    e.entra.shapeNext(withFields(change))
    const { expires_at } = await e.bootstrap({ connection: 'a' })
    expect(Date.parse(expires_at) - e.clock.now()).toBe(seconds * 1000)
    expect(e.problems('a')).toEqual([])
  })
})

describe('an access token that lives five minutes', () => {
  const accessTokenLifetimeMinutes = { shortest: 5, longest: 5 }

  it('cannot be kept fresh: the reason is reported, and the connection is kept alive all the same', async () => {
    const e = await embedded({ reach: withoutNetwork, entra: { accessTokenLifetimeMinutes } })
    await expect(e.connect('a')).rejects.toThrow(
      /^request lifetime_too_short: The access token lives 5 minutes and fresh mode takes \d+, so the connection is kept in keep-alive mode\. Set "mode" to "keep-alive"/,
    )
    expect(isStored(e, 'a')).toBe(false)
    expect(e.current('grants', 'a').json).toMatchObject({ mode: 'keep-alive', generation: 1 })
    expect(e.problems('a')).toEqual([])
    for (let hours = 0; hours < 72; hours++) await e.tickAfter(60)
    expect(e.refreshRequests()).toBe(3)
    expect(e.entra.wouldAccept(String(e.current('grants', 'a').json.refresh_token))).toBe(true)
  })

  it('is welcome in keep-alive mode', async () => {
    const e = await embedded({ reach: withoutNetwork, entra: { accessTokenLifetimeMinutes } })
    expect((await e.connect('a', { mode: 'keep-alive' })).status).toBe('healthy')
  })

  it.each([
    [42.9, 'refused'],
    [43, 'taken'],
  ])('(%d minutes: %s) is judged by what the store and a reader need', async (minutes, verdict) => {
    const e = await embedded({
      reach: withoutNetwork,
      entra: { accessTokenLifetimeMinutes: { shortest: minutes, longest: minutes } },
    })
    const ended = await e.connect('a').then(
      () => 'taken',
      () => 'refused',
    )
    expect(ended).toBe(verdict)
    expect(e.current('grants', 'a').json.mode).toBe(verdict === 'taken' ? 'fresh' : 'keep-alive')
    if (verdict === 'refused') return
    let lowest = Number.POSITIVE_INFINITY
    for (let ticks = 0; ticks < 288; ticks++) {
      await e.tickAfter(5)
      const { expires_at } = e.current('connections', 'a').json
      lowest = Math.min(lowest, (Date.parse(String(expires_at)) - e.clock.now()) / minute)
    }
    expect(lowest).toBeGreaterThanOrEqual(15)
    expect(e.secret('grants', 'a').versions.size).toBeLessThanOrEqual(145)
  })
})
