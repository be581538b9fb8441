// The word of a refusal is found wherever it is, and regardless of what the answer looks like.

import { describe, expect, it } from 'vitest'
import { errorWordOf, readErrorAnswer } from '../../../../lambda/core/failures/failure-table.ts'

describe('the word of an answer', () => {
  it.each([
    [{ error: 'invalid_grant' }, 'invalid_grant'],
    [{ error: ' invalid_grant ' }, 'invalid_grant'],
    [{ status: 'BAD_REFRESH_TOKEN' }, 'BAD_REFRESH_TOKEN'],
    [{ error: { code: 400, message: 'No' } }, '400'],
    [{ error: { code: 401, status: 'UNAUTHENTICATED' } }, 'UNAUTHENTICATED'],
    [{ error: { error: { code: 'deep' } } }, 'deep'],
    [{ errors: [{ errorType: 'invalid_grant' }] }, 'invalid_grant'],
    [{ errors: ['invalid_grant'] }, 'invalid_grant'],
    [['invalid_grant'], 'invalid_grant'],
    [[{ errorCode: 'INVALID_SESSION_ID' }], 'INVALID_SESSION_ID'],
    [{ code: 40029, msg: 'invalid code' }, '40029'],
    [{ errcode: 40030, errmsg: 'invalid refresh_token' }, '40030'],
    [{ ok: false }, 'failure'],
    [{ success: false, code: 'gone' }, 'gone'],
    [{ error: true, message: 'No' }, 'failure'],
    [{ status: 'error', code: 'gone' }, 'gone'],
    [{ code: 17, error: 'name_before_number' }, 'name_before_number'],
    [{ detail: { error: 'invalid_grant' } }, 'invalid_grant'],
  ])('%j is %j', (json, word) => {
    expect(errorWordOf(json)).toBe(word)
  })

  it.each([
    [{}],
    [[]],
    [null],
    [undefined],
    ['invalid_grant'],
    [7],
    [{ access_token: 'x', token_type: 'Bearer' }],
    [{ error: '' }],
    [{ error: null }],
    [{ ok: true, error: null }],
    [{ code: 0, status: 'OK', message: 'success' }],
    [{ code: 200, status: 200 }],
    [{ errcode: 0, errmsg: 'ok' }],
    [{ type: 'about:blank', detail: 'A sentence' }],
    [{ message: 'Unauthorized' }],
  ])('%j has none', (json) => {
    expect(errorWordOf(json)).toBeUndefined()
  })

  it('of an answer nested 5,000 deep is not looked for to its end', () => {
    const deep = `${'{"error":'.repeat(5000)}"x"${'}'.repeat(5000)}`
    expect(errorWordOf(JSON.parse(deep))).toBeUndefined()
    expect(readErrorAnswer(400, `${'['.repeat(200_000)}`)).toBeUndefined()
  })

  it('is a text or nothing, regardless of what the answer is', () => {
    for (let seed = 1; seed <= 5000; seed++) {
      const json = anyJson(numbers(seed), 5)
      const word = errorWordOf(json)
      expect(word === undefined || typeof word === 'string', JSON.stringify(json)).toBe(true)
      for (const one of readErrorAnswer(400, JSON.stringify(json))?.words ?? []) expect(one).not.toBe('')
    }
  })
})

/** From 0 up to 1, the same ones for the same seed. */
const numbers = (seed: number) => {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const names = [
  'error',
  'errors',
  'code',
  'status',
  'fault',
  'detail',
  'type',
  'field',
  'error_codes',
  'message',
  '__proto__',
]
const leaves: readonly unknown[] = [
  '',
  'ok',
  'invalid_grant',
  ' x ',
  'AADSTS50173: no',
  0,
  200,
  400,
  -1,
  1e300,
  true,
  false,
  null,
]

const anyJson = (next: () => number, depth: number): unknown => {
  const kind = next()
  if (depth === 0 || kind < 0.3) return leaves[Math.floor(next() * leaves.length)]
  const size = Math.floor(next() * 4)
  if (kind < 0.5) return Array.from({ length: size }, () => anyJson(next, depth - 1))
  const entries = Array.from({ length: size }, () => {
    const name = names[Math.floor(next() * names.length)] ?? ''
    return [name, anyJson(next, depth - 1)] as const
  })
  return Object.fromEntries(entries)
}

describe('an answer', () => {
  it('is read from a form, and behind a byte order mark', () => {
    expect(readErrorAnswer(400, 'error=invalid_grant&error_description=Gone+away')).toMatchObject({
      words: ['invalid_grant'],
      description: 'Gone away',
    })
    expect(readErrorAnswer(400, '\uFEFF{"error":"invalid_grant"}')?.words).toEqual(['invalid_grant'])
  })

  it.each(['', ' ', '<html>a=b</html>', 'a=b c', '{', 'Forbidden', '"x"', 'null', '7'])('is not in %j', (body) => {
    expect(readErrorAnswer(400, body)).toBeUndefined()
  })

  it('does not count the HTTP status as a word', () => {
    expect(readErrorAnswer(404, '{"status":404,"code":"404","error":"Not Found"}')?.words).toEqual(['Not Found'])
    expect(readErrorAnswer(404, '{"error":{"code":404,"message":"x"}}')?.words).toEqual([])
    expect(readErrorAnswer(400, '{"code":404}')?.words).toEqual(['404'])
  })
})
