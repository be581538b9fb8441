// Secrets Manager fails at one step or another: the class is `store`, no connection is blamed, the next tick recovers.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../lambda/contract.ts'
import { StoreFailure } from '../../../lambda/ports.ts'
import type { Fault, FaultSource, LoopbackRequest } from '../../../local/loopback-server.ts'
import { type Embedded, embedded, handlersOver, minute } from '../../support/embedded.ts'

const awsError = (status: number, type: string): Fault => ({
  kind: 'answer',
  answer: {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: type, Message: 'as demanded by the test' }),
  },
})

const faults = {
  'a connection that is cut': { kind: 'reset' },
  'an internal error': awsError(500, 'InternalServiceError'),
  throttling: awsError(400, 'ThrottlingException'),
  'a missing permission': awsError(400, 'AccessDeniedException'),
} as const satisfies Record<string, Fault>

/** A call of this operation whose body has this in it. */
interface Step {
  readonly operation: string
  readonly part?: string
}

const isStep = ({ headers, body }: LoopbackRequest, { operation, part = '' }: Step): boolean =>
  headers['x-amz-target'] === `secretsmanager.${operation}` && body.includes(part)

const whenever =
  (step: Step, fault: Fault): FaultSource =>
  (request) =>
    isStep(request, step) ? fault : undefined

/** The first so many times. */
const atFirst = (times: number, step: Step, fault: Fault): FaultSource => {
  let left = times
  return (request) => (isStep(request, step) && left-- > 0 ? fault : undefined)
}

const due = async (rotation = 'reusable') => {
  const e = await embedded()
  await e.connect('a', { rotation })
  e.clock.moveTo(e.status('a').next ?? 0)
  return e
}

const steps: readonly Step[] = [
  { operation: 'BatchGetSecretValue' },
  { operation: 'PutSecretValue', part: '/grants/' },
  { operation: 'PutSecretValue', part: '/connections/' },
  { operation: 'TagResource' },
]

/** The commit of a single-use token is tried until the invocation ends: that has a test of its own. */
const claim = { operation: 'PutSecretValue', part: 'TOKEN_REFRESHER_CLAIM' }
const cases = Object.entries(faults).flatMap(([name, fault]) => [
  ...steps.map((step) => ({ name, fault, step, rotation: 'reusable' })),
  { name, fault, step: claim, rotation: 'single-use' },
])

// All at once, for most of the time goes by in the SDK's own waits between its tries.
describe('a store that fails', () => {
  it('at any step of a refresh is blamed alone, and made good for in the next tick', async () => {
    await Promise.all(
      cases.map(async ({ name, fault, step, rotation }) => {
        const e = await due(rotation)
        e.faults.aws = whenever(step, fault)
        const { failed } = await handlersOver(e.dependencies).refresh()
        const { failure } = e.status('a')
        const tagged = Object.keys(await e.tags('a')).includes(tags.failed)
        e.faults.aws = undefined
        await e.tickAfter(5)
        const { generation } = e.current('grants', 'a').json
        expect({ name, step, failed, failure, tagged, problems: e.problems('a'), generation }).toEqual({
          ...{ name, step, failed: { store: 1 }, failure: undefined, tagged: false, problems: [], generation: 2 },
        })
      }),
    )
  })

  it('at the listing fails the tick as a whole, and the next one is as ever', async () => {
    await Promise.all(
      Object.values(faults).map(async (fault) => {
        const e = await due()
        e.faults.aws = whenever({ operation: 'ListSecrets' }, fault)
        await expect(e.refresh()).rejects.toThrow(StoreFailure)
        e.faults.aws = undefined
        expect(await e.tickAfter(5)).toMatchObject({ refreshed: 1 })
      }),
    )
  })
})

describe('a store that comes back within the invocation', () => {
  it.each(['reusable', 'single-use'])('loses nothing of a refresh (%s refresh tokens)', async (rotation) => {
    const e = await due(rotation)
    e.faults.aws = atFirst(7, { operation: 'PutSecretValue', part: 'refresh_token' }, { kind: 'reset' })
    expect(await handlersOver(e.dependencies).refresh()).toMatchObject({ refreshed: 1, failed: {} })
    expect(e.refreshRequests()).toBe(1)
    expect(e.problems('a')).toEqual([])
  })

  it.each(['CreateSecret', 'TagResource'])('loses nothing of a bootstrap (%s)', async (operation) => {
    const e = await embedded()
    await e.storeLogin('a', e.login)
    e.faults.aws = atFirst(7, { operation }, faults['an internal error'])
    expect((await handlersOver(e.dependencies).bootstrap({ connection: 'a' })).status).toBe('healthy')
    expect(e.entra.requests.get('password')).toBe(1)
    expect(e.problems('a')).toEqual([])
  })
})

describe('an answer that is lost after the work was done', () => {
  const lose = (step: Step) => atFirst(1, step, { kind: 'lose-answer' })
  const oneVersionEach = (e: Embedded) =>
    [e.secret('grants', 'a'), e.secret('connections', 'a'), e.secret('clients', e.clientId)].map(
      ({ versions }) => versions.size,
    )

  it.each(steps)('of $operation $part in a refresh costs a call and no version', async (step) => {
    const e = await due()
    e.faults.aws = lose(step)
    expect(await e.refresh()).toMatchObject({ refreshed: 1, failed: {} })
    expect(e.refreshRequests()).toBe(1)
    expect(oneVersionEach(e)).toEqual([2, 2, 1])
    expect(e.problems('a')).toEqual([])
  })

  it('of a claim does not make it another process’s', async () => {
    const e = await due('single-use')
    e.faults.aws = lose({ operation: 'PutSecretValue', part: 'TOKEN_REFRESHER_CLAIM' })
    expect(await e.refresh()).toMatchObject({ refreshed: 1 })
    expect(e.secret('grants', 'a').versions.size).toBe(3)
  })

  it.each([
    { operation: 'GetSecretValue', part: '/logins/' },
    { operation: 'PutSecretValue', part: 'TOKEN_REFRESHER_CLAIM' },
    { operation: 'CreateSecret', part: '/clients/' },
    { operation: 'CreateSecret', part: '/grants/' },
    { operation: 'CreateSecret', part: '/connections/' },
    { operation: 'TagResource' },
    { operation: 'DeleteSecret' },
  ])('of $operation $part in a bootstrap costs a call and no version', async (step) => {
    const e = await embedded()
    await e.storeLogin('a', e.login)
    e.faults.aws = lose(step)
    expect((await e.bootstrap({ connection: 'a' })).status).toBe('healthy')
    expect(e.entra.requests.get('password')).toBe(1)
    expect(oneVersionEach(e)).toEqual([1, 1, 1])
    expect(e.problems('a')).toEqual([])
  })
})

describe('a permission that is missing', () => {
  it('on the published secret alone keeps the grant alive, and apps catch up when it is back', async () => {
    let denied = false
    const authorize = ({ action, resource }: { readonly action: string; readonly resource: string }) =>
      denied && action === 'secretsmanager:GetSecretValue' && resource.includes('/connections/') ? 'denied' : undefined
    const e = await embedded({ authorize })
    await e.connect('a')
    denied = true
    expect(await e.tickAfter(90)).toMatchObject({ failed: { store: 1 } })
    expect(await e.tickAfter(5)).toMatchObject({ failed: { store: 1 } })
    expect(e.refreshRequests()).toBe(1)
    denied = false
    expect(await e.tickAfter(5)).toMatchObject({ published: 1 })
    expect(e.problems('a')).toEqual([])
  })

  it('on the tags of a client that works again fails no tick', async () => {
    const e = await embedded()
    for (const name of ['a', 'b']) await e.connect(name)
    e.entra.updateClient(e.clientId, { disabled: true })
    await e.tickAfter(90)
    e.entra.updateClient(e.clientId, { disabled: false })
    e.faults.aws = whenever({ operation: 'TagResource', part: '/clients/' }, faults['a missing permission'])
    expect(await e.tickAfter(25 * 60)).toMatchObject({ refreshed: 2 })
    e.faults.aws = undefined
    await e.tickAfter(90)
    await e.tickAfter(5)
    expect([...e.problems('a'), ...e.problems('b')]).toEqual([])
    expect(e.told.ticks.at(-1)).toMatchObject({ actionRequired: 0 })
  })

  it.each(['CreateSecret', 'GetSecretValue', 'PutSecretValue', 'TagResource', 'DeleteSecret'])(
    '(%s) ends a bootstrap with the class store, an untouched connection, and a new login heals',
    async (operation) => {
      const e = await embedded()
      await e.connect('a')
      const before = e.current('grants', 'a').versionId
      e.clock.advance(minute)
      await e.storeLogin('b', e.login)
      e.faults.aws = whenever({ operation }, faults['a missing permission'])
      await expect(e.bootstrap({ connection: 'b' })).rejects.toThrow(/^store AccessDeniedException: .*Allow the role/)
      e.faults.aws = undefined
      expect(e.entra.requests.get('password')).toBeLessThanOrEqual(2)
      expect(e.current('grants', 'a').versionId).toBe(before)
      await e.storeLogin('b', e.login)
      expect((await e.bootstrap({ connection: 'b' })).status).toBe('healthy')
      expect([...e.problems('a'), ...e.problems('b')]).toEqual([])
    },
  )
})
