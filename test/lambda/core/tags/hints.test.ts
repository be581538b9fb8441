// What the tags of a grant say for people: reading them never fails.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../../lambda/contract.ts'
import { hintTags, readHints } from '../../../../lambda/core/tags/hints.ts'
import { tagWords } from '../../../../lambda/core/tags/tag-value.ts'
import { day, later, noon, sampleGrant } from '../../../support/core-samples.ts'

describe('the hints of a grant', () => {
  it('name the account, what was not granted and when it ends', () => {
    const account = { id: 'entra tenant user', username: 'sales@example.com' }
    const change = { scope: 'Mail.Read Mail.Send', ends_at: later(7 * day), bootstrapped_at: noon, account }
    const written = hintTags(sampleGrant(change))
    expect(written).toEqual({
      [tags.publish]: 'access_token',
      [tags.account]: 'sales@example.com',
      [tags.missingScope]: 'Mail.Send',
      [tags.ending]: `${later(7 * day).toISOString()} ${later(3.5 * day).toISOString()}`,
    })
    expect(readHints(written)).toEqual({
      account: 'sales@example.com',
      publish: 'access_token',
      missingScopes: ['Mail.Send'],
      endsAt: later(7 * day),
      warnFrom: later(3.5 * day),
    })
  })

  it('are empty where there are none, in place of older ones', () => {
    const written = hintTags(sampleGrant())
    expect(written).toEqual({
      [tags.publish]: 'access_token',
      [tags.account]: '',
      [tags.missingScope]: '',
      [tags.ending]: '',
    })
    expect(readHints(written)).toEqual({
      account: undefined,
      publish: 'access_token',
      missingScopes: [],
      endsAt: undefined,
      warnFrom: undefined,
    })
  })

  it.each(['', ' ', 'x', 'x y', '2027-13-45T00:00:00Z 1', '9'.repeat(256), ` ${noon.toISOString()}`])(
    'may be nonsense: %j',
    (text) => {
      const { endsAt, warnFrom } = readHints({ [tags.ending]: text, [tags.missingScope]: text })
      for (const time of [endsAt, warnFrom]) expect(time?.toISOString() ?? '').toMatch(/^$|Z$/)
    },
  )
})

describe('words in a tag', () => {
  it('are as many as it can hold', () => {
    const words = Array.from({ length: 40 }, (_, at) => `Scope.Number${at}`)
    const text = tagWords(words)
    expect(text.length).toBeLessThanOrEqual(256)
    expect(text.split(' ')).toEqual(words.slice(0, text.split(' ').length))
    expect(text.split(' ').length).toBeGreaterThan(15)
  })

  it('leave out what it cannot hold', () => {
    expect(tagWords(['a', 'b*', 'x'.repeat(257), 'c'])).toBe('a c')
    expect(tagWords([])).toBe('')
  })
})
