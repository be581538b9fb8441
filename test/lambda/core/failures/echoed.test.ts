// No word of an answer that repeats a secret becomes a code, in any form.

import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { classifyReply } from '../../../../lambda/core/failures/classify.ts'
import { made } from '../../../support/core-samples.ts'

const token = made('refresh-token').slice(0, 60)
const pin = String(Math.floor(10_000_000 + Math.random() * 89_999_999))
const shortPassword = `Pw${Math.random().toString(36).slice(2, 6)}`
const guid = randomUUID()

const classify = (body: unknown, location?: string) =>
  classifyReply(
    {
      kind: 'answer',
      status: location === undefined ? 400 : 302,
      body: JSON.stringify(body),
      receivedAt: 0,
      ...(location && { location }),
    },
    'refresh_token',
    [token, pin, shortPassword, guid, 'a b+c/d=e_f'],
  )

describe('an answer that repeats a secret', () => {
  it.each<readonly [string, unknown]>([
    ['as its error', { error: token }],
    ['in capitals', { error: token.toUpperCase() }],
    ['cut off', { error: token.slice(0, 20) }],
    ['cut off at both ends', { error: token.slice(15, 30) }],
    ['inside a longer word', { error: `bad:${token.slice(10, 25)}` }],
    ['in an object', { error: { code: token } }],
    ['in a list', { errors: [{ errorType: token }] }],
    ['as its status', { status: token }],
    ['as its suberror', { error: 'brand_new', suberror: token }],
    ['as its trace id', { error: 'brand_new', trace_id: guid, correlation_id: guid }],
    ['as a number of Entra', { error: 'brand_new', error_codes: [pin] }],
    ['as a number of Entra in its sentence', { error: 'brand_new', error_description: `AADSTS${pin}: no` }],
    ['a short password', { error: shortPassword }],
    ['a short password in a word', { error: `wrong_${shortPassword}` }],
    ['url-encoded', { error: encodeURIComponent('a b+c/d=e_f').replaceAll('%', '.') }],
  ])('%s shows nothing of it', (_, body) => {
    const shown = JSON.stringify(classify(body)).toLowerCase()
    for (const secret of [token.slice(15, 25), pin, shortPassword, guid])
      expect(shown).not.toContain(secret.toLowerCase())
  })

  it('in the address of a redirect shows nothing of it', () => {
    const failure = classify('', `https://login.example/${token}`)
    expect(JSON.stringify(failure)).not.toContain(token)
    expect(failure.code).toBe('redirected')
  })

  it('is still a refusal, by its status', () => {
    expect(classify({ error: token })).toMatchObject({ class: 'refused', code: 'http_400', unknown: true })
  })
})

it.each(['brand_new', 'computer_says_no', 'E1234567', 'com.example.NoSuchGrantException', 'AADSTS9999999'])(
  'the unknown word %s is shown, for it repeats nothing',
  (error) => {
    expect(classify({ error }).code).toBe(error)
  },
)

it.each([randomUUID(), made('x').replaceAll('-', '').slice(0, 40), `tok_${randomUUID().replaceAll('-', '')}`])(
  'an opaque word is not shown, for it may be a token that was issued: %#',
  (error) => {
    expect(classify({ error }).code).toBe('http_400')
  },
)
