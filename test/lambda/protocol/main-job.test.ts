// The main job: a login becomes a connection, and the connection is refreshed when it is due.

import { randomUUID } from 'node:crypto'
import { DeleteSecretCommand, UntagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { pauseIsOver, refreshMarginMinutes, tags } from '../../../lambda/contract.ts'
import { day, embedded, hour, minute } from '../../support/embedded.ts'

const margin = refreshMarginMinutes({ everyMinutes: 5, minimumValidityMinutes: 15 })
const nothing = { refreshed: 0, published: 0, fresh: 0, failed: {}, left: 0 }

describe('a bootstrap from a login with the field names of IBM App Connect', () => {
  it('returns the ARN of the published secret, and the ends of access token and refresh token', async () => {
    const e = await embedded()
    const answer = await e.connect('sales-mailbox')
    expect(Object.keys(e.login)).toEqual(['client_id', 'scope', 'grant_type', 'client_secret', 'userName', 'password'])
    expect(answer).toEqual({
      connection: 'sales-mailbox',
      status: 'healthy',
      mode: 'fresh',
      publish: 'access_token',
      secret: e.secret('connections', 'sales-mailbox').arn,
      account: e.userName,
      expires_at: e.current('grants', 'sales-mailbox').json.expires_at,
      refresh_by: new Date(e.clock.now() + 90 * day).toISOString(),
    })
    expect(e.told.bootstraps).toEqual([{ connection: 'sales-mailbox', failure: undefined }])
  })

  it('leaves no login, and a client, a grant and a published secret without a key of their own', async () => {
    const e = await embedded()
    await e.connect('a')
    expect(() => e.secret('logins', 'a')).toThrow('there is no secret')
    expect(e.secret('clients', e.clientId).kmsKeyId).toBeUndefined()
    expect(e.secret('grants', 'a').kmsKeyId).toBeUndefined()
    expect(e.secret('connections', 'a').kmsKeyId).toBeUndefined()
    const now = new Date(e.clock.now()).toISOString()
    expect(e.current('clients', e.clientId).json).toEqual({
      schema: 1,
      client_id: e.clientId,
      token_endpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
      token_endpoint_auth_method: 'client_secret_post',
      client_secrets: [{ value: e.login.client_secret }],
      provider: { name: 'entra', rotation: 'reusable', inactivity_days: 90 },
    })
    const grant = e.current('grants', 'a').json
    expect(grant).toEqual({
      schema: 1,
      client_id: e.clientId,
      generation: 1,
      refresh_token: expect.any(String),
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_at: expect.stringMatching(/^2027-01-01T01:.*Z$/),
      scope: e.login.scope,
      granted_scope: expect.stringContaining('Directory.ReadWrite.All'),
      mode: 'fresh',
      publish: 'access_token',
      rotation: 'reusable',
      refreshed_at: now,
      refresh_by: new Date(e.clock.now() + 90 * day).toISOString(),
      bootstrapped_at: now,
      bootstrapped_generation: 1,
      bootstrapped_from: expect.any(String),
      account: { id: expect.stringMatching(/^entra \S+ \S+$/), username: e.userName },
    })
    expect(e.problems('a')).toEqual([])
  })

  it('tags the grant with what a listing has to show', async () => {
    const e = await embedded()
    await e.connect('a')
    const { expires_at, refresh_by } = e.current('grants', 'a').json
    expect(await e.tags('a')).toEqual({
      [tags.connection]: 'a',
      [tags.status]: 'healthy',
      [tags.client]: e.clientId,
      [tags.mode]: 'fresh',
      [tags.refreshed]: new Date(e.clock.now()).toISOString(),
      [tags.expires]: expires_at,
      [tags.refreshBy]: refresh_by,
      [tags.ending]: '',
      [tags.account]: e.userName,
      [tags.missingScope]: '',
      [tags.publish]: 'access_token',
      [tags.due]: new Date(Date.parse(String(expires_at)) - margin * minute).toISOString(),
      [tags.seal]: expect.any(String),
      [tags.told]: 'healthy',
      [tags.paused]: pauseIsOver,
      [tags.changed]: '1 access_token expires_at generation refreshed_at schema scope token_type',
      [tags.changedAnnounced]: '1',
    })
  })

  const publicKeys = ['schema', 'access_token', 'token_type', 'scope', 'expires_at', 'refreshed_at', 'generation']
  const valueKeys = [...publicKeys, 'client_id', 'client_secret', 'refresh_token', 'refresh_by']
  it.each([
    ['access_token', publicKeys],
    ['connection_values', valueKeys],
  ])('publishes %s with exactly these keys, before and after a refresh', async (publish, keys) => {
    const e = await embedded()
    await e.connect('a', { publish })
    expect(Object.keys(await e.value('connections', 'a'))).toEqual(keys)
    await e.tickAfter(90)
    const published = await e.value('connections', 'a')
    expect(Object.keys(published)).toEqual(keys)
    const { access_token, refresh_token, refresh_by } = e.current('grants', 'a').json
    expect(published).toMatchObject({ schema: 1, generation: 2, token_type: 'Bearer', access_token })
    if (publish === 'connection_values') {
      expect(published).toMatchObject({ client_secret: e.login.client_secret, refresh_token, refresh_by })
    }
  })

  it('needs no client secret for a client that is known', async () => {
    const e = await embedded()
    await e.connect('a')
    const { client_secret: _, ...login } = e.login
    await e.storeLogin('b', login)
    expect((await e.bootstrap({ connection: 'b' })).status).toBe('healthy')
    expect(e.secret('clients', e.clientId).versions.size).toBe(1)
    expect(e.problems('b')).toEqual([])
  })
})

describe('a refresh', () => {
  it('waits until it is due, and not a tick longer', async () => {
    const e = await embedded({ entra: { accessTokenLifetimeMinutes: { shortest: 60, longest: 60 } } })
    await e.connect('a')
    expect(await e.tickAfter(60 - margin - 1)).toEqual({ ...nothing, fresh: 1 })
    expect(await e.tickAfter(1)).toEqual({ ...nothing, refreshed: 1 })
    expect(e.problems('a')).toEqual([])
    expect(e.current('connections', 'a').json.generation).toBe(2)
    expect(e.told.last('a')).toMatchObject({ kind: 'refreshed', times: { generation: 2, mode: 'fresh' } })
  })

  it('costs at most two reads, two writes and one tag call, and nothing but the listing when none is due', async () => {
    const e = await embedded()
    await e.connect('a')
    expect(await e.callsDuring(() => e.tickAfter(5))).toEqual({ ListSecrets: 2 })
    const { ListSecrets, PutSecretValue, TagResource, ...reads } = await e.callsDuring(() => e.tickAfter(85))
    expect([ListSecrets, PutSecretValue, TagResource]).toEqual([2, 2, 1])
    expect(Object.values(reads).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2)
  })

  it('keeps the refresh token alive once a day in keep-alive mode', async () => {
    const e = await embedded()
    await e.connect('a', { mode: 'keep-alive' })
    for (let hours = 0; hours < 10 * 24; hours++) await e.tickAfter(60)
    expect(e.refreshRequests()).toBe(10)
    expect(e.status('a')).toMatchObject({ status: 'healthy', mode: 'keep-alive' })
  })

  it('is done at once by name and force, for the named connection alone', async () => {
    const e = await embedded()
    await e.connect('a')
    await e.connect('b')
    expect(await e.refresh({ connections: ['a'] })).toMatchObject({ ...nothing, fresh: 1 })
    expect(await e.refresh({ connections: ['a'], force: true })).toMatchObject({ ...nothing, refreshed: 1 })
    expect([e.current('grants', 'a').json.generation, e.current('grants', 'b').json.generation]).toEqual([2, 1])
  })

  it('of a name that no one knows fails, and the others named are refreshed', async () => {
    const e = await embedded()
    await e.connect('a')
    const answer = await e.refresh({ connections: ['unknown', 'a'], force: true })
    expect(answer).toMatchObject({ ...nothing, refreshed: 1, failed: { request: 1 } })
    expect(e.told.last('unknown')).toMatchObject({ kind: 'failed', failure: { code: 'connection_not_found' } })
  })

  it('is done once for each connection, in one shard or another', async () => {
    const e = await embedded()
    const names = Array.from({ length: 12 }, () => `c-${randomUUID().slice(0, 8)}`)
    for (const name of names) await e.connect(name)
    e.clock.advance(90 * minute)
    const shards = await Promise.all([0, 1, 2].map((shard) => e.refresh({ shard, of: 3 })))
    expect(shards.reduce((sum, { refreshed }) => sum + refreshed, 0)).toBe(12)
    expect(e.told.outcomes.map(({ connection }) => connection).sort()).toEqual([...names].sort())
    expect(e.refreshRequests()).toBe(12)
  })

  it('leaves a paused connection alone until the pause is over', async () => {
    const e = await embedded()
    await e.connect('a')
    await e.setTags('a', { [tags.paused]: new Date(e.clock.now()).toISOString() })
    expect(await e.callsDuring(() => e.tickAfter(10 * 60))).toEqual({ ListSecrets: 2 })
    const SecretId = e.secret('grants', 'a').arn
    await e.aws.send(new UntagResourceCommand({ SecretId, TagKeys: [tags.paused] }))
    expect(await e.tickAfter(5)).toMatchObject({ refreshed: 1 })
    expect(e.problems('a')).toEqual([])
  })
})

describe('a bootstrap of a paused connection', () => {
  it.each([
    ['the time of its pause', '2027-01-01T00:00:00Z'],
    ['an empty tag', ''],
  ])('(%s) ends the pause: the answer is healthy, and it is refreshed', async (_, value) => {
    const e = await embedded()
    await e.connect('a')
    await e.setTags('a', { [tags.paused]: value })
    expect(e.status('a').status).toBe('paused')
    expect(await e.connect('a')).toMatchObject({ status: 'healthy' })
    expect(e.status('a').status).toBe('healthy')
    expect(await e.tickAfter(63)).toMatchObject({ refreshed: 1 })
    expect(e.problems('a')).toEqual([])
  })

  it('that fails leaves it paused', async () => {
    const e = await embedded()
    await e.connect('a')
    await e.setTags('a', { [tags.paused]: '2027-01-01T00:00:00Z' })
    await expect(e.connect('a', { password: 'wrong' })).rejects.toThrow(/^account AADSTS50126/)
    expect(e.status('a').status).toBe('paused')
  })

  it('can be paused again afterwards', async () => {
    const e = await embedded()
    await e.connect('a')
    await e.setTags('a', { [tags.paused]: '2027-01-01T00:00:00Z' })
    expect(await e.tickAfter(63)).toMatchObject({ refreshed: 0 })
  })
})

describe('a second bootstrap', () => {
  it('that does not say how leaves the mode and what apps read as they were', async () => {
    const e = await embedded()
    await e.connect('a', { mode: 'keep-alive', publish: 'connection_values' })
    const answer = await e.connect('a')
    expect(answer).toMatchObject({ mode: 'keep-alive', publish: 'connection_values' })
    expect(e.current('connections', 'a').json).toHaveProperty('refresh_token')
    expect(await e.connect('a', { publish: 'access_token' })).toMatchObject({
      mode: 'keep-alive',
      publish: 'access_token',
    })
    expect(e.current('connections', 'a').json).not.toHaveProperty('refresh_token')
    expect(e.problems('a')).toEqual([])
  })

  it('of a connection that was removed begins as a new one does', async () => {
    const e = await embedded()
    await e.connect('a', { mode: 'keep-alive', publish: 'connection_values' })
    for (const room of ['grants', 'connections'] as const) {
      await e.aws.send(new DeleteSecretCommand({ SecretId: e.secret(room, 'a').arn, RecoveryWindowInDays: 7 }))
    }
    expect(await e.connect('a')).toMatchObject({ mode: 'fresh', publish: 'access_token' })
    expect(e.problems('a')).toEqual([])
  })
})

describe('the telemetry of a tick', () => {
  it('says how many connections there are, how old the oldest is, and how short the shortest', async () => {
    const e = await embedded({ entra: { accessTokenLifetimeMinutes: { shortest: 60, longest: 60 } } })
    await e.connect('a')
    await e.connect('b', { mode: 'keep-alive', client_secret_expires_at: new Date(e.clock.now() + 30 * day) })
    await e.tickAfter((6 * hour) / minute)
    expect(e.told.ticks.at(-1)).toMatchObject({
      connections: 2,
      refreshed: 1,
      actionRequired: 0,
      clientSecretDays: 29.75,
    })
    expect(e.told.ticks.at(-1)?.lowestValidityMinutes).toBeCloseTo(60, 0)
    expect(e.told.ticks.at(-1)?.oldestRefreshDays).toBeCloseTo(0.25, 2)
  })
})
