// Times in tags: what this project writes is read, and nothing that merely looks like a time to a parser.

import { expect, it } from 'vitest'
import { readTime } from '../../../../lambda/core/tags/tag-time.ts'

it.each([
  ['2026-11-23T12:00:00.000Z', '2026-11-23T12:00:00.000Z'],
  ['2026-11-23T12:00:00Z', '2026-11-23T12:00:00.000Z'],
  ['2026-11-23', '2026-11-23T00:00:00.000Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('%s is read', (text, expected) => {
  expect(readTime(text)?.toISOString()).toBe(expected)
})

it.each([
  '',
  '-1',
  '0',
  '1',
  '12',
  'May',
  'version 2',
  '2026',
  '2026-13-01T00:00:00Z',
  '2026-11-23T12:00:00',
  '2026-11-23T12:00:00+02:00',
  '1969-12-31T23:59:59Z',
  '+275760-09-13T00:00:00Z',
  '23 Nov 2026 12:00:00 GMT',
  '2026-11-23T12:00:00.000Z later',
  '\u0000',
  'x'.repeat(256),
])('%j is no time', (text) => {
  expect(readTime(text)).toBeUndefined()
})

it('any text of up to three characters is no time', () => {
  const characters = ['-', '+', '0', '1', '9', ' ', 'Z', 'T', ':', '.', '/', 'a', 'é']
  for (const a of characters)
    for (const b of characters) for (const c of characters) expect(readTime(a + b + c)).toBeUndefined()
})
