// The fields of a token answer, and the refresh token of an answer that is damaged.

import { describe, expect, it } from 'vitest'
import { answerFields } from '../../../../lambda/core/tokens/answer-fields.ts'
import { refreshTokenIn } from '../../../../lambda/core/tokens/refresh-token-in.ts'
import { made } from '../../../support/core-samples.ts'

const accessToken = made('access-token')
const refreshToken = made('refresh-token')
const answer = { token_type: 'Bearer', access_token: accessToken, refresh_token: refreshToken, expires_in: 3600 }
const json = JSON.stringify(answer)

describe('the fields of', () => {
  it.each([
    ['an object', json],
    ['a list of one object', `[${json}]`],
    ['a JSON string', JSON.stringify(json)],
    ['an object with text behind it', `${json}\n<!-- 0.003 s -->`],
    ['an object with brackets in its strings', `{"note":"}]\\"}{","x":{"y":[1]},${json.slice(1)}}}}`],
    ['a list with text behind it', `[${json}] ok`],
    ['an object in an object', `{"status":0,"body":${json}}`],
    ['an object in an object in a list', `[{"data":${json},"message":"success"}]`],
    ['an object in a list in an object', `{"data":[${json}]}`],
    ['an object two levels down', `{"result":{"tokens":${json}}}`],
    ['an object four levels down', `{"a":{"b":{"c":{"d":${json}}}}}`],
    ['a list in a list', `[[${json}]]`],
    ['an object twice', `[${json},${json}]`],
    ['lines of JSON', `{"warning":"x"}\n${json}\n{"trace":1}`],
    ['lines of which one is a refusal', `{"error":"slow_down"}\n${json}`],
    ['an object behind a warning of the server', `Warning: headers already sent ${json}`],
    ['an object behind a guard', `)]}',\n${json}`],
    ['an object behind another guard', `while(1);${json}`],
    ['an object in a call', `callback(${json});`],
    ['server-sent events', `event: token\ndata: ${json}\n\n`],
    [
      'an object with tokens in objects',
      JSON.stringify({ ...answer, access_token: { value: accessToken }, refresh_token: { token: refreshToken } }),
    ],
    [
      'an object in camel case',
      JSON.stringify({ accessToken, refreshToken, expiresIn: 3600, tokenType: 'Bearer', scope: 'x' }),
    ],
    [
      'an object in Pascal case',
      `{"AccessToken":"${accessToken}","RefreshToken":"${refreshToken}","ExpiresIn":3600,"TokenType":"Bearer"}`,
    ],
  ])('%s are read', (_, text) => {
    expect(answerFields(text)).toMatchObject(answer)
  })

  it('a form are texts', () => {
    const text = `access_token=${accessToken}&expires_in=28800&refresh_token=${refreshToken}&scope=&token_type=bearer`
    expect(answerFields(text)).toEqual({
      access_token: accessToken,
      expires_in: '28800',
      refresh_token: refreshToken,
      scope: '',
      token_type: 'bearer',
    })
  })

  it('a form are decoded', () => {
    expect(answerFields('error=bad%5Fverification_code&error_description=The+code+is+wrong.')).toEqual({
      error: 'bad_verification_code',
      error_description: 'The code is wrong.',
    })
  })

  it.each([
    ['nothing', ''],
    ['a page', '<html>access_token=1</html>'],
    ['a sentence', 'access_token=1 is what we would say'],
    ['a form of other things', 'a=b&c=d'],
    ['two answers', `[${json},${json.replace(refreshToken, made('refresh-token'))}]`],
    ['a number', '7'],
    ['null', 'null'],
    ['an empty list', '[]'],
    ['an answer that was cut off', json.slice(0, -1)],
  ])('%s are none', (_, text) => {
    expect(answerFields(text)).toBeUndefined()
  })

  it('an object with tokens of its own are not those of one inside', () => {
    const text = JSON.stringify({
      access_token: 'outer',
      authed_user: { access_token: 'inner', refresh_token: 'other' },
    })
    expect(answerFields(text)).toMatchObject({ access_token: 'outer' })
    expect(answerFields(text)).not.toHaveProperty('refresh_token')
  })

  it('an object with two answers inside are neither of them', () => {
    const text = JSON.stringify({ a: answer, b: { ...answer, access_token: made('access-token') } })
    expect(answerFields(text)).not.toHaveProperty('access_token')
  })

  it('a refusal with an answer inside are those of the refusal', () => {
    const text = JSON.stringify({ error: 'invalid_grant', data: answer })
    expect(answerFields(text)).toHaveProperty('error')
  })

  it('an object five levels down are not looked for', () => {
    expect(answerFields(JSON.stringify({ a: { b: { c: { d: { e: answer } } } } }))).not.toHaveProperty('access_token')
  })
})

describe('a refresh token is found', () => {
  const deep = '['.repeat(5_000) + ']'.repeat(5_000)
  it.each([
    ['in a whole answer', json],
    ['in an answer that was cut off behind it', json.slice(0, json.indexOf(',"expires_in"'))],
    ['in an answer that was cut off in the next key', json.slice(0, json.indexOf('xpires_in'))],
    ['in an answer with an escape that JSON does not know', `{"path":"C:\\Users",${json.slice(1)}`],
    ['in an answer with a quote that is not escaped', `{"note":"he said "no" to us",${json.slice(1)}`],
    ['in an answer whose strings no longer end', `{"path":"C:\\",${json.slice(1)}`],
    ['in an answer with a comma too many', `${json.slice(0, -1)},}`],
    ['in an answer with a comment', `{/* new */ ${json.slice(1)}`],
    ['in an answer with NaN', `{"ttl":NaN,${json.slice(1)}`],
    ['behind a warning of the server', `Notice: Undefined index: x in /srv/token.php on line 3\n${json}`],
    ['behind a guard against scripts', `)]}',\n${json}`],
    ['in a list of two', `[${json},{}]`],
    ['in lines of JSON', `{"trace":1}\n${json}\n`],
    ['in an object that was cut off with it', `{"status":0,"body":${json}`],
    [
      "in Python's notation",
      `{'access_token': '${accessToken}', 'refresh_token': '${refreshToken}', 'expires_in': 3600}`,
    ],
    ['in the notation of a script', `{accessToken: "${accessToken}", refreshToken: "${refreshToken}"}`],
    ['in XML', `<?xml version="1.0"?><r><t:refresh_token>${refreshToken}</t:refresh_token></r>`],
    [
      'further down, twice the same',
      `{"a":{"refresh_token":"${refreshToken}"},"b":{"refresh_token":"${refreshToken}"},`,
    ],
    ['with blanks around the colon', `{"refresh_token" : "${refreshToken}",`],
    ['with an escape in it', `{"refresh_token":"${refreshToken.replace('r', '\\u0072')}",`],
    ['behind something of a depth of 5000', `{"deep":${deep},${json.slice(1)}`],
    ['before something of a depth of 5000 without an end', `${json.slice(0, -1)},"deep":${'{"a":'.repeat(5_000)}`],
    ['in a form that was cut off behind it', `access_token=x&refresh_token=${refreshToken}&expires_i`],
  ])('%s', (_, text) => {
    expect(refreshTokenIn(text)).toBe(refreshToken)
  })

  it('as the last of two, as JSON reads them', () => {
    expect(refreshTokenIn(`{"refresh_token":"old",${json.slice(1)}`)).toBe(refreshToken)
  })

  it('at the top rather than further down, regardless of what comes first', () => {
    const other = '"user":{"refresh_token":"other"}'
    expect(refreshTokenIn(`{${other},${json.slice(1)}`)).toBe(refreshToken)
    expect(refreshTokenIn(`${json.slice(0, -1)},${other}`)).toBe(refreshToken)
  })
})

describe('no refresh token is found', () => {
  it.each([
    ['in nothing', ''],
    ['where it was cut off itself', json.slice(0, json.indexOf(refreshToken) + 10)],
    ['where it is no string', '{"refresh_token":7,'],
    ['where it is empty', '{"refresh_token":"",'],
    ['where it is a value', `{"key":"refresh_token","value":"${refreshToken}",`],
    ['where it holds an escape that JSON does not know', '{"refresh_token":"a\\x",'],
    ['further down, beside another of the name', `{"a":{"b":{"refresh_token":"x"}},"c":{"d":{"refresh_token":"y"}},`],
    ['in a form that was cut off in it', `access_token=x&refresh_token=${refreshToken.slice(0, 9)}`],
    ['in a page that concerns it', '<html>refresh_token</html>'],
  ])('%s', (_, text) => {
    expect(refreshTokenIn(text)).toBeUndefined()
  })
})

describe('an answer of a megabyte', () => {
  const size = 1_000_000
  it.each([
    ['of brackets', '{'.repeat(size)],
    ['of lists', '['.repeat(size)],
    ['of quotes', '{"'.padEnd(size, '"')],
    ['of escapes', `{"${'\\"'.repeat(size / 2)}`],
    ['of keys of that name', '{"refresh_token":'.repeat(size / 17)],
    ['of blanks behind the key', `{"refresh_token"${' '.repeat(size)}`],
    ['of fields', 'a=b&'.repeat(size / 4)],
    ['of letters', 'a'.repeat(size)],
  ])('%s is read in one pass', (_, text) => {
    // A pass for each character would take hours here, and one that calls itself would overflow the stack.
    expect([answerFields(text), refreshTokenIn(text)]).toEqual([undefined, undefined])
  })
})
