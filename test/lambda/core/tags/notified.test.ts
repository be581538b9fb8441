// What people were notified of last, in one tag: a reason is reported once, and a new one is reported too.

import { describe, expect, it } from 'vitest'
import { notifiedValue, readNotified, wasNotified } from '../../../../lambda/core/tags/notified.ts'

describe('the tag', () => {
  it.each([
    ['healthy', 'healthy', []],
    ['action-required', 'action-required', []],
    ['action-required account:AADSTS50057', 'action-required', ['account:AADSTS50057']],
    ['delayed transient:http_503 throttled:http_429', 'delayed', ['transient:http_503', 'throttled:http_429']],
    [undefined, undefined, []],
    ['', undefined, []],
    ['unheard-of', undefined, []],
    ['HEALTHY', undefined, []],
  ])('%j says %j for %j', (text, state, reasons) => {
    expect(readNotified(text)).toEqual({ state, reasons })
  })
})

describe('what was reported', () => {
  it.each([
    [undefined, 'action-required', false],
    ['healthy', 'action-required', false],
    ['delayed client:a', 'action-required', false],
    ['action-required client:a', 'action-required', true],
    ['action-required client:b', 'action-required', false],
    ['action-required client:b client:a', 'action-required', true],
    // A version that kept no reasons reported every change.
    ['action-required', 'action-required', true],
    [undefined, 'delayed', false],
    ['healthy', 'delayed', false],
    ['delayed client:b', 'delayed', true],
    // Once people know that a person is needed, no delay is reported.
    ['action-required client:b', 'delayed', true],
    [undefined, 'healthy', false],
    ['action-required client:a', 'healthy', false],
    ['healthy', 'healthy', true],
  ] as const)('after %j, "%s" for client:a: %j', (text, wanted, expected) => {
    expect(wasNotified(readNotified(text), wanted, 'client:a')).toBe(expected)
  })

  it('is known from the tag that follows it, and so are the reasons before', () => {
    let text: string | undefined
    const reasons = ['account:AADSTS50057', 'reauthorize:AADSTS50173', 'policy:AADSTS53003']
    for (const reason of reasons) {
      expect(wasNotified(readNotified(text), 'action-required', reason)).toBe(false)
      text = notifiedValue(readNotified(text), 'action-required', reason)
    }
    for (const reason of reasons) expect(wasNotified(readNotified(text), 'action-required', reason)).toBe(true)
  })

  it('is forgotten once all is well, or another thing was reported', () => {
    const before = readNotified('action-required client:a')
    expect(notifiedValue(before, 'healthy', '')).toBe('healthy')
    expect(notifiedValue(before, 'delayed', 'transient:b')).toBe('delayed transient:b')
    expect(notifiedValue(readNotified('healthy'), 'action-required', 'client:a')).toBe('action-required client:a')
  })

  it('is never longer than a tag may be, and the newest reason stays', () => {
    let text = 'healthy'
    for (let count = 0; count < 100; count++) {
      const reason = `request:a_code_of_some_length_${count}`
      text = notifiedValue(readNotified(text), 'action-required', reason)
      expect(text.length).toBeLessThanOrEqual(256)
      expect(wasNotified(readNotified(text), 'action-required', reason)).toBe(true)
    }
    expect(text.length).toBeGreaterThan(200)
    expect(notifiedValue(readNotified(undefined), 'action-required', 'x'.repeat(300))).toHaveLength(256)
  })
})
