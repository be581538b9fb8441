// A certified authorization server that no one here wrote: oidc-provider, with single-use refresh tokens.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { claimVersionId } from '../../lambda/core/secrets/version-id.ts'
import { day, type Embedded, embedded, minute } from '../support/embedded.ts'
import { type AuthMethod, AuthorizationServer, authMethods, scope } from '../support/oidc-provider.ts'

const user = 'anna'
const connection = 'a'
const now = { connections: [connection], force: true }

let server: AuthorizationServer
beforeAll(async () => {
  server = await AuthorizationServer.start()
})
beforeEach(() => server.forget())
afterAll(() => server.close())

const connectTo = async (e: Embedded, method: AuthMethod) => {
  const refresh_token = await server.signIn(method, user)
  const login = { grant_type: 'refresh_token', refresh_token, scope, ...server.client(method) }
  await e.storeLogin(connection, login)
  return { login, answer: await e.bootstrap({ connection }) }
}

const connected = async (method: AuthMethod = 'client_secret_post') => {
  const e = await embedded()
  return { e, ...(await connectTo(e, method)) }
}

const tokenOf = (e: Embedded) => String(e.current('grants', connection).json.refresh_token)
const published = (e: Embedded) => e.current('connections', connection).json

/** How many token requests are made while this is done. */
const requestsDuring = async (work: () => Promise<unknown>): Promise<number> => {
  const { around } = server
  let requests = 0
  server.around = (next, socket) => {
    requests++
    return around(next, socket)
  }
  await work()
  server.around = around
  return requests
}

describe.each(authMethods)('a grant of a client with authentication method %s', (method) => {
  it('is bootstrapped from a refresh token, and its provider is taken for one whose refresh tokens are single-use', async () => {
    const { e, login, answer } = await connected(method)
    expect(answer).toMatchObject({ connection, status: 'healthy' })
    const client = e.current('clients', login.client_id).json
    expect(client).toMatchObject({ provider: { name: 'generic', rotation: 'single-use' } })
    expect(tokenOf(e)).not.toBe(login.refresh_token)
    expect(await server.userOf(String(published(e).access_token))).toBe(user)
    expect(e.secretsManager.inspect(`token-refresher/logins/${connection}`)).toBeUndefined()
  })

  it('is kept alive over 30 refreshes, each with new tokens and a claim before it', async () => {
    const { e, login } = await connected(method)
    const refreshTokens = new Set([login.refresh_token, tokenOf(e)])
    const accessTokens = new Set([published(e).access_token])
    const claimed: boolean[] = []
    server.around = (next) => {
      const { versionId } = e.current('grants', connection)
      claimed.push(e.secret('grants', connection).versions.has(claimVersionId(versionId, 0)))
      return next()
    }
    for (let refreshes = 1; refreshes <= 30; refreshes++) {
      const forced = refreshes % 3 === 0
      e.clock.moveTo(forced ? e.clock.now() + 10 * minute : (e.status(connection).next ?? 0))
      expect(await e.refresh(forced ? now : {})).toMatchObject({ refreshed: 1, failed: {} })
      refreshTokens.add(tokenOf(e))
      accessTokens.add(published(e).access_token)
      expect(published(e).generation).toBe(refreshes + 1)
      expect(await server.userOf(String(published(e).access_token))).toBe(user)
    }
    expect(refreshTokens.size).toBe(32)
    expect(accessTokens.size).toBe(31)
    expect(claimed).toEqual(Array.from({ length: 30 }, () => true))
    expect(server.told).toEqual(Array.from({ length: 31 }, () => 'refresh_token.consumed'))
    expect(e.status(connection).status).toBe('healthy')
    const told = e.told.text()
    expect([...refreshTokens, ...accessTokens].filter((token) => told.includes(String(token)))).toEqual([])
  })
})

describe('two refreshers at once', () => {
  it('use each refresh token once between them, so that the grant lives on', async () => {
    const { e } = await connected()
    for (let round = 1; round <= 10; round++) {
      e.clock.advance(60 * minute)
      const answers = await Promise.all([e.refresh(now), e.refresh(), e.refresh(now)])
      expect(answers.map(({ refreshed }) => refreshed).sort()).toEqual([0, 0, 1])
      expect(await server.userOf(String(published(e).access_token))).toBe(user)
    }
    expect(server.told).toEqual(Array.from({ length: 11 }, () => 'refresh_token.consumed'))
  })

  it('do so too when the second one comes while the first one waits for its answer', async () => {
    const { e } = await connected()
    e.clock.advance(60 * minute)
    let requests = 0
    server.around = async (next) => {
      requests++
      if (requests === 1) expect(await e.refresh(now)).toMatchObject({ refreshed: 0, failed: {} })
      await next()
      if (requests === 1) expect(await e.refresh(now)).toMatchObject({ refreshed: 0, failed: {} })
    }
    expect(await e.refresh()).toMatchObject({ refreshed: 1, failed: {} })
    expect(requests).toBe(1)
    expect(server.told).not.toContain('grant.revoked')
  })
})

/** From a first refusal on: ticks until a person is asked. */
const tickUntilActionRequired = async (e: Embedded) => {
  for (let ticks = 0; ticks < 4 && e.status(connection).status !== 'action-required'; ticks++) await e.tickAfter(5)
}

describe('a grant that has ended', () => {
  it.each([
    ['at the revocation endpoint', (token: string) => server.revoke(method, token)],
    ['by an administrator', (token: string) => server.endGrant(token)],
  ] as const)('(%s) is reauthorize: asked twice, then a person is notified, once', async (_, end) => {
    const { e } = await connected()
    const stored = tokenOf(e)
    await end(stored)
    e.clock.moveTo(e.status(connection).next ?? 0)
    const requests = await requestsDuring(async () => {
      expect(await e.refresh()).toMatchObject({ refreshed: 0, failed: { reauthorize: 1 } })
      expect(e.status(connection)).toMatchObject({ status: 'retrying', failure: { code: 'invalid_grant' } })
      await tickUntilActionRequired(e)
    })
    expect(requests).toBe(2)
    expect(e.status(connection)).toMatchObject({
      status: 'action-required',
      failure: { class: 'reauthorize', code: 'invalid_grant', failures: 2 },
    })
    expect(tokenOf(e)).toBe(stored)
    const told = () => e.told.announcements.filter(({ name }) => name === 'Connection Action Required')
    expect(told().map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ connection, class: 'reauthorize', code: 'invalid_grant', remedy: expect.any(String) }),
    ])
    const probes = await requestsDuring(async () => {
      for (const end = e.clock.now() + 3 * day; e.clock.now() < end; ) await e.tickAfter(60)
    })
    // Hourly for a day, then daily.
    expect(probes).toBeGreaterThanOrEqual(25)
    expect(probes).toBeLessThanOrEqual(28)
    expect(told()).toHaveLength(1)
  })

  it('comes back when its owner signs in again: apps read on, from a higher generation', async () => {
    const { e } = await connected()
    await server.revoke(method, tokenOf(e))
    e.clock.moveTo(e.status(connection).next ?? 0)
    await tickUntilActionRequired(e)
    const { generation } = published(e)
    await connectTo(e, method)
    expect(Number(published(e).generation)).toBeGreaterThan(Number(generation))
    expect(await server.userOf(String(published(e).access_token))).toBe(user)
    e.clock.moveTo(e.status(connection).next ?? 0)
    expect(await e.refresh()).toMatchObject({ refreshed: 1, failed: {} })
    expect(e.status(connection).status).toBe('healthy')
  })
})

const method: AuthMethod = 'client_secret_post'

describe('the reuse detection of the provider', () => {
  it('ends the grant when another process has used a copy of the refresh token, which is reauthorize', async () => {
    const { e } = await connected()
    const stolen = await server.redeem(method, tokenOf(e))
    expect(stolen.status).toBe(200)
    e.clock.moveTo(e.status(connection).next ?? 0)
    expect(await e.refresh()).toMatchObject({ failed: { reauthorize: 1 } })
    expect(server.told.at(-1)).toBe('grant.revoked')
    expect(await server.userOf(String(stolen.body.access_token))).toBe(401)
    await tickUntilActionRequired(e)
    expect(e.status(connection)).toMatchObject({ status: 'action-required', failure: { class: 'reauthorize' } })
  })

  it('ends the grant when an answer was lost, not before the claim is void, and a person is notified', async () => {
    const { e } = await connected()
    const stored = tokenOf(e)
    server.around = async (next, socket) => {
      await next()
      socket.destroy()
    }
    e.clock.moveTo(e.status(connection).next ?? 0)
    expect(await e.refresh()).toMatchObject({ failed: { transient: 1 } })
    server.around = (next) => next()
    const early = await requestsDuring(async () => {
      for (let minutes = 0; minutes < 4; minutes++) await e.tickAfter(1)
    })
    expect(early).toBe(0)
    expect(server.told).not.toContain('grant.revoked')
    for (let ticks = 0; ticks < 6; ticks++) await e.tickAfter(5)
    expect(server.told.at(-1)).toBe('grant.revoked')
    expect(e.status(connection)).toMatchObject({ status: 'action-required', failure: { class: 'reauthorize' } })
    expect(tokenOf(e)).toBe(stored)
  })
})

it.each(['client_secret_post', 'client_secret_basic'] as const)(
  'a wrong client secret (%s) is the fault of the client, and costs the refresh token nothing',
  async (method) => {
    const e = await embedded()
    const refresh_token = await server.signIn(method, user)
    const login = { grant_type: 'refresh_token', refresh_token, scope, ...server.client(method) }
    await e.storeLogin(connection, { ...login, client_secret: `${login.client_secret}x` })
    await expect(e.bootstrap({ connection })).rejects.toThrow('client invalid_client: ')
    await e.storeLogin(connection, login)
    expect(await e.bootstrap({ connection })).toMatchObject({ status: 'healthy' })
  },
)

it('a refresh token of another client is refused as reauthorize', async () => {
  const e = await embedded()
  const refresh_token = await server.signIn('client_secret_basic', user)
  const login = { grant_type: 'refresh_token', refresh_token, scope, ...server.client('client_secret_post') }
  await e.storeLogin(connection, login)
  await expect(e.bootstrap({ connection })).rejects.toThrow('reauthorize invalid_grant: ')
})
