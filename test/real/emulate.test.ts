// Microsoft's endpoints as no one here wrote them: the npm package emulate.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Embedded, embedded } from '../support/embedded.ts'
import { type Microsoft, startMicrosoft } from '../support/emulate.ts'

const scope = 'User.Read offline_access'

let microsoft: Microsoft
beforeAll(async () => {
  microsoft = await startMicrosoft()
})
beforeEach(() => {
  microsoft.requests.length = 0
})
afterAll(() => microsoft.close())

const connect = async (token_endpoint: string, change: Record<string, unknown> = {}) => {
  const e = await embedded()
  const refresh_token = await microsoft.signIn(scope)
  const { clientId: client_id, clientSecret: client_secret } = microsoft
  const login = { grant_type: 'refresh_token', refresh_token, token_endpoint, client_id, client_secret, scope }
  await e.storeLogin('a', { ...login, ...change })
  return { e, refresh_token, answer: await e.bootstrap({ connection: 'a' }) }
}

const tokenOf = (e: Embedded) => String(e.current('grants', 'a').json.refresh_token)
const published = (e: Embedded) => e.current('connections', 'a').json

const refreshWhenDue = (e: Embedded) => {
  e.clock.moveTo(e.status('a').next ?? 0)
  return e.refresh()
}

/** Bootstraps, and refreshes by three ticks; each time Graph takes the published access token. */
const keepAlive = async (token_endpoint: string) => {
  const { e, refresh_token, answer } = await connect(token_endpoint)
  expect(answer).toMatchObject({ connection: 'a', status: 'healthy', expires_at: '2027-01-01T01:00:00.000Z' })
  const refreshTokens = new Set([refresh_token, tokenOf(e)])
  expect(await microsoft.userOf(String(published(e).access_token))).toBe(microsoft.userName)
  for (let generation = 2; generation <= 4; generation++) {
    expect(await refreshWhenDue(e)).toEqual({ refreshed: 1, published: 0, fresh: 0, failed: {}, left: 0 })
    refreshTokens.add(tokenOf(e))
    expect(published(e)).toMatchObject({ generation, token_type: 'Bearer', scope })
    expect(await microsoft.userOf(String(published(e).access_token))).toBe(microsoft.userName)
  }
  expect(refreshTokens.size).toBe(5)
  return e
}

it('takes no one of ours for the bearer of a token that it has not issued', async () => {
  expect(await microsoft.userOf('none')).not.toBe(microsoft.userName)
})

// As its README has it. Refused: "oauth2" is taken for a tenant on loopback.
it('keeps a refresh token alive that emulate issued, through its v2.0 token endpoint', async () => {
  await keepAlive(microsoft.tokenEndpoint)
})

describe('the v2.0 token endpoint of a tenant', () => {
  it('keeps a refresh token alive that emulate issued', async () => {
    const e = await keepAlive(microsoft.tenantTokenEndpoint)
    const client = e.current('clients', microsoft.clientId).json
    expect(client).toMatchObject({ provider: { name: 'entra', rotation: 'reusable', inactivity_days: 90 } })
  })

  it('is asked for the scope of the login each time, as Microsoft wants it', async () => {
    const { e } = await connect(microsoft.tenantTokenEndpoint)
    await refreshWhenDue(e)
    expect(microsoft.requests.map((form) => Object.fromEntries(form))).toEqual([
      expect.objectContaining({ grant_type: 'refresh_token', scope, client_id: microsoft.clientId }),
      expect.objectContaining({ grant_type: 'refresh_token', scope, client_id: microsoft.clientId }),
    ])
  })

  it('that rotates is asked once by two refreshers at once, where the login says single-use', async () => {
    const { e } = await connect(microsoft.tenantTokenEndpoint, { rotation: 'single-use' })
    e.clock.moveTo(e.status('a').next ?? 0)
    const answers = await Promise.all([e.refresh(), e.refresh()])
    expect(answers.map(({ refreshed }) => refreshed).sort()).toEqual([0, 1])
    expect(microsoft.requests).toHaveLength(2)
    expect(await refreshWhenDue(e)).toMatchObject({ refreshed: 1 })
  })

  it('that has revoked the refresh token ends in reauthorize, after a second opinion in the next tick', async () => {
    const { e } = await connect(microsoft.tenantTokenEndpoint)
    await microsoft.revoke(tokenOf(e))
    expect(await refreshWhenDue(e)).toMatchObject({ failed: { reauthorize: 1 } })
    expect(e.status('a')).toMatchObject({ status: 'retrying' })
    expect(await e.tickAfter(5)).toMatchObject({ failed: { reauthorize: 1 } })
    expect(e.status('a')).toMatchObject({
      status: 'action-required',
      failure: { class: 'reauthorize', code: 'invalid_grant', failures: 2 },
    })
  })

  it('that refuses the client secret is the fault of the client, and the refresh token is still good', async () => {
    const e = await embedded()
    const refresh_token = await microsoft.signIn(scope)
    const { clientId: client_id, tenantTokenEndpoint: token_endpoint } = microsoft
    const login = { grant_type: 'refresh_token', refresh_token, token_endpoint, client_id, client_secret: 'x', scope }
    await e.storeLogin('a', login)
    await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow('client invalid_client: ')
    expect(await microsoft.redeem(refresh_token)).toMatchObject({ token_type: 'Bearer' })
  })
})
