// When a connection is due: both modes, every margin from both sides.

import { describe, expect, it } from 'vitest'
import { refreshMarginMinutes, shortestFreshLifetimeMinutes } from '../../../lambda/contract.ts'
import { type DecideInput, decide, dueAt } from '../../../lambda/core/due.ts'
import type { Grant } from '../../../lambda/core/secrets/grant.ts'
import { day, hour, later, minute, noon, sampleGrant, timing } from '../../support/core-samples.ts'

const living = (minutes: number, change: Partial<Grant> = {}) =>
  sampleGrant({ expires_at: later(minutes * minute), ...change })

const decided = (grant: Grant, now: Date, change: Partial<DecideInput> = {}) =>
  decide({ grant, publishedGeneration: grant.generation, timing, now, ...change })

describe('a fresh connection', () => {
  it('is due 28 minutes before its access token expires by default', () => {
    expect(refreshMarginMinutes(timing)).toBe(28)
    for (const lifetime of [60, 75, 90]) {
      expect(dueAt(living(lifetime), timing)).toEqual(later((lifetime - 28) * minute))
    }
  })

  it.each([
    [15, 5, 28],
    [30, 5, 43],
    [15, 10, 38],
    [5, 1, 14],
  ])(
    'with %d minutes promised and a period of %d is due %d minutes before',
    (minimumValidityMinutes, everyMinutes, margin) => {
      const other = { ...timing, minimumValidityMinutes, everyMinutes }
      expect(dueAt(living(90), other)).toEqual(later((90 - margin) * minute))
    },
  )

  it('is refreshed at that moment and not a millisecond before', () => {
    const due = dueAt(living(60), timing)
    expect(decided(living(60), later(-1, due)).refresh).toBe(false)
    expect(decided(living(60), due).refresh).toBe(true)
    expect(decided(living(60), later(1, due)).refresh).toBe(true)
  })

  it.each([
    ['shorter than the margin', 20, 15],
    ['shorter than the store allows', 5, 15],
    ['over already', 0, 15],
    ['in the past', -60, 15],
    ['the shortest that can be kept fresh', 43, 15],
    ['a minute longer than that', 44, 16],
    ['the shortest of Entra', 60, 32],
  ])('whose access token is %s (%d minutes) is due after %d', (_, lifetime, minutes) => {
    expect(dueAt(living(lifetime), timing)).toEqual(later(minutes * minute))
  })

  it('can be kept fresh from 43 minutes on by default', () => {
    expect(shortestFreshLifetimeMinutes(timing)).toBe(43)
  })

  it.each([
    ['a day of continuous access evaluation', 24 * 60, 24 * 60 - 28],
    ['a day and the margin, which is where keeping alive takes over', 24 * 60 + 28, 24 * 60],
    ['28 hours of continuous access evaluation', 28 * 60, 24 * 60],
    ['a year', 365 * 24 * 60, 24 * 60],
  ])('with an access token of %s is due after %d minutes of %d', (_, lifetime, minutes) => {
    expect(dueAt(living(lifetime), timing)).toEqual(later(minutes * minute))
  })

  it('uses its refresh token in the first half of a short window', () => {
    expect(dueAt(living(24 * 60, { refresh_by: later(2 * hour) }), timing)).toEqual(later(hour))
  })

  it('never takes more than a version of its secret per 15 minutes, however short the window', () => {
    expect(dueAt(living(60, { refresh_by: later(minute) }), timing)).toEqual(later(15 * minute))
    expect(dueAt(living(60, { refresh_by: later(-day) }), timing)).toEqual(later(15 * minute))
  })
})

describe('a connection that is kept alive', () => {
  const kept = (change: Partial<Grant> = {}) => sampleGrant({ mode: 'keep-alive', ...change })

  it('is due a day after its refresh by default, however long its access token lives', () => {
    for (const expires_at of [later(-day), later(hour), later(365 * day)]) {
      expect(dueAt(kept({ expires_at }), timing)).toEqual(later(day))
    }
  })

  it('is refreshed at that moment and not a millisecond before', () => {
    expect(decided(kept(), later(day - 1)).refresh).toBe(false)
    expect(decided(kept(), later(day)).refresh).toBe(true)
  })

  it.each([
    [7, 90, 7],
    [45, 90, 45],
    [46, 90, 45],
    [1, 2, 1],
    [1, 1, 0.5],
  ])('every %d days in a window of %d is due after %d', (keepAliveDays, window, days) => {
    const grant = kept({ refresh_by: later(window * day) })
    expect(dueAt(grant, { ...timing, keepAliveDays })).toEqual(later(days * day))
  })

  it.each([
    ['8 minutes', 8, 15],
    ['30 minutes', 30, 15],
    ['32 minutes', 32, 16],
    ['no time at all', 0, 15],
    ['a time that is over', -60, 15],
  ])('in a window of %s never takes more than a version of its secret per 15 minutes', (_, window, minutes) => {
    expect(dueAt(kept({ refresh_by: later(window * minute) }), timing)).toEqual(later(minutes * minute))
  })
})

describe('a connection whose refresh token is used once', () => {
  it.each(['fresh', 'keep-alive'] as const)(
    'takes two versions at a time, so in %s mode it waits twice as long, but for the flexible window',
    (mode) => {
      const grant = (rotation: Grant['rotation']) =>
        sampleGrant({ mode, rotation, expires_at: later(minute), refresh_by: later(minute) })
      expect(dueAt(grant('reusable'), timing)).toEqual(later(15 * minute))
      expect(dueAt(grant('single-use'), timing)).toEqual(later(29 * minute))
    },
  )

  it('is due a period sooner than any other, where there is time', () => {
    expect(dueAt(living(75, { rotation: 'single-use' }), timing)).toEqual(later(42 * minute))
    expect(dueAt(living(62, { rotation: 'single-use' }), timing)).toEqual(later(29 * minute))
    expect(dueAt(living(63, { rotation: 'single-use' }), timing)).toEqual(later(30 * minute))
    expect(dueAt(living(57, { rotation: 'single-use' }), timing)).toEqual(later(29 * minute))
  })

  it('can be kept fresh from 57 minutes on by default', () => {
    expect(shortestFreshLifetimeMinutes(timing, 'single-use')).toBe(57)
    expect(shortestFreshLifetimeMinutes(timing, 'reusable')).toBe(43)
  })
})

describe('what there is to do now', () => {
  const grant = sampleGrant({ generation: 3 })

  it.each([
    ['nothing, when apps see this generation', 3, { refresh: false, publish: false }],
    ['nothing, when apps see a newer one', 4, { refresh: false, publish: false }],
    ['to publish, when apps see an older one', 2, { refresh: false, publish: true }],
    ['to publish, when apps see none that decodes', undefined, { refresh: false, publish: true }],
  ])('is %s', (_, publishedGeneration, decision) => {
    expect(decide({ grant, publishedGeneration, timing, now: noon })).toEqual(decision)
  })

  it('is to refresh when it is forced, due or not', () => {
    expect(decided(grant, noon, { force: true })).toEqual({ refresh: true, publish: false })
    expect(decided(grant, noon, { force: false })).toEqual({ refresh: false, publish: false })
  })

  it('may be both', () => {
    expect(decided(grant, later(hour), { publishedGeneration: 2 })).toEqual({ refresh: true, publish: true })
  })

  it.each(['fresh', 'keep-alive'] as const)(
    'is to refresh when a clock from the future wrote the times of a %s connection',
    (mode) => {
      const grant = sampleGrant({ mode, refreshed_at: later(365 * day), expires_at: later(366 * day) })
      expect(decided(grant, noon).refresh).toBe(true)
    },
  )

  it('is nothing when two clocks differ by two minutes, and to refresh when by more', () => {
    const ahead = (milliseconds: number) => living(62, { refreshed_at: later(2 * minute + milliseconds) })
    expect(decided(ahead(0), noon).refresh).toBe(false)
    expect(decided(ahead(1), noon).refresh).toBe(true)
  })
})

describe('a grant that ends although it is refreshed', () => {
  const ending = (days: number, change: Partial<Grant> = {}) =>
    sampleGrant({ ends_at: later(days * day), refresh_by: later(days * day), ...change })

  it.each([7, 1, 0.1, -1])('is not refreshed more often because the end comes nearer (%d days)', (days) => {
    expect(dueAt(ending(days), timing)).toEqual(dueAt(sampleGrant(), timing))
    expect(dueAt(ending(days, { mode: 'keep-alive' }), timing)).toEqual(later(day))
  })

  it('is refreshed before it dies unused all the same', () => {
    const grant = ending(7, { mode: 'keep-alive', refresh_by: later(hour) })
    expect(dueAt(grant, timing)).toEqual(later(hour / 2))
  })
})
