// Tags are a hint: a wrong, stale or missing one costs a read, never a lapse.

import { UntagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { tags } from '../../../lambda/contract.ts'
import { day, type Embedded, embedded, hour, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const untag = async (e: Embedded) => {
  const SecretId = e.secret('grants', 'a').arn
  await e.aws.send(new UntagResourceCommand({ SecretId, TagKeys: Object.keys(await e.tags('a')) }))
}

/** Ticks until the access token that apps see has lived its life; it has to be replaced in time. */
const refreshesInTime = async (e: Embedded) => {
  const before = Date.parse(String(e.current('connections', 'a').json.expires_at))
  while (e.clock.now() < before - 20 * minute) await e.tickAfter(5)
  expect(Date.parse(String(e.current('connections', 'a').json.expires_at))).toBeGreaterThan(before)
  expect(e.problems('a')).toEqual([])
}

describe('a grant secret that has lost its tags', () => {
  it('is found, and its tags are mended at the cost of a read', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const { [tags.told]: _, [tags.paused]: __, ...all } = await e.tags('a')
    const { [tags.changed]: ___, [tags.changedAnnounced]: ____, ...before } = all
    await untag(e)
    const calls = await e.callsDuring(() => e.tickAfter(5))
    expect(calls).toEqual({ ListSecrets: 2, BatchGetSecretValue: 1, GetSecretValue: 1, TagResource: 1 })
    expect(await e.tags('a')).toEqual(before)
    expect(await e.callsDuring(() => e.tickAfter(5))).toEqual({ ListSecrets: 2 })
  })

  it('is refreshed when it is due', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    await untag(e)
    expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1 })
    expect(e.problems('a')).toEqual([])
  })
})

const start = Date.parse('2027-01-01T00:00:00Z')
const inAYear = new Date(start + 365 * day).toISOString()
const edits = [
  [tags.connection, 'another'],
  [tags.client, 'another-client'],
  [tags.client, 'no secret has such a name'],
  [tags.client, ''],
  [tags.mode, 'keep-alive'],
  [tags.mode, 'sometimes'],
  [tags.status, 'action-required'],
  [tags.status, 'retrying'],
  [tags.due, inAYear],
  [tags.due, 'never'],
  [tags.due, ''],
  [tags.refreshed, inAYear],
  [tags.expires, inAYear],
  [tags.refreshBy, inAYear],
  [tags.seal, 'edited'],
  [tags.failed, inAYear],
  [tags.reason, 'policy AADSTS53003'],
  [tags.failures, 'many'],
  [tags.refusals, 'many'],
  [tags.concerns, 'held'],
  [tags.retry, inAYear],
  [tags.failureSeal, 'edited'],
] as const

describe('a tag edited by hand', () => {
  it.each(edits)('(%s: "%s") costs a read and never a lapse', async (key, value) => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    await e.setTags('a', { [key]: value })
    await e.tickAfter(5)
    expect(e.refreshRequests()).toBe(0)
    await refreshesInTime(e)
  })

  it('to a whole failure that never was is not believed', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const invented = { [tags.failed]: inAYear, [tags.reason]: 'policy AADSTS53003', [tags.failures]: '3' }
    await e.setTags('a', { ...invented, [tags.retry]: inAYear, [tags.status]: 'action-required' })
    expect(e.status('a').status).toBe('healthy')
    await refreshesInTime(e)
  })

  it('back to what an older version had is noticed', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.connect('a')
    const older = await e.tags('a')
    await e.refresh({ connections: ['a'], force: true })
    await e.setTags('a', older)
    expect(e.status('a').next).toBeUndefined()
    await refreshesInTime(e)
  })

  it.each([tags.retry, tags.failed, tags.reason, tags.failures, tags.refusals, tags.concerns, tags.failureSeal])(
    'of a connection in trouble (%s) brings the next attempt forward, never back',
    async (key) => {
      const e = await embedded({ reach: withoutNetwork })
      await e.connect('a')
      e.entra.answerWith({ code: 53003, times: 2 })
      await e.tickAfter(90)
      await e.tickAfter(5)
      expect(e.status('a').status).toBe('action-required')
      await e.setTags('a', { [key]: inAYear })
      await e.tickAfter(5)
      expect(e.problems('a')).toEqual([])
    },
  )
})

describe('a listing that lags five minutes', () => {
  const listingLagMilliseconds = 5 * minute

  it('leads neither to a lapse nor to a second refresh over three days', async () => {
    const e = await embedded({ reach: withoutNetwork, secretsManager: { listingLagMilliseconds } })
    await e.connect('a')
    let lowest = Number.POSITIVE_INFINITY
    const end = e.clock.now() + 3 * day
    while (e.clock.now() < end) {
      await e.tickAfter(5)
      const { expires_at } = e.current('connections', 'a').json
      lowest = Math.min(lowest, (Date.parse(String(expires_at)) - e.clock.now()) / minute)
    }
    expect(lowest).toBeGreaterThanOrEqual(15)
    const generation = Number(e.current('grants', 'a').json.generation)
    expect(e.refreshRequests()).toBe(generation - 1)
    // An access token lives at least 60 minutes, 28 of which are kept in hand.
    expect(generation).toBeLessThan((3 * day) / (32 * minute))
    expect(e.told.outcomes.filter(({ outcome }) => outcome.kind === 'failed')).toEqual([])
  })

  it('does not show a new connection, which is seen in time all the same', async () => {
    const e = await embedded({ reach: withoutNetwork, secretsManager: { listingLagMilliseconds } })
    await e.connect('a')
    expect(await e.refresh()).toMatchObject({ fresh: 0 })
    await refreshesInTime(e)
  })

  it('brings back a backup of the tags without an effect on the connection', async () => {
    const e = await embedded({ reach: withoutNetwork, secretsManager: { listingLagMilliseconds } })
    await e.connect('a')
    await untag(e)
    for (let ticks = 0; ticks < 4; ticks++) await e.tickAfter(5)
    expect(await e.callsDuring(() => e.tickAfter(5))).toEqual({ ListSecrets: 2 })
    expect(e.clock.now()).toBeLessThan(start + hour)
    expect(e.problems('a')).toEqual([])
  })
})
