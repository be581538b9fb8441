// A person who asks what a code is gets class, meaning and remedy of every code that a table has.

import { describe, expect, it } from 'vitest'
import { failureClasses } from '../../../../lambda/contract.ts'
import { explainCode, knownCodes, meaningOf } from '../../../../lambda/core/failures/failure-table.ts'
import { storeMeanings } from '../../../../lambda/core/failures/meanings/store.ts'
import { transportMeanings } from '../../../../lambda/core/failures/meanings/transports.ts'
import { ownMeanings, wordMeanings } from '../../../../lambda/core/failures/meanings/words.ts'
import { headingsOf } from '../../../docs/markdown.ts'

describe('every code of every table', () => {
  it('has a meaning, a class and a remedy', () => {
    expect(knownCodes.length).toBeGreaterThan(350)
    for (const code of knownCodes) {
      const explained = explainCode(code)
      expect(explained?.code, code).toBe(code)
      expect(explained?.meaning, code).toMatch(/^[a-zA-Z].{5,}[^.]$/)
      expect(explained?.explanations.length, code).toBeGreaterThan(0)
    }
  })

  it('has a section of the runbook', () => {
    const sections = headingsOf('docs/runbook.md')
    for (const name of failureClasses) expect(sections).toContain(name)
  })
})

it('no meaning is of a code that no table has', () => {
  const meant = [wordMeanings, ownMeanings, transportMeanings, storeMeanings].flatMap((table) => Object.keys(table))
  expect(meant.filter((code) => !knownCodes.includes(code))).toEqual([])
})

describe('a code', () => {
  it.each([
    ['AADSTS50126', 'AADSTS50126'],
    ['aadsts50126', 'AADSTS50126'],
    ['50126', 'AADSTS50126'],
    [' INVALID_GRANT ', 'invalid_grant'],
    ['econnrefused', 'ECONNREFUSED'],
    ['Policy', 'policy'],
  ])('typed as %j is %s', (given, code) => {
    expect(explainCode(given)?.code).toBe(code)
  })

  it('that means different things for different grants has a line for each', () => {
    expect(explainCode('invalid_grant')?.explanations.map(({ class: name, grant }) => [name, grant])).toEqual([
      ['reauthorize', undefined],
      ['account', 'password'],
      ['request', 'authorization_code'],
      ['request', 'device_code'],
    ])
  })

  it('of the network can be about the provider and about AWS', () => {
    expect(explainCode('ECONNRESET')?.explanations.map(({ class: name }) => name)).toEqual(['transient', 'store'])
  })

  it('of Microsoft that no table has is of class refused, with the page to read', () => {
    expect(explainCode('AADSTS999999')?.explanations).toEqual([
      { class: 'refused', remedy: expect.stringContaining('https://login.microsoftonline.com/error?code=999999') },
    ])
  })

  it.each(['http_503', 'http_404', 'http_429', 'HPE_INVALID_CONSTANT', 'ERR_SSL_UNEXPECTED'])(
    '%s has its family',
    (code) => {
      expect(explainCode(code)?.explanations.length).toBeGreaterThan(0)
      expect(meaningOf(code)).toBeDefined()
    },
  )

  it.each(['', 'brand_new_error', 'constructor', '42'])('%j is of no table', (code) => {
    expect(explainCode(code)).toBeUndefined()
  })
})
