// Filter patterns of CloudWatch Logs.

import { describe, expect, it } from 'vitest'
import { filterPattern } from '../../../local/control-plane/filter-pattern.ts'

describe('a pattern', () => {
  it.each([
    ['', 'anything', true],
    ['{ $.message = "tick" }', '{"message":"tick"}', true],
    ['{ $.message = "tick" }', '{"message":"tock"}', false],
    ['{ $.message = "tick" }', 'message tick', false],
    ['{ $.a.b = "c" }', '{"a":{"b":"c"}}', true],
    ['{ $.a = "b" || $.c.d = "e" }', '{"c":{"d":"e"}}', true],
    ['{ $.a = "b" || $.c.d = "e" }', '{"a":"e"}', false],
  ])('%s of %s: %s', (pattern, message, matches) => {
    expect(filterPattern(pattern)(message)).toBe(matches)
  })

  it.each(['tick', '?"a" ?"b"', '%regular%', '[a, b]', '{ $.a > 1 }', '-not'])(
    '%s is not known here, and said so',
    (pattern) => {
      expect(() => filterPattern(pattern)).toThrow('not known here')
    },
  )
})
