// What each class of failure leaves behind, over one failure and over many.

import { describe, expect, it } from 'vitest'
import { type FailureClass, failureClasses } from '../../../lambda/contract.ts'
import { type AfterFailureInput, afterFailure } from '../../../lambda/core/after-failure.ts'
import { classifyReply } from '../../../lambda/core/classify.ts'
import { ownFailure } from '../../../lambda/core/failure-table.ts'
import type { FailureState } from '../../../lambda/core/status.ts'
import {
  day,
  sampleState as earlier,
  hour,
  later,
  minute,
  noon,
  sampleFailure,
  sampleGrant,
  timing,
} from '../../support/core-samples.ts'

const almostOne = 0.999
const passing = ['transient', 'throttled'] as const
const atOnce = failureClasses.filter((name) => !['transient', 'throttled', 'reauthorize'].includes(name))

const next = (change: Partial<AfterFailureInput> = {}): FailureState =>
  afterFailure({
    failure: sampleFailure(),
    atOnce: false,
    before: undefined,
    grant: sampleGrant(),
    timing,
    now: noon,
    fraction: 0,
    ...change,
  })

const waited = (change: Partial<AfterFailureInput>): number => (next(change).retry.getTime() - noon.getTime()) / minute
const failing = (name: FailureClass, code = 'some_code') => sampleFailure({ class: name, code })

describe('the first failure', () => {
  it.each(passing)('of class %s is retried', (name) => {
    expect(next({ failure: failing(name) })).toMatchObject({
      status: 'retrying',
      class: name,
      failures: 1,
      failed: noon,
    })
  })

  it('of class reauthorize gets a second opinion in the next tick', () => {
    expect(next({ failure: failing('reauthorize', 'AADSTS50173'), fraction: almostOne })).toEqual({
      status: 'retrying',
      class: 'reauthorize',
      code: 'AADSTS50173',
      failures: 1,
      failed: noon,
      since: noon,
      retry: noon,
    })
  })

  it.each(atOnce)('of class %s needs a person at once', (name) => {
    expect(next({ failure: failing(name) })).toMatchObject({ status: 'action-required', class: name, failures: 1 })
  })

  it('has the code, and nothing else of the answer', () => {
    const failure = sampleFailure({ httpStatus: 503, traceId: '3f1a2b3c-0000-4000-8000-00000000ab00', unknown: true })
    expect(Object.keys(next({ failure })).toSorted()).toEqual(
      ['class', 'code', 'failed', 'failures', 'retry', 'since', 'status'].toSorted(),
    )
  })
})

describe('a row of failures', () => {
  it.each(failureClasses)('began when its first one happened, after class %s too', (name) => {
    for (const status of ['retrying', 'action-required'] as const) {
      const before = earlier({ status, class: name, since: later(-3 * day), failures: 9 })
      expect(next({ before })).toMatchObject({ since: later(-3 * day), failed: noon, failures: 10 })
    }
  })

  it('begins with a failure after good health', () => {
    expect(next({ before: undefined })).toMatchObject({ since: noon, failed: noon, failures: 1 })
  })
})

describe('the second opinion', () => {
  const first = earlier({ class: 'reauthorize', code: 'AADSTS50173' })

  it('makes the connection one that needs a person when it is the same', () => {
    const second = next({ failure: failing('reauthorize', 'AADSTS700082'), before: first })
    expect(second).toMatchObject({ status: 'action-required', class: 'reauthorize', code: 'AADSTS700082', failures: 2 })
    expect(second.retry).toEqual(later(day))
  })

  it.each(passing)('is still to come when %s was in the way', (name) => {
    expect(next({ failure: failing(name), before: first })).toMatchObject({
      status: 'retrying',
      class: 'reauthorize',
      code: 'AADSTS50173',
      failures: 2,
    })
  })

  it.each(passing)('counts although any number of %s came between', (name) => {
    let between = first
    for (let count = 0; count < 20; count++) between = next({ failure: failing(name), before: between })
    expect(next({ failure: failing('reauthorize'), before: between })).toMatchObject({
      status: 'action-required',
      failures: 22,
    })
  })

  it('waits for as long as what came between asks for', () => {
    expect(waited({ failure: failing('transient'), before: first, fraction: almostOne })).toBeGreaterThan(9.9)
    const throttled = sampleFailure({ class: 'throttled', retryAfterSeconds: 600 })
    expect(waited({ failure: throttled, before: first })).toBe(10)
  })

  it.each(atOnce)('is needed after action was required for class %s', (name) => {
    const before = earlier({ status: 'action-required', class: name, code: 'older', failures: 4 })
    const second = next({ failure: failing('reauthorize', 'AADSTS50173'), before, fraction: almostOne })
    expect(second).toMatchObject({ status: 'retrying', class: 'reauthorize', code: 'AADSTS50173', retry: noon })
    const third = next({ failure: failing('reauthorize', 'AADSTS50173'), before: second })
    expect(third).toMatchObject({ status: 'action-required', class: 'reauthorize', failures: 6 })
  })

  it('is needed after failures of another kind too', () => {
    const many = earlier({ failures: 7 })
    expect(next({ failure: failing('reauthorize'), before: many })).toMatchObject({
      status: 'retrying',
      failures: 8,
      retry: noon,
    })
  })
})

describe('a connection that needs a person', () => {
  const needed = earlier({ status: 'action-required', class: 'reauthorize', code: 'AADSTS50173', failures: 2 })

  it.each(passing)('still does after a failure of class %s, for the reason that the provider gave', (name) => {
    expect(next({ failure: failing(name, 'http_503'), before: needed })).toMatchObject({
      status: 'action-required',
      class: 'reauthorize',
      code: 'AADSTS50173',
      failures: 3,
      failed: noon,
    })
  })

  it.each(failureClasses.filter((name) => name !== 'transient' && name !== 'throttled'))(
    'still does after a failure of class %s, for the newer reason',
    (name) => {
      expect(next({ failure: failing(name, 'newer'), before: needed })).toMatchObject({
        status: 'action-required',
        class: name,
        code: 'newer',
      })
    },
  )

  it.each(failureClasses)('is tried again once a day at most, after class %s', (name) => {
    const failure = sampleFailure({ class: name, retryAfterSeconds: 1 })
    expect(waited({ failure, before: needed, fraction: 0 })).toBe(24 * 60)
    const longest = waited({ failure, before: needed, fraction: almostOne })
    expect(longest).toBeGreaterThan(24 * 60)
    expect(longest).toBeLessThan(25 * 60)
  })
})

describe('the wait after a passing failure', () => {
  const modes = { fresh: [3, 10, 10, 10, 10, 10, 10], 'keep-alive': [3, 10, 20, 40, 60, 60, 60] } as const

  it.each(['fresh', 'keep-alive'] as const)('doubles up to the longest of a %s connection', (mode) => {
    const grant = sampleGrant({ mode })
    for (const [failures, most] of modes[mode].entries()) {
      const state = failures === 0 ? undefined : earlier({ failures })
      expect(waited({ grant, before: state, fraction: 0 })).toBe(most / 2)
      const longest = waited({ grant, before: state, fraction: almostOne })
      expect(longest).toBeGreaterThan(most * 0.99)
      expect(longest).toBeLessThan(most)
    }
  })

  it('leaves room for a claim and its release in each attempt with a single-use refresh token', () => {
    const grant = sampleGrant({ rotation: 'single-use' })
    for (const [failures, most] of [3, 10, 20, 40, 40].entries()) {
      const state = failures === 0 ? undefined : earlier({ failures })
      expect(waited({ grant, before: state, fraction: 0 })).toBe(most / 2)
    }
  })

  it('is over when the next tick looks, after the first failure, whatever the period', () => {
    for (const everyMinutes of [2, 5, 10, 20]) {
      const longest = waited({ timing: { ...timing, everyMinutes }, fraction: almostOne })
      expect(longest).toBeLessThan(everyMinutes - 1)
    }
  })

  it('is that of a fresh connection where the grant could not be read, for apps may wait for it', () => {
    expect(waited({ grant: undefined, before: earlier({ failures: 50 }) })).toBe(5)
  })

  it.each([
    [1, 1],
    [5, 5],
    [15, 15],
    [60, 60],
  ])('of a fresh connection with a period of %d minutes is at least %d and less than two periods', (period, least) => {
    const input = { timing: { ...timing, everyMinutes: period }, before: earlier({ failures: 50 }) }
    expect(waited({ ...input, fraction: 0 })).toBe(least)
    expect(waited({ ...input, fraction: almostOne })).toBeLessThan(2 * period)
  })

  it('stays within bounds after any number of failures', () => {
    for (const failures of [60, 1100, 1_000_000]) {
      expect(waited({ before: earlier({ failures }), fraction: almostOne })).toBeLessThan(10)
    }
  })

  it('is short after a redirect, which is a maintenance page where the endpoint has worked', () => {
    const reply = { kind: 'answer', status: 302, body: '', receivedAt: noon.getTime() } as const
    expect(next({ failure: classifyReply(reply, 'refresh_token') }).status).toBe('retrying')
    expect(waited({ failure: classifyReply(reply, 'refresh_token'), fraction: almostOne })).toBeLessThan(5)
  })

  it('goes by the period of the schedule', () => {
    expect(waited({ timing: { ...timing, everyMinutes: 20 } })).toBe(9)
    expect(waited({ timing: { ...timing, everyMinutes: 20 }, before: earlier({ failures: 1 }) })).toBe(20)
    expect(waited({ timing: { ...timing, everyMinutes: 20 }, before: earlier({ failures: 9 }) })).toBe(20)
  })

  it.each(passing)('is what the provider asked for, to the second, after class %s', (name) => {
    for (const seconds of [0, 1, 600, 3600]) {
      const failure = sampleFailure({ class: name, retryAfterSeconds: seconds })
      const state = next({ failure, before: earlier({ failures: 9 }), fraction: almostOne })
      expect(state).toMatchObject({ status: 'retrying', retry: later(seconds * 1000) })
    }
  })

  it('is none for a second opinion, whatever the provider asked for', () => {
    const failure = sampleFailure({ class: 'reauthorize', retryAfterSeconds: 60 })
    expect(waited({ failure })).toBe(0)
  })

  it.each(atOnce)('is a day and up to an hour after class %s', (name) => {
    expect(next({ failure: failing(name), fraction: 0 }).retry).toEqual(later(day))
    expect(next({ failure: failing(name), fraction: 0.5 }).retry).toEqual(later(day + hour / 2))
  })
})

describe('a failure in our own store', () => {
  it.each(failureClasses)('of class %s is looked at again in the next tick', (name) => {
    const failure = sampleFailure({ class: name, retryAfterSeconds: 60 })
    for (const state of [undefined, earlier(), earlier({ status: 'action-required' })]) {
      expect(next({ failure, atOnce: true, before: state, fraction: almostOne }).retry).toEqual(noon)
    }
  })

  const localCodes = ['grant_not_decodable', 'client_not_known', 'client_not_decodable'] as const

  it.each(localCodes)('is forgotten once something else is met: %s', (code) => {
    const before = next({ failure: ownFailure(code), atOnce: true, now: later(-5 * minute) })
    expect(before.status).toBe('action-required')
    const after = next({ before })
    expect(after).toMatchObject({ status: 'retrying', class: 'transient', failures: 1, since: noon })
    expect(after.retry.getTime()).toBeLessThan(later(hour).getTime())
    expect(next({ before, failure: failing('reauthorize') })).toMatchObject({ status: 'retrying', failures: 1 })
    expect(next({ before, failure: failing('policy') })).toMatchObject({ status: 'action-required', failures: 1 })
  })

  it('needs a person all the same', () => {
    expect(next({ failure: failing('request', 'grant_not_decodable'), atOnce: true, grant: undefined })).toMatchObject({
      status: 'action-required',
      code: 'grant_not_decodable',
    })
  })
})
