// What each class of failure leaves behind, over one failure and over many.

import { describe, expect, it } from 'vitest'
import { type FailureClass, failureClasses, shortestRefreshIntervalMinutes } from '../../../lambda/contract.ts'
import { type AfterFailureInput, afterFailure, isLasting, isRefusal } from '../../../lambda/core/after-failure.ts'
import { classifyReply } from '../../../lambda/core/failures/classify.ts'
import { ownFailure } from '../../../lambda/core/failures/failure-table.ts'
import type { Grant } from '../../../lambda/core/secrets/grant.ts'
import type { FailureState } from '../../../lambda/core/tags/status.ts'
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
const definite = ['reauthorize', 'policy', 'account', 'client', 'request'] as const
const refusing = [...definite, 'refused'] as const
/** What a provider can answer: the class store is never counted against a connection. */
const answered = [...passing, ...refusing] as const
/** The longest wait within which the tick an hour later, or a day later, still asks. */
const [hourly, daily] = [59, 24 * 60 - 1]

const next = (change: Partial<AfterFailureInput> = {}): FailureState =>
  afterFailure({
    failure: sampleFailure(),
    local: false,
    subject: 'connection',
    concerns: 'connection',
    salvaged: false,
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

  it.each(definite)('of class %s is retried in the next tick', (name) => {
    expect(next({ failure: failing(name, 'some_code'), fraction: almostOne })).toEqual({
      status: 'retrying',
      class: name,
      code: 'some_code',
      failures: 1,
      refusals: 1,
      concerns: 'connection',
      failed: noon,
      since: noon,
      retry: noon,
    })
  })

  it('with an unknown code is retried like one that may pass', () => {
    expect(next({ failure: failing('refused') })).toMatchObject({ status: 'retrying', refusals: 1 })
    for (const fraction of [0, 0.5, almostOne]) {
      expect(waited({ failure: failing('refused'), fraction })).toBe(waited({ fraction }))
    }
  })

  it('of a client needs a person at once, for two connections stand behind it, and is probed in the next tick', () => {
    for (const name of refusing) {
      const state = next({ failure: failing(name), subject: 'client', concerns: 'client', grant: undefined })
      expect(state).toMatchObject({ status: 'action-required', class: name, refusals: 1, retry: noon })
    }
  })

  it.each(passing)('of a client and of class %s is retried', (name) => {
    const state = next({ failure: failing(name), subject: 'client', concerns: 'client', grant: undefined })
    expect(state).toMatchObject({ status: 'retrying', refusals: 0 })
  })

  it('of a connection whose client is at fault waits for the client alone', () => {
    const failure = sampleFailure({ class: 'client', retryAfterSeconds: 600 })
    expect(next({ failure, concerns: 'held', fraction: almostOne })).toMatchObject({
      status: 'action-required',
      concerns: 'held',
      retry: noon,
    })
  })

  it('has the code, and nothing else of the answer', () => {
    const failure = sampleFailure({ httpStatus: 503, traceId: '3f1a2b3c-0000-4000-8000-00000000ab00', unknown: true })
    expect(Object.keys(next({ failure })).toSorted()).toEqual(
      ['class', 'code', 'concerns', 'failed', 'failures', 'refusals', 'retry', 'since', 'status'].toSorted(),
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

describe('the second refusal', () => {
  it.each(definite)('makes the connection one that needs a person, for its own reason: %s', (name) => {
    for (const first of refusing) {
      const before = next({ failure: failing(first, 'AADSTS50173'), now: later(-5 * minute) })
      const second = next({ failure: failing(name, 'AADSTS700082'), before, fraction: almostOne })
      expect(second).toMatchObject({ status: 'action-required', class: name, code: 'AADSTS700082', refusals: 2 })
      expect(second.retry).toEqual(later(hourly * minute))
    }
  })

  it.each(passing)('is still to come when %s was in the way', (name) => {
    // An unknown code may have been passing too, so what came between takes its place.
    for (const first of refusing.filter((one) => one !== 'refused')) {
      const before = next({ failure: failing(first, 'first_code'), concerns: 'client', now: later(-5 * minute) })
      expect(next({ failure: failing(name), before })).toMatchObject({
        status: 'retrying',
        class: first,
        code: 'first_code',
        failures: 2,
        refusals: 1,
        concerns: 'client',
      })
    }
  })

  it.each(passing)('counts although any number of %s came between', (name) => {
    let between = next({ failure: failing('policy'), now: later(-5 * minute) })
    for (let count = 0; count < 20; count++) between = next({ failure: failing(name), before: between })
    expect(next({ failure: failing('reauthorize'), before: between })).toMatchObject({
      status: 'action-required',
      failures: 22,
      refusals: 2,
    })
  })

  it('waits for as long as what came between asks for', () => {
    const before = next({ failure: failing('reauthorize'), now: later(-5 * minute) })
    expect(waited({ failure: failing('transient'), before, fraction: almostOne })).toBeGreaterThan(9.9)
    const throttled = sampleFailure({ class: 'throttled', retryAfterSeconds: 600 })
    expect(waited({ failure: throttled, before })).toBe(10)
  })

  it.each(definite)('is still to come after any number of failures that were no refusals: %s', (name) => {
    const before = earlier({ failures: 7 })
    expect(next({ failure: failing(name), before })).toMatchObject({
      status: 'retrying',
      class: name,
      failures: 8,
      refusals: 1,
      retry: noon,
    })
  })

  it('makes a connection need a person of its own where its client was at fault before', () => {
    const held = earlier({ status: 'action-required', class: 'client', refusals: 1, concerns: 'held' })
    const second = next({ failure: failing('client'), before: held, concerns: 'connection' })
    expect(second).toMatchObject({ status: 'action-required', refusals: 2, retry: later(hourly * minute) })
    // Something passing says no more of the connection than that: the client was what needed a person.
    expect(next({ failure: failing('transient'), before: held }).status).toBe('retrying')
  })
})

describe('refusals with an unknown code', () => {
  const refused = (refusals: number, since: Date) =>
    next({
      failure: failing('refused'),
      before: earlier({ class: 'refused', failures: refusals - 1, refusals: refusals - 1, since }),
    }).status

  it.each([
    [3, -hour, 'action-required'],
    [3, -hour + 1, 'retrying'],
    [2, -hour, 'retrying'],
    [2, -30 * day, 'retrying'],
    [50, -hour + 1, 'retrying'],
    [50, -hour, 'action-required'],
  ])('%i of them, the first %i ms ago: %s', (refusals, since, status) => {
    expect(refused(refusals, later(since))).toBe(status)
    expect(isLasting({ refusals, since: later(since) }, noon)).toBe(status === 'action-required')
  })

  it('are no second refusal of a known kind until one comes', () => {
    const before = earlier({ class: 'refused', failures: 2, refusals: 2 })
    expect(next({ failure: failing('refused'), before }).status).toBe('retrying')
    expect(next({ failure: failing('policy'), before }).status).toBe('action-required')
  })
})

describe('a refusal', () => {
  it('is what the provider said of the request, and neither something passing nor a fault of our own store', () => {
    expect(failureClasses.filter((name) => isRefusal({ class: name })).toSorted()).toEqual([...refusing].toSorted())
  })
})

describe('a connection that needs a person', () => {
  const needed = earlier({
    status: 'action-required',
    class: 'reauthorize',
    code: 'AADSTS50173',
    failures: 2,
    refusals: 2,
  })

  it.each(passing)('still does after a failure of class %s, for the reason that the provider gave', (name) => {
    expect(next({ failure: failing(name, 'http_503'), before: needed })).toMatchObject({
      status: 'action-required',
      class: 'reauthorize',
      code: 'AADSTS50173',
      failures: 3,
      // Every attempt counts once a person is needed.
      refusals: 3,
      failed: noon,
    })
  })

  it.each(refusing)('still does after a failure of class %s, for the newer reason', (name) => {
    expect(next({ failure: failing(name, 'newer'), before: needed })).toMatchObject({
      status: 'action-required',
      class: name,
      code: 'newer',
      refusals: 3,
    })
  })

  it.each(answered)(
    'is tried again once an hour at most, after class %s, regardless of what the provider asks',
    (name) => {
      for (const fraction of [0, almostOne]) {
        const failure = sampleFailure({ class: name, retryAfterSeconds: 1 })
        expect(waited({ failure, before: needed, fraction })).toBe(hourly)
      }
    },
  )

  it.each(answered)('is tried again once a day after a day of hourly attempts, after class %s', (name) => {
    const wait = (refusals: number, since: number) =>
      waited({ failure: failing(name), before: { ...needed, refusals, since: later(since) } })
    expect(wait(25, -day - hour)).toBe(hourly)
    expect(wait(26, -day - hour)).toBe(daily)
    expect(wait(27, -day - hour)).toBe(daily)
    // Attempts that never came, as in a time without ticks, do not count against it, nor does a young row.
    expect(wait(24, -30 * day)).toBe(hourly)
    expect(wait(50, -day - hour + 1)).toBe(hourly)
  })
})

describe('a client that needs a person', () => {
  const needed = earlier({ status: 'action-required', class: 'client', refusals: 1, concerns: 'client' })

  it.each(refusing)('is probed once an hour, however long it lasts, after class %s', (name) => {
    const input = { failure: failing(name), subject: 'client', concerns: 'client', grant: undefined } as const
    expect(waited({ ...input, before: needed })).toBe(hourly)
    const old = { ...needed, refusals: 500, since: later(-30 * day) }
    expect(waited({ ...input, before: old, fraction: almostOne })).toBe(hourly)
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
    for (const [failures, most] of [3, 10, 20, 40, 58, 58].entries()) {
      const state = failures === 0 ? undefined : earlier({ failures })
      expect(waited({ grant, before: state, fraction: 0 })).toBe(most / 2)
    }
  })

  it('is over when the next tick looks, after the first failure, regardless of the period', () => {
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

  it.each(refusing)('is what the provider asked for, where a first refusal of class %s comes with a time', (name) => {
    for (const seconds of [60, 3600]) {
      const failure = sampleFailure({ class: name, retryAfterSeconds: seconds })
      expect(next({ failure }).retry).toEqual(later(seconds * 1000))
    }
  })

  it.each(answered)('leaves time between two versions where a second token was salvaged, after class %s', (name) => {
    for (const retryAfterSeconds of [undefined, 1]) {
      const failure = sampleFailure({ class: name, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) })
      const least = (rotation: Grant['rotation']) =>
        waited({ failure, salvaged: true, before: earlier(), grant: sampleGrant({ rotation }), fraction: 0 })
      expect(least('reusable')).toBeGreaterThanOrEqual(shortestRefreshIntervalMinutes('reusable'))
      expect(least('single-use')).toBeGreaterThanOrEqual(shortestRefreshIntervalMinutes('single-use'))
      expect(waited({ failure, salvaged: true, before: earlier(), grant: undefined })).toBeGreaterThanOrEqual(
        shortestRefreshIntervalMinutes('single-use'),
      )
    }
  })
})

describe('a first odd answer', () => {
  it.each(definite)('costs no more than one tick, whether it brought a token or not: %s', (name) => {
    for (const salvaged of [false, true]) expect(waited({ failure: failing(name), salvaged })).toBe(0)
  })
})

describe('a failure in our own store', () => {
  it.each(failureClasses)('of class %s is looked at again in the next tick', (name) => {
    const failure = sampleFailure({ class: name, retryAfterSeconds: 60 })
    for (const state of [undefined, earlier(), earlier({ status: 'action-required' })]) {
      expect(next({ failure, local: true, before: state, fraction: almostOne }).retry).toEqual(noon)
    }
  })

  const localCodes = ['grant_not_decodable', 'client_not_known', 'client_not_decodable'] as const

  it.each(localCodes)('is forgotten once something else is met: %s', (code) => {
    const before = next({ failure: ownFailure(code), local: true, now: later(-5 * minute) })
    expect(before).toMatchObject({ status: 'action-required', refusals: 0 })
    const after = next({ before })
    expect(after).toMatchObject({ status: 'retrying', class: 'transient', failures: 1, since: noon })
    expect(after.retry.getTime()).toBeLessThan(later(hour).getTime())
    expect(next({ before, failure: failing('reauthorize') })).toMatchObject({ status: 'retrying', failures: 1 })
    expect(next({ before, failure: failing('policy') })).toMatchObject({ status: 'retrying', failures: 1, refusals: 1 })
  })

  it('needs a person all the same', () => {
    expect(next({ failure: failing('request', 'grant_not_decodable'), local: true, grant: undefined })).toMatchObject({
      status: 'action-required',
      code: 'grant_not_decodable',
    })
  })
})
