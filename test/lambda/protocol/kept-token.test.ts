// No bootstrap loses a refresh token: regardless of what fails after the provider has answered, the login holds the newest one.

import { describe, expect, it } from 'vitest'
import { withFields } from '../../../local/entra/on-demand.ts'
import type { Fault, LoopbackAnswer } from '../../../local/loopback-server.ts'
import { Crash, dying, type Embedded, embedded, hour, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

type Shape = (answer: LoopbackAnswer) => LoopbackAnswer

const answering =
  (status: number, body: string): Shape =>
  () => ({ status, headers: { 'content-type': 'text/html' }, body })

const denied: Fault = {
  kind: 'answer',
  answer: {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: 'AccessDeniedException', Message: 'as demanded by the test' }),
  },
}

/** Every call of this operation on this room is denied. */
const deny = (e: Embedded, operation: string, room: string) => {
  e.faults.aws = ({ headers, body }) =>
    headers['x-amz-target'] === `secretsmanager.${operation}` && body.includes(`/${room}/`) ? denied : undefined
}

const isStored = (e: Embedded) => e.secretsManager.inspect('token-refresher/logins/a') !== undefined
const login = (e: Embedded) => e.current('logins', 'a').json
const messageOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  )

/** A refresh token that was obtained elsewhere, as a login. */
const imported = async (e: Embedded) => {
  await e.connect('b')
  const refresh_token = String(e.current('grants', 'b').json.refresh_token)
  const { password: _, userName: __, ...rest } = e.login
  return { ...rest, grant_type: 'refresh_token', refresh_token }
}

describe('an import', () => {
  it('whose answer brings no refresh token keeps the one that was handed over', async () => {
    const e = await embedded({ reach: withoutNetwork })
    const given = await imported(e)
    await e.storeLogin('a', given)
    e.entra.shapeNext(withFields({ refresh_token: undefined }))
    expect(await e.bootstrap({ connection: 'a' })).toMatchObject({ status: 'healthy' })
    expect(e.current('grants', 'a').json.refresh_token).toBe(given.refresh_token)
    expect(isStored(e)).toBe(false)
    expect(e.problems('a')).toEqual([])
    expect(await e.tickAfter(63)).toMatchObject({ refreshed: 2 })
  })

  it.each([
    ['null', null],
    ['empty', ''],
    ['a number', 5],
  ])('whose answer brings a refresh token that is %s keeps the one that was handed over', async (_, refresh_token) => {
    const e = await embedded({ reach: withoutNetwork })
    const given = await imported(e)
    await e.storeLogin('a', given)
    e.entra.shapeNext(withFields({ refresh_token }))
    await e.bootstrap({ connection: 'a' })
    expect(e.current('grants', 'a').json.refresh_token).toBe(given.refresh_token)
  })

  it.each([
    ["a proxy's page in place of an answer", answering(200, '<html>Sign in to the network</html>')],
    ["a proxy's page with 403", answering(403, '<html>Blocked</html>')],
    ['a redirect', answering(302, '')],
    ['a 404', answering(404, '')],
    ['an answer without tokens', answering(200, '{}')],
    ['a word that no table knows', answering(400, '{"error":"try_the_other_door"}')],
    ['a refused client secret', answering(401, '{"error":"invalid_client"}')],
    ['a refused scope', answering(400, '{"error":"invalid_scope"}')],
  ])('is not lost by %s, and goes on with the next start', async (_, shape) => {
    const e = await embedded({ reach: withoutNetwork })
    const given = await imported(e)
    await e.storeLogin('a', given)
    e.entra.shapeNext(shape)
    expect(await messageOf(e.bootstrap({ connection: 'a' }))).toContain('The login is kept')
    expect(login(e)).toEqual(given)
    expect(await e.bootstrap({ connection: 'a' })).toMatchObject({ status: 'healthy' })
    expect(e.problems('a')).toEqual([])
    expect(isStored(e)).toBe(false)
  })

  it('ends where the provider refuses the refresh token itself', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('a', await imported(e))
    e.entra.answerWith({ code: 50173 })
    await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow(/^reauthorize AADSTS50173: /)
    expect(isStored(e)).toBe(false)
  })

  it('whose answer was lost can be started again when the first start has ended', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('a', await imported(e))
    e.faults.entra = () => ({ kind: 'lose-answer' })
    expect(await messageOf(e.bootstrap({ connection: 'a' }))).toContain('The login is kept')
    e.faults.entra = undefined
    e.clock.advance(5 * minute)
    expect(await e.bootstrap({ connection: 'a' })).toMatchObject({ status: 'healthy' })
    expect(e.problems('a')).toEqual([])
  })
})

const ways = ['password', 'import'] as const
const stores = [
  ['CreateSecret', 'grants'],
  ['PutSecretValue', 'clients'],
  ['TagResource', 'clients'],
] as const
const cases = ways.flatMap((way) =>
  (['reusable', 'single-use'] as const).flatMap((rotation) => stores.map((step) => [way, rotation, ...step] as const)),
)

const handedOver = async (e: Embedded, way: (typeof ways)[number], rotation: string) => {
  const given = way === 'password' ? { ...e.login } : await imported(e)
  // Another client secret makes the client a thing to write.
  const { value: client_secret } = e.entra.addClientSecret(e.clientId)
  if (way === 'password') await e.connect('b')
  return { ...given, rotation, client_secret, publish: 'connection_values', mode: 'keep-alive' }
}

describe('a refresh token that has arrived', () => {
  it.each(cases)('(%s, %s) outlives a denied %s of %s, and the next start goes on with it', async (...one) => {
    const [way, rotation, operation, room] = one
    const e = await embedded({ reach: withoutNetwork })
    const given = await handedOver(e, way, rotation)
    await e.storeLogin('a', given)
    deny(e, operation, room)
    const message = await messageOf(e.bootstrap({ connection: 'a' }))
    expect(message).toMatch(/^store AccessDeniedException: The refresh token that arrived is kept in the login, /)
    const kept = login(e)
    expect(e.entra.wouldAccept(String(kept.refresh_token))).toBe(true)
    // Nothing but the grant is another one.
    const {
      userName: _,
      password: __,
      refresh_token: ___,
      ...same
    } = { password: '', userName: '', refresh_token: '', ...given }
    expect(kept).toEqual({ ...same, grant_type: 'refresh_token', refresh_token: expect.any(String) })
    e.faults.aws = undefined
    const passwords = e.entra.requests.get('password')
    expect(await e.bootstrap({ connection: 'a' })).toMatchObject({ publish: 'connection_values', mode: 'keep-alive' })
    expect(e.entra.requests.get('password')).toBe(passwords)
    expect(isStored(e)).toBe(false)
    expect(e.problems('a')).toEqual([])
    expect(e.leaks(message + e.told.text())).toEqual([])
  })

  it('is the one of the newest answer, where the first could not be used and the second could not be stored', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('a', e.login)
    const seen: string[] = []
    const watching =
      (shape: Shape): Shape =>
      (answer) => {
        seen.push(JSON.parse(String(answer.body)).refresh_token)
        return shape(answer)
      }
    e.entra.shapeNext(watching(withFields({ access_token: undefined })), { when: { grantType: 'password' } })
    e.entra.shapeNext(
      watching((answer) => answer),
      { when: { grantType: 'refresh_token' } },
    )
    deny(e, 'CreateSecret', 'grants')
    await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow(/is kept in the login/)
    expect(seen).toHaveLength(2)
    expect(login(e).refresh_token).toBe(seen[1])
  })

  it.each([
    ['is refused for the client', () => ({ code: 7000215 })],
    ['meets an outage', () => ({ code: 90033 })],
  ])('with an answer that cannot be used, and whose own redemption %s, is kept', async (_, demanded) => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('a', e.login)
    e.entra.shapeNext(withFields({ access_token: undefined }), { when: { grantType: 'password' } })
    e.entra.answerWith({ ...demanded(), when: { grantType: 'refresh_token' } })
    await expect(e.bootstrap({ connection: 'a' })).rejects.toThrow(
      /^transient unusable_answer: The refresh token that /,
    )
    expect(e.entra.wouldAccept(String(login(e).refresh_token))).toBe(true)
    expect(login(e)).not.toHaveProperty('password')
    expect(await e.bootstrap({ connection: 'a' })).toMatchObject({ status: 'healthy' })
    expect([e.entra.requests.get('password'), e.problems('a'), isStored(e)]).toEqual([1, [], false])
  })

  it('is not sent by a second start while the first works with it', async () => {
    const e = await embedded({ reach: withoutNetwork })
    await e.storeLogin('a', e.login)
    const calls = e.dependencies
    const slow = {
      ...calls,
      store: {
        ...calls.store,
        create: async (...args: Parameters<typeof calls.store.create>) => {
          if (args[0].room === 'grants') {
            expect(await messageOf(e.bootstrap({ connection: 'a' }))).toMatch(/^transient login_in_use: /)
          }
          return calls.store.create(...args)
        },
      },
    }
    await dying(slow, Number.POSITIVE_INFINITY, 'before').bootstrap({ connection: 'a' })
    expect(Object.fromEntries(e.entra.requests)).toEqual({ password: 1 })
    expect(e.problems('a')).toEqual([])
  })
})

describe.each(ways)('a start of a login (%s) that dies', (way) => {
  const ready = async () => {
    const e = await embedded({ reach: withoutNetwork })
    const given = await handedOver(e, way, 'single-use')
    await e.storeLogin('a', given)
    return e
  }
  const callsOf = async () => {
    const { bootstrap, calls } = dying((await ready()).dependencies, Number.POSITIVE_INFINITY, 'before')
    await bootstrap({ connection: 'a' })
    return calls
  }

  it.each(['before', 'after'] as const)(
    '%s any call after the first write loses nothing, and no refresh token is used that the connection has used',
    async (when) => {
      const calls = await callsOf()
      const wrong: Record<string, unknown> = {}
      const redeemed = calls.indexOf('redeem')
      const safe = calls.indexOf('put', redeemed) + (when === 'before' ? 1 : 0)
      for (let at = safe; at < calls.length; at++) {
        const e = await ready()
        await expect(dying(e.dependencies, at, when).bootstrap({ connection: 'a' })).rejects.toThrow(Crash)
        // The refresher goes on with what is stored, so its token is another one by now.
        await e.tickAfter(10)
        e.clock.advance(25 * hour)
        await e.refresh()
        const isConnected = e.secretsManager.inspect('token-refresher/grants/a') !== undefined
        const before = isConnected ? e.current('grants', 'a').json.refresh_token : undefined
        const spent = e.refreshRequests()
        const again = isStored(e) ? await messageOf(e.bootstrap({ connection: 'a' })) : 'done'
        const sent = e.refreshRequests() - spent
        const after = e.current('grants', 'a').json.refresh_token
        const replaced = isConnected && (sent > 0 || before !== after)
        const left = e.problems('a')
        if (again !== 'done' || replaced || left.length > 0 || isStored(e)) {
          wrong[`${when} ${at} ${calls[at]}`] = { again, replaced, left, stored: isStored(e) }
        }
      }
      expect(wrong).toEqual({})
      expect(calls.length - safe).toBeGreaterThan(5)
    },
  )
})
