// Circuit breakers: who may ask the provider at the same time, and what an answer to one connection means for others.

import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Failure } from '../../../../lambda/core/failures/failure.ts'
import type { FailureState } from '../../../../lambda/core/tags/status.ts'
import type { Failed, Outcome, Redemption } from '../../../../lambda/ports.ts'
import { CircuitBreakers } from '../../../../lambda/usecases/limits/circuit-breakers.ts'
import {
  hour,
  later,
  noon,
  sampleClient,
  sampleFailure,
  sampleRecorded,
  sampleTokens,
} from '../../../support/core-samples.ts'

const client = 'sample-client'
const refreshed: Outcome = {
  kind: 'refreshed',
  times: { mode: 'fresh', generation: 4, expiresAt: later(hour), refreshedAt: noon },
}

const failed = (
  failure: Partial<Failure> = {},
  state: Partial<FailureState> = {},
  more: Partial<Failed> = {},
): Failed => ({
  kind: 'failed',
  failure: sampleFailure(failure),
  asked: true,
  recorded: sampleRecorded(state),
  ...more,
})

const transient = failed()
const throttled = failed({ class: 'throttled', code: 'http_429' })
const unknown = failed({ class: 'refused', code: 'AADSTS999999' })
const revoked = failed({ class: 'reauthorize', code: 'AADSTS50173' })
const held = failed({ class: 'client', code: 'AADSTS7000222' }, { concerns: 'held' })

/** A connection that is to ask the provider; the test gives the answer. */
const asking = (breakers: CircuitBreakers, urgent = false, name: string | undefined = client) => {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const state = { hasBegun: false }
  const done = breakers.pass({ client: name, urgent }, () => {
    state.hasBegun = true
    return promise
  })
  return {
    done,
    hasBegun: () => state.hasBegun,
    answer: async (outcome: Outcome) => {
      resolve(outcome)
      await setImmediate()
    },
  }
}

const several = (breakers: CircuitBreakers, count: number, urgent = false) =>
  Array.from({ length: count }, () => asking(breakers, urgent))

const begun = (all: readonly { hasBegun(): boolean }[]) => all.filter((one) => one.hasBegun()).length

const learnt = (...outcomes: readonly Outcome[]): CircuitBreakers => {
  const breakers = new CircuitBreakers()
  for (const outcome of outcomes) breakers.learn(client, outcome)
  return breakers
}

describe('a half-open breaker', () => {
  it('lets one connection ask at a time, and all of them after a refresh', async () => {
    const all = several(new CircuitBreakers(), 4)
    expect(begun(all)).toBe(1)
    await all[0]?.answer(transient)
    expect(begun(all)).toBe(2)
    await all[1]?.answer(refreshed)
    expect(begun(all)).toBe(4)
  })

  it('lets all of them ask after a refusal that concerns one connection', async () => {
    const all = several(new CircuitBreakers(), 3)
    await all[0]?.answer(revoked)
    expect(begun(all)).toBe(3)
  })

  it('of a client at fault stays half-open after such a refusal, and closes after a refresh', async () => {
    const breakers = new CircuitBreakers()
    breakers.markAtFault(client)
    const all = several(breakers, 4)
    await all[0]?.answer(revoked)
    expect(begun(all)).toBe(2)
    await all[1]?.answer(refreshed)
    expect([begun(all), breakers.isAtFault(client)]).toEqual([4, false])
  })

  it.each([
    ['that may concern the client', failed({ class: 'client', code: 'AADSTS7000222' }, { concerns: 'client' })],
    ['with an unknown code', unknown],
  ])('stays half-open after a refusal %s', async (_, outcome) => {
    const all = several(new CircuitBreakers(), 3)
    await all[0]?.answer(outcome)
    expect(begun(all)).toBe(2)
  })

  it('lets the next connection ask where an attempt throws', async () => {
    const breakers = new CircuitBreakers()
    const first = breakers.pass({ client, urgent: false }, () => Promise.reject(new Error('a bug')))
    const second = asking(breakers)
    await expect(first).rejects.toThrow('a bug')
    await setImmediate()
    expect(second.hasBegun()).toBe(true)
  })

  it('holds up neither another client nor a connection whose client is not known', () => {
    const breakers = new CircuitBreakers()
    const all = [asking(breakers), asking(breakers, false, 'other-client')]
    const unnamed = breakers.pass({ client: undefined, urgent: false }, async () => refreshed)
    expect(begun(all)).toBe(2)
    return expect(unnamed).resolves.toBe(refreshed)
  })
})

describe('an open breaker', () => {
  it.each<readonly [string, Outcome]>([
    ['a connection that its client’s fault holds', held],
    [
      'a client record that cannot be used',
      failed({ class: 'client' }, {}, { recorded: sampleRecorded({}, { room: 'clients', name: client }) }),
    ],
    ['a record of the client that was written', failed({ class: 'throttled' }, {}, { client: throttled })],
  ])('comes of %s, and lets no connection ask, however urgent', async (_, outcome) => {
    const breakers = new CircuitBreakers()
    const [first, ...others] = [...several(breakers, 2), ...several(breakers, 1, true)]
    await first?.answer(outcome)
    expect(begun(others)).toBe(0)
    expect(await Promise.all(others.map(({ done }) => done))).toEqual([undefined, undefined])
    expect(breakers.isOpen(client)).toBe(true)
  })

  it('stays open after a refresh that was under way, which shows that the client works', () => {
    const breakers = learnt(held, refreshed)
    expect([breakers.isOpen(client), breakers.works(client)]).toEqual([true, true])
  })
})

describe('a slow provider', () => {
  const ofConnection = failed({ class: 'throttled', concerns: 'connection' })
  const unrecorded: Outcome = { kind: 'failed', failure: sampleFailure() }

  it.each<readonly [string, readonly Outcome[], boolean]>([
    ['one throttled answer', [throttled], false],
    ['two throttled answers', [throttled, throttled], true],
    ['two throttled answers with another one between them', [throttled, transient, throttled], false],
    ['two throttled answers with a refresh between them', [throttled, refreshed, throttled], false],
    ['answers that throttle one connection alone', [ofConnection, ofConnection, ofConnection], false],
    ['two missing answers', [transient, transient], false],
    ['three missing answers', [transient, transient, transient], true],
    ['three answers that no table knows', [unknown, transient, unknown], true],
    ['a refusal between missing answers', [transient, transient, revoked, transient], false],
    ['failures that were not recorded', [unrecorded, unrecorded, unrecorded], false],
  ])('is recognised, or is not, by its answers: %s', (_, outcomes, isSlow) => {
    expect(learnt(...outcomes).isSlow(client)).toBe(isSlow)
  })

  it('makes connections that can wait do so, and lets urgent ones ask one at a time', async () => {
    // A refresh has closed the breaker before.
    const breakers = learnt(refreshed, transient, transient, transient)
    const patient = asking(breakers)
    expect(await patient.done).toBeUndefined()
    const urgent = several(breakers, 3, true)
    expect([patient.hasBegun(), begun(urgent)]).toEqual([false, 1])
    await urgent[0]?.answer(transient)
    expect(begun(urgent)).toBe(2)
    await urgent[1]?.answer(refreshed)
    expect(begun(urgent)).toBe(3)
  })

  it('makes connections wait for the next tick that were waiting for their turn', async () => {
    const breakers = learnt(transient, transient)
    const [first, second] = several(breakers, 2)
    await first?.answer(transient)
    expect([await second?.done, second?.hasBegun()]).toEqual([undefined, false])
  })

  it('has throttled a connection before, when the answer before this one was throttled', () => {
    const before = [learnt(), learnt(throttled), learnt(throttled, refreshed)]
    expect(before.map((breakers) => breakers.wasThrottled(client))).toEqual([false, true, false])
  })
})

describe('a token endpoint', () => {
  const answer = (failure: Partial<Failure>, outcome: 'unsent' | 'answered' | 'unknown' = 'unknown'): Redemption => ({
    kind: 'failed',
    failure: sampleFailure(failure),
    outcome,
  })
  const none = answer({ code: 'timeout' })
  const granted: Redemption = { kind: 'granted', tokens: sampleTokens() }
  const told = (...redemptions: readonly Redemption[]): CircuitBreakers => {
    const breakers = new CircuitBreakers()
    for (const redemption of redemptions) breakers.answered(sampleClient(), redemption)
    return breakers
  }
  const host = 'login.microsoftonline.com'

  it.each<readonly [string, Redemption, boolean]>([
    ['no answer', none, true],
    ['no connection', answer({ code: 'ECONNREFUSED' }, 'unsent'), true],
    ['a bare 503', answer({ code: 'http_503', httpStatus: 503 }), true],
    ['an OAuth error with status 500', answer({ code: 'server_error', httpStatus: 500 }), false],
    ['a refusal', answer({ class: 'reauthorize', code: 'AADSTS50173', httpStatus: 400 }, 'answered'), false],
    ['a bare 403', answer({ class: 'refused', code: 'http_403', httpStatus: 403 }, 'answered'), false],
    ['a request that could not be built', answer({ code: 'request_not_built' }, 'unsent'), false],
    ['an answer that is too large', answer({ code: 'answer_too_large' }), false],
    ['tokens', granted, false],
  ])('is down after three times in a row, or is not: %s', (_, redemption, isDown) => {
    expect(told(redemption, redemption).isDown(host)).toBe(false)
    expect(told(redemption, redemption, redemption).isDown(host)).toBe(isDown)
  })

  it('is not down when it answers in between, and other hosts are not down with it', () => {
    expect(told(none, none, granted, none).isDown(host)).toBe(false)
    expect(told(none, none, none).isDown('login.microsoftonline.us')).toBe(false)
  })

  it('that is down makes all clients slow that sent a request there', () => {
    const breakers = told(none, none)
    breakers.answered(sampleClient({ client_id: 'other-client' }), none)
    expect([client, 'other-client', 'third-client'].map((one) => breakers.isSlow(one))).toEqual([true, true, false])
  })
})

describe('a connection', () => {
  it.each<readonly [string, readonly Outcome[], readonly [boolean, boolean]]>([
    ['of a new client', [], [false, false]],
    ['of a slow client', [throttled, throttled], [true, false]],
    ['of a client at fault', [held], [true, true]],
    ['of a client that works', [refreshed], [false, false]],
  ])('%s is held for this tick, or is not', (_, outcomes, expected) => {
    const breakers = learnt(...outcomes)
    expect([breakers.isHeld(client, false), breakers.isHeld(client, true)]).toEqual(expected)
  })
})

describe('a probe', () => {
  it('makes the other connections wait for what it finds out', async () => {
    const breakers = new CircuitBreakers()
    breakers.markAtFault(client)
    const answer = Promise.withResolvers<Outcome>()
    const probe = breakers.probe(client, async () => void breakers.learn(client, await answer.promise))
    const others = several(breakers, 3)
    expect(begun(others)).toBe(0)
    answer.resolve(refreshed)
    await probe
    await setImmediate()
    expect(begun(others)).toBe(3)
  })

  it('that opens the breaker lets none of them ask', async () => {
    const breakers = new CircuitBreakers()
    const probe = breakers.probe(client, async () => {
      await setImmediate()
      breakers.open(client)
    })
    const others = several(breakers, 2)
    await probe
    expect(await Promise.all(others.map(({ done }) => done))).toEqual([undefined, undefined])
  })

  it('that throws lets the next one ask', async () => {
    const breakers = new CircuitBreakers()
    await expect(breakers.probe(client, () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug')
    expect(asking(breakers).hasBegun()).toBe(true)
  })
})

describe('a client', () => {
  it.each<readonly [string, readonly Outcome[], boolean]>([
    ['nothing was asked', [], false],
    ['a connection was refreshed', [refreshed], true],
    ['a connection was refreshed, and another one refused afterwards', [refreshed, revoked], true],
    ['a connection was published', [{ ...refreshed, kind: 'published' }], false],
    ['a connection failed', [transient], false],
  ])('works in this tick, or may not, where %s', (_, outcomes, works) => {
    const breakers = learnt(...outcomes)
    expect([breakers.works(client), breakers.works('other-client')]).toEqual([works, false])
  })

  it('has its record written once in a tick', () => {
    const breakers = new CircuitBreakers()
    expect([client, client, 'other-client'].map((one) => breakers.claimRecord(one))).toEqual([true, false, true])
  })

  it('is shown to work by when its connections were refreshed', () => {
    expect(learnt(refreshed).evidence(client).refreshedAt).toBe(noon.getTime())
  })
})
