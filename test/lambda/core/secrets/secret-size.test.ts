// The store's limit on one secret, in bytes and not in letters.

import { describe, expect, it } from 'vitest'
import { encodeGrant } from '../../../../lambda/core/secrets/grant.ts'
import { fitsSecret } from '../../../../lambda/core/secrets/secret-size.ts'
import { sampleGrant, stored } from '../../../support/core-samples.ts'

describe('a secret', () => {
  it.each([
    ['nothing', '', true],
    ['65,536 bytes', 'a'.repeat(65_536), true],
    ['65,537 bytes', 'a'.repeat(65_537), false],
    ['32,768 letters of two bytes', 'é'.repeat(32_768), true],
    ['32,769 letters of two bytes', 'é'.repeat(32_769), false],
    ['16,384 signs of four bytes', '🔑'.repeat(16_384), true],
    ['16,385 signs of four bytes', '🔑'.repeat(16_385), false],
  ])('of %s is judged in bytes', (_, text, fits) => {
    expect(fitsSecret(stored(text))).toBe(fits)
  })

  it('of a grant counts everything in it, escapes included', () => {
    const bytes = Buffer.byteLength(encodeGrant(sampleGrant({ access_token: stored('a') })).reveal())
    const room = 65_536 - bytes + 1
    expect(fitsSecret(encodeGrant(sampleGrant({ access_token: stored('a'.repeat(room)) })))).toBe(true)
    expect(fitsSecret(encodeGrant(sampleGrant({ access_token: stored('a'.repeat(room + 1)) })))).toBe(false)
    expect(fitsSecret(encodeGrant(sampleGrant({ access_token: stored('"'.repeat(room / 2 + 1)) })))).toBe(false)
  })
})
