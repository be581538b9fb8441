// Token answers that are out of the ordinary, in a refresh: what can be used is used, and what was there is kept.

import { describe, expect, it } from 'vitest'
import { withFields } from '../../../local/entra/on-demand.ts'
import type { LoopbackAnswer } from '../../../local/loopback-server.ts'
import { embedded, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

type Shape = (answer: LoopbackAnswer) => LoopbackAnswer

const due = async (change: Record<string, unknown> = {}) => {
  const e = await embedded({ reach: withoutNetwork })
  await e.connect('a', change)
  e.clock.moveTo(e.status('a').next ?? 0)
  return e
}

const withBody =
  (body: string): Shape =>
  (answer) => ({ ...answer, body })

/** Longer than any answer that is read to its end. */
const endless = withBody(JSON.stringify({ access_token: 'x'.repeat(1_000_000) }))

const unusable: readonly (readonly [string, Shape, string])[] = [
  ['is not JSON', withBody('<html>Sign in</html>'), 'unusable_answer'],
  ['is empty', withBody(''), 'unusable_answer'],
  ['is a list', withBody('[]'), 'unusable_answer'],
  ['is larger than 1 MB', endless, 'answer_too_large'],
  ['has no access token', withFields({ access_token: undefined }), 'unusable_answer'],
  ['has an empty access token', withFields({ access_token: '' }), 'unusable_answer'],
  ['has a number for an access token', withFields({ access_token: 1 }), 'unusable_answer'],
]

describe('a refresh whose answer', () => {
  it.each(unusable)('%s leaves the access token as it was, and is tried again', async (_, shape, code) => {
    const e = await due()
    const before = e.current('connections', 'a').json
    e.entra.shapeNext(shape, { times: 2 })
    expect(await e.refresh()).toMatchObject({ refreshed: 0, failed: { transient: 1 } })
    expect(e.status('a')).toMatchObject({ status: 'retrying', failure: { class: 'transient', code } })
    expect(e.current('connections', 'a').json.access_token).toBe(before.access_token)
    expect(e.current('grants', 'a').json.access_token).toBe(before.access_token)
    expect(e.leaks(e.told.text() + JSON.stringify(await e.tags('a')))).toEqual([])
    for (let ticks = 0; ticks < 4; ticks++) await e.tickAfter(5)
    expect(e.problems('a')).toEqual([])
  })

  it.each([
    ['has its lifetime as text', { expires_in: '4000' }, 4000],
    ['has no lifetime, and so an hour', { expires_in: undefined }, 3600],
    ['has a negative lifetime, and so an hour', { expires_in: -1 }, 3600],
    ['has a lifetime of words, and so an hour', { expires_in: 'an hour' }, 3600],
    ['has its lifetime in milliseconds and in seconds', { expires_in: 3_600_000, expires_in_sec: 3600 }, 3600],
    ['has no token type', { token_type: undefined }, undefined],
    ['has an empty token type', { token_type: '' }, undefined],
    ['has a scope that is none', { scope: 7 }, undefined],
    ['has an id_token that is none', { id_token: 'none' }, undefined],
    ['spells its token type in capitals', { token_type: 'BEARER' }, undefined],
    ['has fields that no one knows', { foo: { bar: [] } }, undefined],
  ])('%s is taken', async (_, change, seconds) => {
    const e = await due()
    e.entra.shapeNext(withFields(change))
    expect(await e.refresh()).toMatchObject({ refreshed: 1, failed: {} })
    const { expires_at, refreshed_at } = e.current('connections', 'a').json
    const lifetime = Date.parse(String(expires_at)) - Date.parse(String(refreshed_at))
    if (seconds !== undefined) expect(lifetime).toBe(seconds * 1000)
    expect(e.problems('a')).toEqual([])
  })

  it('has a token type by another name is taken, with a warning in the log', async () => {
    const e = await due()
    e.entra.shapeNext(withFields({ token_type: 'bot' }))
    expect(await e.refresh()).toMatchObject({ refreshed: 1, failed: {} })
    expect(e.current('connections', 'a').json.token_type).toBe('Bearer')
    expect(e.told.tokenRequests.at(-1)).toMatchObject({ result: 'granted', warning: 'token_type_not_bearer' })
    expect(e.problems('a')).toEqual([])
  })

  it('has a token type that is bound to a key is refused at once, and its refresh token is kept', async () => {
    const e = await due()
    const before = e.current('grants', 'a').json
    e.entra.shapeNext(withFields({ token_type: 'DPoP' }))
    expect(await e.refresh()).toMatchObject({ refreshed: 0, failed: { request: 1 } })
    expect(e.status('a').failure?.code).toBe('token_type_bound')
    expect(e.refreshRequests()).toBe(1)
    expect(e.current('connections', 'a').json.access_token).toBe(before.access_token)
    expect(e.current('grants', 'a').json.refresh_token).not.toBe(before.refresh_token)
  })

  it.each([[{ refresh_token: undefined }], [{ refresh_token: '' }], [{ refresh_token: null }]])(
    'has %j keeps the refresh token that there is',
    async (change) => {
      const e = await due({ publish: 'connection_values' })
      const { refresh_token } = e.current('grants', 'a').json
      e.entra.shapeNext(withFields(change))
      expect(await e.refresh()).toMatchObject({ refreshed: 1 })
      expect(e.current('grants', 'a').json.refresh_token).toBe(refresh_token)
      expect(e.current('connections', 'a').json.refresh_token).toBe(refresh_token)
      expect(e.problems('a')).toEqual([])
    },
  )
})

describe('a refresh whose tokens are too large for a secret', () => {
  const large = 'x'.repeat(65_536)

  it('needs a person, and keeps the access token that there is and the refresh token that has come', async () => {
    const e = await due()
    const before = e.current('grants', 'a').json
    e.entra.shapeNext(withFields({ access_token: large }), { times: 2 })
    expect(await e.refresh()).toMatchObject({ failed: { request: 1 } })
    expect(e.status('a')).toMatchObject({ status: 'retrying', failure: { code: 'secret_too_large', refusals: 1 } })
    expect(e.told.last('a')).toMatchObject({ failure: { remedy: expect.stringContaining('fewer permissions') } })
    expect(e.current('grants', 'a').json.access_token).toBe(before.access_token)
    expect(e.current('grants', 'a').json.refresh_token).not.toBe(before.refresh_token)
    expect(await e.tickAfter(5)).toMatchObject({ failed: { request: 1 } })
    expect(e.status('a')).toMatchObject({
      status: 'action-required',
      failure: { code: 'secret_too_large', refusals: 2 },
    })
    expect(e.entra.wouldAccept(String(e.current('grants', 'a').json.refresh_token))).toBe(true)
    expect(await e.tickAfter(55)).toMatchObject({ refreshed: 0 })
    expect(e.refreshRequests()).toBe(2)
    expect(await e.tickAfter(5)).toMatchObject({ refreshed: 1 })
    expect(e.problems('a')).toEqual([])
  })

  it.each(['access_token', 'connection_values'])(
    '(a refresh token, published as %s) keeps the old one',
    async (publish) => {
      const e = await due({ publish })
      const { text } = e.current('grants', 'a')
      e.entra.shapeNext(withFields({ refresh_token: large }))
      expect(await e.refresh()).toMatchObject({ failed: { request: 1 } })
      expect(e.current('grants', 'a').text).toBe(text)
      expect(e.status('a').failure?.code).toBe('secret_too_large')
      e.clock.advance(25 * 60 * minute)
      expect(await e.refresh()).toMatchObject({ refreshed: 1 })
      expect(e.problems('a')).toEqual([])
    },
  )

  it('but would fit in the grant and not beside what apps see keeps them all the same', async () => {
    const e = await due({ publish: 'connection_values' })
    e.entra.shapeNext(withFields({ refresh_token: 'x'.repeat(65_536 - 3_000) }))
    await e.refresh()
    for (let ticks = 0; ticks < 3; ticks++) await e.tickAfter(10 * 60)
    expect(
      e.told.outcomes.filter(({ outcome }) => outcome.kind === 'failed' && outcome.failure.class === 'store'),
    ).toEqual([])
    expect(e.problems('a')).toEqual([])
  })
})
