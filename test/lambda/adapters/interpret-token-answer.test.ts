// What a token endpoint's answer means, with answers made by hand. Whatever is wrong, a refresh token is not lost.

import { describe, expect, it } from 'vitest'
import { interpretTokenAnswer } from '../../../lambda/adapters/interpret-token-answer.ts'
import type { Grant, Reply } from '../../../lambda/core/classify.ts'
import { bare, later, made, noon } from '../../support/core-samples.ts'

const accessToken = made('access-token')
const refreshToken = made('refresh-token')

const good = {
  token_type: 'Bearer',
  scope: 'Mail.Read',
  expires_in: 4000,
  ext_expires_in: 4000,
  access_token: accessToken,
  refresh_token: refreshToken,
}

const without = (key: string): object => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key))

const interpret = (reply: Reply, grant: Grant = 'refresh_token') =>
  interpretTokenAnswer(
    {
      reply,
      as: { issuer: 'https://idp.example.com', token_endpoint: 'https://idp.example.com/token' },
      client: { client_id: 'sample-client' },
    },
    grant,
  )

const answer = (body: unknown, status = 200, grant: Grant = 'refresh_token') =>
  interpret(
    {
      kind: 'answer',
      status,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      receivedAt: noon.getTime(),
    },
    grant,
  )

const tokensOf = async (change: object = {}) => {
  const redemption = await answer({ ...good, ...change })
  if (redemption.kind !== 'granted') throw new Error(`not granted: ${redemption.failure.code}`)
  return redemption.tokens
}

describe('a success', () => {
  it('brings its tokens', async () => {
    expect(bare(await tokensOf())).toEqual({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 4000,
      scope: 'Mail.Read',
      refresh_token: refreshToken,
      refresh_token_expires_in: undefined,
    })
  })

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('may spell its token type %s', async (token_type) => {
    expect((await tokensOf({ token_type })).token_type).toBe('Bearer')
  })

  it.each([
    ['a number', 4000, 4000],
    ['a string', '4000', 4000],
    ['a second', 1, 1],
    ['a fraction', 0.5, 0.5],
    ['a day', 86_400, 86_400],
    ['almost a hundred years', 3_155_759_999, 3_155_759_999],
    ['nothing', undefined, 3600],
  ])('may tell its lifetime as %s', async (_, expires_in, seconds) => {
    expect((await tokensOf({ expires_in })).expires_in).toBe(seconds)
  })

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['null', null],
    ['a number', 7],
    ['a list', [refreshToken]],
    ['an object', { value: refreshToken }],
  ])('has no refresh token when that is %s, and brings the access token', async (_, refresh_token) => {
    const tokens = await tokensOf({ refresh_token })
    expect(tokens.refresh_token).toBeUndefined()
    expect(tokens.access_token.reveal()).toBe(accessToken)
  })

  it.each([
    ['garbage', 'not.a.token'],
    ['no string', 7],
    ['null', null],
    ['empty', ''],
    ['of another issuer', `${btoa('{"alg":"none"}')}.${btoa('{"iss":"https://else.example.com"}')}.`],
  ])('is not judged by an id_token that is %s', async (_, id_token) => {
    expect((await tokensOf({ id_token })).access_token.reveal()).toBe(accessToken)
  })

  it.each([
    ['refresh_token_expires_in', 86_400, 86_400],
    ['refresh_token_expires_in', '86400', 86_400],
    ['x_refresh_token_expires_in', 8_726_400, 8_726_400],
    ['refresh_token_expires_in', 0, undefined],
    ['refresh_token_expires_in', -1, undefined],
    ['refresh_token_expires_in', 'long', undefined],
    ['refresh_token_expires_in', null, undefined],
    ['refresh_token_expires_in', 3_155_760_000, undefined],
    ['refresh_token_expires_in', [7], undefined],
  ])('with %s of %j has a refresh token that lives for %s', async (key, value, seconds) => {
    expect((await tokensOf({ [key]: value })).refresh_token_expires_in).toBe(seconds)
  })

  it('may name no scope', async () => {
    expect((await tokensOf({ scope: undefined })).scope).toBeUndefined()
  })

  it.each([null, 7, true, ['Mail.Read', 'Mail.Send'], { a: 1 }])('names no scope with a scope of %j', async (scope) => {
    const tokens = await tokensOf({ scope })
    expect(tokens.scope).toBeUndefined()
    expect(tokens.access_token.reveal()).toBe(accessToken)
  })

  it.each([200, 201, 202, 203, 206, 299])('may have the status %d', async (status) => {
    const redemption = await answer(good, status)
    expect(bare(redemption)).toMatchObject({
      kind: 'granted',
      tokens: { access_token: accessToken, refresh_token: refreshToken },
    })
  })

  it('may carry what nobody knows', async () => {
    const tokens = await tokensOf({ foci: '1', client_info: {}, __proto__: { a: 1 }, error: undefined })
    expect(tokens.access_token.reveal()).toBe(accessToken)
  })

  it('is one although it names an error beside its tokens', async () => {
    expect((await tokensOf({ error: 'invalid_grant' })).refresh_token?.reveal()).toBe(refreshToken)
  })

  it('is one for a login too', async () => {
    expect((await answer(good, 200, 'password')).kind).toBe('granted')
  })

  it('does not show its tokens when it is printed', async () => {
    const text = JSON.stringify(await answer(good))
    expect(text).not.toContain(accessToken)
    expect(text).not.toContain(refreshToken)
  })
})

describe('a success that cannot be used', () => {
  const unusable: readonly (readonly [string, object])[] = [
    ['has no access token', without('access_token')],
    ['has an access token that is empty', { ...good, access_token: '' }],
    ['has an access token that is no string', { ...good, access_token: 5 }],
    ['has no token type', without('token_type')],
    ['is of token type DPoP', { ...good, token_type: 'DPoP' }],
    ['is of token type mac', { ...good, token_type: 'mac' }],
    ['is of token type N_A', { ...good, token_type: 'N_A' }],
    ['has a token type that is no string', { ...good, token_type: ['Bearer'] }],
    ['has a negative lifetime', { ...good, expires_in: -1 }],
    ['has a negative lifetime in a string', { ...good, expires_in: '-3600' }],
    ['has no lifetime left', { ...good, expires_in: 0 }],
    ['lives for a hundred years', { ...good, expires_in: 3_155_760_000 }],
    ['lives for ever', { ...good, expires_in: 1e300 }],
    ['has a lifetime that is no number', { ...good, expires_in: 'an hour' }],
    ['has a lifetime that is null', { ...good, expires_in: null }],
    ['has a lifetime that is an object', { ...good, expires_in: {} }],
  ]

  it.each(unusable)('because it %s keeps its refresh token', async (_, body) => {
    const redemption = await answer(body)
    expect(redemption).toMatchObject({
      kind: 'unusable',
      failure: { class: 'transient', code: 'unusable_answer', httpStatus: 200, unknown: true },
    })
    expect(bare(redemption)).toMatchObject({ refreshToken })
    const text = JSON.stringify(redemption)
    expect(text).not.toContain(accessToken)
    expect(text).not.toContain(refreshToken)
  })

  it.each([
    ['empty', ''],
    ['HTML', '<html><body>Sign in to your Wi-Fi</body></html>'],
    ['a form', `access_token=${accessToken}&token_type=Bearer`],
    ['half an answer', JSON.stringify(good).slice(0, -10)],
    ['a list', JSON.stringify([good])],
    ['null', 'null'],
    ['a string', JSON.stringify(accessToken)],
    ['an empty object', '{}'],
  ])('because it is %s has no refresh token to keep', async (_, body) => {
    const redemption = await answer(body)
    expect(redemption).toMatchObject({ kind: 'unusable', failure: { code: 'unusable_answer' } })
    expect(bare(redemption)).toMatchObject({ refreshToken: undefined })
    expect(JSON.stringify(redemption)).not.toContain(accessToken)
  })

  it.each([
    ['', undefined],
    [null, undefined],
    [5, undefined],
  ])('has no refresh token to keep when that is %j', async (refresh_token, kept) => {
    expect(bare(await answer({ ...good, access_token: undefined, refresh_token }))).toMatchObject({
      kind: 'unusable',
      refreshToken: kept,
    })
  })
})

describe('a success that names an error too', () => {
  it.each([200, 203])('with status %d keeps its refresh token', async (status) => {
    const redemption = await answer({ error: 'invalid_request', refresh_token: refreshToken }, status)
    expect(redemption).toMatchObject({
      kind: 'unusable',
      failure: { class: 'transient', code: 'unusable_answer', httpStatus: status },
    })
    expect(bare(redemption)).toMatchObject({ refreshToken })
    expect(JSON.stringify(redemption)).not.toContain(refreshToken)
  })

  it('is a failure when it holds no token', async () => {
    for (const status of [200, 203]) {
      expect(await answer({ error: 'invalid_client' }, status)).toMatchObject({
        kind: 'failed',
        outcome: 'answered',
        failure: { class: 'client', code: 'invalid_client', httpStatus: status },
      })
    }
  })

  it.each([7, null, ['invalid_grant']])('is a success where the error is %j', async (error) => {
    expect((await answer({ ...good, error })).kind).toBe('granted')
    expect(await answer({ error })).toMatchObject({ kind: 'unusable', failure: { code: 'unusable_answer' } })
  })
})

describe('a failure', () => {
  it('is one although its status is 200', async () => {
    const body = { error: 'invalid_grant', error_description: `about ${refreshToken}`, error_codes: [50173] }
    const redemption = await answer(body)
    expect(redemption).toMatchObject({
      kind: 'failed',
      outcome: 'answered',
      failure: { class: 'reauthorize', code: 'AADSTS50173', httpStatus: 200 },
    })
    expect(JSON.stringify(redemption)).not.toContain(refreshToken)
  })

  const answered: readonly (readonly [number, unknown, object])[] = [
    [400, { error: 'invalid_grant', error_codes: [700082] }, { class: 'reauthorize', code: 'AADSTS700082' }],
    [401, { error: 'invalid_client', error_codes: [7000222] }, { class: 'client', code: 'AADSTS7000222' }],
    [400, 'Bad Request', { class: 'refused', code: 'http_400', unknown: true }],
    [404, '<html>', { class: 'refused', code: 'http_404', unknown: true }],
    [429, 'Too Many Requests', { class: 'throttled', code: 'http_429' }],
    [301, '', { class: 'transient', code: 'redirected', unknown: true }],
    [302, '', { class: 'transient', code: 'redirected', unknown: true }],
    [307, JSON.stringify(good), { class: 'transient', code: 'redirected', unknown: true }],
    [308, '', { class: 'transient', code: 'redirected', unknown: true }],
  ]

  it.each(answered)('with status %d was the word of the provider: %j', async (status, body, failure) => {
    expect(await answer(body, status)).toMatchObject({
      kind: 'failed',
      outcome: 'answered',
      failure: { ...failure, httpStatus: status },
    })
  })

  it.each([301, 302, 307, 308])('with status %d shows a wrong endpoint where a login is redeemed', async (status) => {
    expect(await answer('', status, 'password')).toMatchObject({
      kind: 'failed',
      outcome: 'answered',
      failure: { class: 'request', code: 'redirected' },
    })
  })

  it.each([500, 502, 503, 504, 599])('with status %d may hide a success', async (status) => {
    for (const body of ['', '<html>Bad gateway</html>', JSON.stringify({ error: 'server_error' }), '{}']) {
      expect(await answer(body, status)).toMatchObject({
        kind: 'failed',
        outcome: 'unknown',
        failure: { class: 'transient', httpStatus: status },
      })
    }
  })

  it('just below the server errors is the word of the provider', async () => {
    expect(await answer('', 499)).toMatchObject({ kind: 'failed', outcome: 'answered' })
  })

  it('carries the wait that the provider asked for', async () => {
    const reply = { kind: 'answer', status: 429, body: '', receivedAt: noon.getTime() } as const
    expect(await interpret({ ...reply, retryAfter: '60' })).toMatchObject({ failure: { retryAfterSeconds: 60 } })
    expect(await interpret({ ...reply, retryAfter: later(90_000).toUTCString() })).toMatchObject({
      failure: { retryAfterSeconds: 90 },
    })
  })

  it('is judged by the grant that was sent', async () => {
    const body = { error: 'invalid_grant' }
    const [refresh, password] = [await answer(body, 400), await answer(body, 400, 'password')]
    expect(refresh).toMatchObject({ failure: { class: 'reauthorize' } })
    expect(password).not.toMatchObject({ failure: { class: 'reauthorize' } })
  })

  it.each([
    ['was not sent when no connection was made', 'ECONNREFUSED', true, 'unsent'],
    ['has an unknown outcome when the answer did not come', 'UND_ERR_HEADERS_TIMEOUT', false, 'unknown'],
    ['has an unknown outcome when the answer was too large', 'answer_too_large', false, 'unknown'],
  ])('%s', async (_, code, unsent, outcome) => {
    expect(await interpret({ kind: 'no-answer', code, unsent })).toMatchObject({
      kind: 'failed',
      outcome,
      failure: { class: 'transient', code },
    })
  })
})
