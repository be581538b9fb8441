// When a grant ends although it is refreshed, and from when on a person is notified.

import { describe, expect, it } from 'vitest'
import { observedEnd, warnFrom } from '../../../../lambda/core/tokens/ending.ts'
import { day, hour, later, minute, noon } from '../../../support/core-samples.ts'

describe('a person is notified', () => {
  it.each([
    ['Microsoft, if it ended: 90 days', 90, 3.5],
    ["Schwab and Google's testing mode: 7 days", 7, 3.5],
    ['6 days', 6, 3],
    ['a day', 1, 0.5],
    ['nothing left', 0, 0],
  ])('of the end of a grant of %s (%d) %d days before', (_, days, before) => {
    const end = later(days * day)
    expect(warnFrom(end, { bootstrapped_at: noon })).toEqual(later(-before * day, end))
  })
})

describe('an end that the provider states', () => {
  /** Signed in ten hours ago, refreshed half an hour ago. */
  const grantOf = (refresh_by: Date) => ({
    bootstrapped_at: later(-10 * hour),
    refreshed_at: later(-30 * minute),
    refresh_by,
  })
  const end = later(2 * hour)

  it.each([
    ['has not moved', 0, true],
    ['has moved by seconds, as clocks do', 5_000, true],
    ['has moved back by seconds', -5_000, true],
    ['has moved by half of the time that has passed', 15 * minute, true],
    ['has moved by more than that', 15 * minute + 1, false],
    ['has moved with the time', 30 * minute, false],
    ['has come nearer by hours', -3 * hour, false],
  ])('and that %s is fixed: %s', (_, moved, fixed) => {
    expect(observedEnd(grantOf(later(-moved, end)), end, noon)).toEqual(fixed ? end : undefined)
  })

  it('is not judged by two answers within five minutes', () => {
    const recent = (passed: number) => ({ ...grantOf(end), refreshed_at: later(-passed) })
    expect(observedEnd(recent(5 * minute), end, noon)).toEqual(end)
    expect(observedEnd(recent(5 * minute - 1), end, noon)).toBeUndefined()
  })

  it('does not count before it is near (QuickBooks: one refresh token for a day)', () => {
    const far = later(100 * day)
    expect(observedEnd(grantOf(far), far, noon)).toBeUndefined()
    const near = later(3.5 * day)
    const long = { ...grantOf(near), bootstrapped_at: later(-30 * day) }
    expect(observedEnd(long, near, noon)).toEqual(near)
    expect(observedEnd(long, near, later(-1))).toBeUndefined()
  })

  it('does not exist where none is stated', () => {
    expect(observedEnd(grantOf(end), undefined, noon)).toBeUndefined()
  })
})
