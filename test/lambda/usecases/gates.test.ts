// Breakers: one connection goes first, and what it finds out counts for the others of its client or token endpoint.

import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type FailureClass, failureClasses } from '../../../lambda/contract.ts'
import type { Failure } from '../../../lambda/core/failure.ts'
import { ownFailure } from '../../../lambda/core/failure-table.ts'
import type { Outcome, Redemption } from '../../../lambda/ports.ts'
import { Gates } from '../../../lambda/usecases/gates.ts'
import { later, noon, redacted, sampleClient, sampleFailure, sampleTokens } from '../../support/core-samples.ts'

const sight = { mode: 'fresh', generation: 1, expiresAt: later(1), refreshedAt: noon } as const
const refreshed: Outcome = { kind: 'refreshed', sight }
const failed = (name: FailureClass): Outcome => ({
  kind: 'failed',
  failure: sampleFailure({ class: name }),
  about: name === 'client' ? { room: 'clients', name: 'a' } : { room: 'grants', name: 'b' },
})

/** Connections at one gate, each of which stays inside until it is told to come back. */
const crowd = (client = 'a', gates = new Gates()) => {
  const inside: { readonly back: (outcome: Outcome) => void; readonly fall: (error: Error) => void }[] = []
  const come = () =>
    gates.pass(client, () => {
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
      inside.push({ back: resolve, fall: reject })
      return promise
    })
  const nth = (index: number) => {
    const one = inside[index]
    if (one === undefined) throw new Error(`nobody went in as number ${index}`)
    return one
  }
  return { gates, inside, come, nth }
}

describe('the gate of a client', () => {
  it('lets one go first, while the others wait outside', async () => {
    const { inside, come } = crowd()
    for (let count = 0; count < 5; count++) void come()
    await setImmediate()
    expect(inside).toHaveLength(1)
  })

  it('lets all the others in at once when the first is refreshed', async () => {
    const { gates, inside, come, nth } = crowd()
    const all = Array.from({ length: 5 }, come)
    expect(gates.isOpen('a')).toBe(false)
    nth(0).back(refreshed)
    await setImmediate()
    expect(inside).toHaveLength(5)
    expect(gates.isOpen('a')).toBe(true)
    for (const { back } of inside) back(refreshed)
    expect(await Promise.all(all)).toEqual(Array.from({ length: 5 }, () => refreshed))
  })

  it.each(['client', 'throttled'] as const)('closes for all others when the first fails with %s', async (name) => {
    const { gates, inside, come, nth } = crowd()
    const all = Array.from({ length: 5 }, come)
    nth(0).back(failed(name))
    expect(await Promise.all(all)).toEqual([failed(name), undefined, undefined, undefined, undefined])
    expect(await come()).toBeUndefined()
    expect(inside).toHaveLength(1)
    expect(gates.isOpen('a')).toBe(false)
  })

  it.each(failureClasses.filter((name) => !['client', 'throttled', 'transient', 'store'].includes(name)))(
    'opens when the first fails with %s, which is its own affair',
    async (name) => {
      const { gates, inside, come, nth } = crowd()
      for (let count = 0; count < 3; count++) void come()
      nth(0).back(failed(name))
      await setImmediate()
      expect(inside).toHaveLength(3)
      expect(gates.isOpen('a')).toBe(true)
    },
  )

  const silent: readonly (readonly [string, Outcome])[] = [
    ['fails with store', failed('store')],
    ['waits', { kind: 'waiting' }],
    ['was superseded', { kind: 'superseded' }],
    ['is fresh', { kind: 'fresh', sight }],
    ['is published', { kind: 'published', sight }],
  ]

  it.each(silent)(
    'sends the next one first when the first %s, which says nothing of the client',
    async (_, outcome) => {
      const { gates, inside, come, nth } = crowd()
      for (let count = 0; count < 4; count++) void come()
      for (const went of [1, 2, 3]) {
        await setImmediate()
        expect(inside).toHaveLength(went)
        nth(went - 1).back(outcome)
      }
      await setImmediate()
      expect(inside).toHaveLength(4)
      expect(gates.isOpen('a')).toBe(false)
      nth(3).back(refreshed)
      await setImmediate()
      expect(gates.isOpen('a')).toBe(true)
    },
  )

  it('closes for the rest of the tick when three in a row come back with something passing', async () => {
    const { inside, come, nth } = crowd()
    const all = Array.from({ length: 5 }, come)
    for (const went of [1, 2, 3]) {
      await setImmediate()
      expect(inside).toHaveLength(went)
      nth(went - 1).back(failed('transient'))
    }
    expect((await Promise.all(all)).slice(3)).toEqual([undefined, undefined])
  })

  it('closes again when one of those who passed finds that the client is throttled', async () => {
    const { gates, come, nth } = crowd()
    void come()
    nth(0).back(refreshed)
    await setImmediate()
    void come()
    nth(1).back(failed('throttled'))
    await setImmediate()
    expect(gates.isClosed('a')).toBe(true)
    expect(await come()).toBeUndefined()
  })

  it.each([
    ['AADSTS7000222', [true]],
    ['AADSTS50105', [false, true]],
    ['AADSTS65001', [false, true]],
  ])('takes %s for the fault of the client at the first or at the second connection: %j', (code, faults) => {
    const { gates } = crowd()
    expect(faults.map(() => gates.isClientsFault('a', { code }))).toEqual(faults)
  })

  it('takes a missing consent for one user’s own affair while others of the client are refreshed', async () => {
    const { gates, come, nth } = crowd()
    void come()
    nth(0).back(refreshed)
    await setImmediate()
    for (const _ of [1, 2, 3]) expect(gates.isClientsFault('a', { code: 'AADSTS65001' })).toBe(false)
    expect(gates.isClientsFault('a', { code: 'AADSTS7000222' })).toBe(true)
  })

  it('closes when the first was held back, for so would be the others', async () => {
    const { come, nth } = crowd()
    const all = [come(), come(), come()]
    nth(0).back({ kind: 'waiting', held: true })
    expect(await Promise.all(all)).toEqual([{ kind: 'waiting', held: true }, undefined, undefined])
  })

  it('lets the next one go when the first throws, and the error goes to whoever sent the first', async () => {
    const { inside, come, nth } = crowd()
    const [first, second] = [come(), come()]
    const thrown = expect(first).rejects.toThrow('a bug')
    nth(0).fall(new Error('a bug'))
    await thrown
    await setImmediate()
    expect(inside).toHaveLength(2)
    nth(1).back(refreshed)
    expect(await second).toEqual(refreshed)
  })

  it('stays open once it is, when one of those who pass fails for a reason of its own', async () => {
    const { gates, inside, come, nth } = crowd()
    void come()
    nth(0).back(refreshed)
    await setImmediate()
    for (const [index, name] of (['reauthorize', 'transient', 'store'] as const).entries()) {
      void come()
      nth(index + 1).back(failed(name))
      await setImmediate()
    }
    void come()
    expect(inside).toHaveLength(5)
    expect(gates.isOpen('a')).toBe(true)
  })

  it('may be closed from the beginning, and nobody goes in', async () => {
    const { gates, inside, come } = crowd()
    gates.close('a')
    expect(await Promise.all([come(), come()])).toEqual([undefined, undefined])
    expect(inside).toHaveLength(0)
    expect(gates.isOpen('a')).toBe(false)
  })

  it('is of one client alone', async () => {
    const gates = new Gates()
    const [one, other] = [crowd('a', gates), crowd('b', gates)]
    gates.close('c')
    for (const { come } of [one, other]) void come()
    expect([one.inside.length, other.inside.length]).toEqual([1, 1])
    one.nth(0).back(failed('client'))
    await setImmediate()
    expect(await one.come()).toBeUndefined()
    other.nth(0).back(refreshed)
    await setImmediate()
    expect([gates.isOpen('a'), gates.isOpen('b'), gates.isOpen('c')]).toEqual([false, true, false])
  })

  it('is none where the client is not known', async () => {
    const gates = new Gates()
    let inside = 0
    const work = async () => {
      inside++
      await setImmediate()
      return failed('client')
    }
    const all = await Promise.all([gates.pass(undefined, work), gates.pass(undefined, work)])
    expect(all).toEqual([failed('client'), failed('client')])
    expect(inside).toBe(2)
  })
})

describe('the slots of a tick', () => {
  it('are not taken by those who wait for a scout', async () => {
    const gates = new Gates()
    let taken = 0
    const takes = (client: string) =>
      gates.pass(client, async () => {
        taken++
        return new Promise<Outcome>(() => {})
      })
    for (let count = 0; count < 100; count++) void takes('slow')
    for (const client of ['b', 'c', 'd']) void takes(client)
    await setImmediate()
    expect(taken).toBe(4)
  })
})

describe('a token endpoint', () => {
  const client = sampleClient({ token_endpoint: 'https://idp.example.com/token' })
  const lost = (change: Partial<Failure> = {}): Redemption => ({
    kind: 'failed',
    failure: sampleFailure({ code: 'UND_ERR_HEADERS_TIMEOUT', ...change }),
    outcome: 'unknown',
  })

  const missing: readonly (readonly [string, Redemption])[] = [
    ['does not answer in time', lost()],
    ['is not there', { kind: 'failed', failure: sampleFailure({ code: 'ECONNREFUSED' }), outcome: 'unsent' }],
    ['answers with a bare 503', lost({ code: 'http_503', httpStatus: 503 })],
  ]

  it.each(missing)('is down when it %s three times in a row', (_, redemption) => {
    const gates = new Gates()
    for (const down of [false, false, true, true]) {
      gates.answered(client, redemption)
      expect(gates.isDown(client)).toBe(down)
    }
  })

  const answers: readonly (readonly [string, Redemption])[] = [
    ['grants', { kind: 'granted', tokens: sampleTokens() }],
    [
      'answers what cannot be used',
      { kind: 'unusable', failure: ownFailure('unusable_answer'), refreshToken: undefined },
    ],
    [
      'answers what keeps a token',
      { kind: 'unusable', failure: ownFailure('unusable_answer'), refreshToken: redacted('r') },
    ],
    ['refuses', { kind: 'failed', failure: sampleFailure({ class: 'client', httpStatus: 401 }), outcome: 'answered' }],
    [
      'asks for quiet',
      { kind: 'failed', failure: sampleFailure({ code: 'http_429', httpStatus: 429 }), outcome: 'answered' },
    ],
    ['answers 503 with an error of its own', lost({ code: 'temporarily_unavailable', httpStatus: 503 })],
    ['answers 500 with a code of Entra', lost({ code: 'AADSTS90033', httpStatus: 500 })],
  ]

  it.each(answers)('is not down when it %s, and the count begins again', (_, redemption) => {
    const gates = new Gates()
    for (let round = 0; round < 3; round++) {
      gates.answered(client, lost())
      gates.answered(client, lost())
      gates.answered(client, redemption)
      expect(gates.isDown(client)).toBe(false)
    }
    for (let count = 0; count < 3; count++) gates.answered(client, lost())
    expect(gates.isDown(client)).toBe(true)
  })

  it('may come back within the tick', () => {
    const gates = new Gates()
    for (let count = 0; count < 5; count++) gates.answered(client, lost())
    gates.answered(client, { kind: 'granted', tokens: sampleTokens() })
    expect(gates.isDown(client)).toBe(false)
  })

  it('is one host, with all its paths and clients, and no other host or port', () => {
    const gates = new Gates()
    for (const path of ['a', 'b', 'c']) {
      gates.answered(sampleClient({ client_id: path, token_endpoint: `https://idp.example.com/${path}` }), lost())
    }
    expect(gates.isDown(sampleClient({ token_endpoint: 'https://idp.example.com/d' }))).toBe(true)
    for (const other of ['https://other.example.com/a', 'https://idp.example.com:8443/a']) {
      expect(gates.isDown(sampleClient({ token_endpoint: other }))).toBe(false)
    }
  })
})
