// What a token endpoint's answer means, with answers made by hand. Regardless of what is wrong, a refresh token is not lost.

import { describe, expect, it } from 'vitest'
import { interpretTokenAnswer } from '../../../lambda/adapters/interpret-token-answer.ts'
import type { GrantType, Reply } from '../../../lambda/core/failures/classify.ts'
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

const interpret = (reply: Reply, grant: GrantType = 'refresh_token') => interpretTokenAnswer({ reply }, grant)

const answer = (body: unknown, status = 200, grant: GrantType = 'refresh_token') =>
  interpret(
    {
      kind: 'answer',
      status,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      receivedAt: noon.getTime(),
    },
    grant,
  )

const tokensOf = (change: object = {}) => {
  const redemption = answer({ ...good, ...change })
  if (redemption.kind !== 'granted') throw new Error(`not granted: ${redemption.failure.code}`)
  return redemption.tokens
}

describe('a success', () => {
  it('brings its tokens', () => {
    expect(bare(tokensOf())).toEqual({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 4000,
      scope: 'Mail.Read',
      refresh_token: refreshToken,
      refresh_token_expires_in: undefined,
    })
  })

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR', ' Bearer ', '', null, undefined])(
    'may spell its token type %j',
    (token_type) => {
      const tokens = tokensOf({ token_type })
      expect(tokens.token_type).toBe('Bearer')
      expect(tokens.warning).toBeUndefined()
    },
  )

  // Slack; RFC 8693; PhonePe; what no provider is known to say.
  it.each(['bot', 'user', 'N_A', 'urn:ietf:params:oauth:token-type:access_token', 'O-Bearer', 'jwt', 7, ['Bearer']])(
    'with the token type %j is taken for Bearer, with a warning',
    (token_type) => {
      const tokens = tokensOf({ token_type })
      expect(tokens.token_type).toBe('Bearer')
      expect(tokens.warning).toBe('token_type_not_bearer')
    },
  )

  it.each([
    ['a number', 4000, 4000],
    ['a string', '4000', 4000],
    ['a moment', noon.getTime() / 1000 + 1800, 1800],
    ['nothing', undefined, 3600],
    ['null', null, 3600],
    ['an empty string', '', 3600],
    ['what cannot be true', -1, 3600],
    ['words', 'an hour', 3600],
    ['an object', {}, 3600],
  ])('may tell its lifetime as %s', (_, expires_in, seconds) => {
    expect(tokensOf({ expires_in }).expires_in).toBe(seconds)
  })

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['null', null],
    ['a number', 7],
    ['a list', [refreshToken]],
    ['an object', { owner: refreshToken }],
  ])('has no refresh token when that is %s, and brings the access token', (_, refresh_token) => {
    const tokens = tokensOf({ refresh_token })
    expect(tokens.refresh_token).toBeUndefined()
    expect(tokens.access_token.reveal()).toBe(accessToken)
  })

  it.each([
    ['garbage', 'not.a.token'],
    ['no string', 7],
    ['null', null],
    ['empty', ''],
    ['of another issuer', `${btoa('{"alg":"none"}')}.${btoa('{"iss":"https://else.example.com"}')}.`],
  ])('is not judged by an id_token that is %s', (_, id_token) => {
    expect(tokensOf({ id_token }).access_token.reveal()).toBe(accessToken)
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
    ['refresh_expires_in', 1800, 1800],
    ['refresh_expires_in', 0, undefined],
    ['refresh_token_expires_in', [7], undefined],
  ])('with %s of %j has a refresh token that lives for %s', (key, value, seconds) => {
    expect(tokensOf({ [key]: value }).refresh_token_expires_in).toBe(seconds)
  })

  it('may name no scope', () => {
    expect(tokensOf({ scope: undefined }).scope).toBeUndefined()
  })

  it('may name its scope as a list', () => {
    expect(tokensOf({ scope: ['Mail.Read', 'Mail.Send'] }).scope).toBe('Mail.Read Mail.Send')
  })

  it.each([null, 7, true, '', ' ', [], { a: 1 }])('names no scope with a scope of %j', (scope) => {
    const tokens = tokensOf({ scope })
    expect(tokens.scope).toBeUndefined()
    expect(tokens.access_token.reveal()).toBe(accessToken)
  })

  it.each([200, 201, 202, 203, 206, 299])('may have the status %d', (status) => {
    const redemption = answer(good, status)
    expect(bare(redemption)).toMatchObject({
      kind: 'granted',
      tokens: { access_token: accessToken, refresh_token: refreshToken },
    })
  })

  it('may carry what no one knows', () => {
    const tokens = tokensOf({ foci: '1', client_info: {}, __proto__: { a: 1 }, error: undefined })
    expect(tokens.access_token.reveal()).toBe(accessToken)
  })

  it('is one although it names an error beside its tokens', () => {
    expect(tokensOf({ error: 'invalid_grant' }).refresh_token?.reveal()).toBe(refreshToken)
  })

  it('is one for a login too', () => {
    expect(answer(good, 200, 'password').kind).toBe('granted')
  })

  it('does not show its tokens when it is printed', () => {
    const text = JSON.stringify(answer(good))
    expect(text).not.toContain(accessToken)
    expect(text).not.toContain(refreshToken)
  })
})

describe('a success that cannot be used', () => {
  const unusable: readonly (readonly [string, object])[] = [
    ['has no access token', without('access_token')],
    ['has an access token that is empty', { ...good, access_token: '' }],
    ['has an access token that is no string', { ...good, access_token: 5 }],
    ['names an error instead of an access token', { error: 'server_error', refresh_token: refreshToken }],
  ]

  it.each(unusable)('because it %s keeps its refresh token', (_, body) => {
    const redemption = answer(body)
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
    ['half a refresh token', JSON.stringify(good).slice(0, -10)],
    ['a list of nothing', '[]'],
    ['null', 'null'],
    ['a string', JSON.stringify(accessToken)],
    ['an empty object', '{}'],
  ])('because it is %s has no refresh token to keep', (_, body) => {
    const redemption = answer(body)
    expect(redemption).toMatchObject({ kind: 'unusable', failure: { code: 'unusable_answer' } })
    expect(bare(redemption)).toMatchObject({ refreshToken: undefined })
    expect(JSON.stringify(redemption)).not.toContain(accessToken)
  })

  it.each([
    ['', undefined],
    [null, undefined],
    [5, undefined],
  ])('has no refresh token to keep when that is %j', (refresh_token, kept) => {
    expect(bare(answer({ ...good, access_token: undefined, refresh_token }))).toMatchObject({
      kind: 'unusable',
      refreshToken: kept,
    })
  })
})

describe('an access token that is bound to a key', () => {
  it.each(['DPoP', 'dpop', 'PoP', 'mac', 'MAC'])(
    '(%s) is not published, and its refresh token is kept',
    (token_type) => {
      const redemption = answer({ ...good, token_type })
      expect(redemption).toMatchObject({
        kind: 'unusable',
        failure: { class: 'request', code: 'token_type_bound', httpStatus: 200 },
      })
      expect(bare(redemption)).toMatchObject({ refreshToken })
      expect(JSON.stringify(redemption)).not.toContain(accessToken)
    },
  )
})

describe('a refusal of another shape', () => {
  it.each([
    [200, { error: 'bad_refresh_token' }, 'reauthorize', 'bad_refresh_token'],
    [
      200,
      { status: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token' },
      'reauthorize',
      'bad_refresh_token',
    ],
    [200, 'error=bad_refresh_token&error_description=Gone', 'reauthorize', 'bad_refresh_token'],
    [200, { ok: false, error: 'invalid_refresh_token' }, 'reauthorize', 'invalid_refresh_token'],
    [200, { error: 'incorrect_client_credentials' }, 'client', 'incorrect_client_credentials'],
    [200, { errors: [{ errorType: 'invalid_grant' }], success: false }, 'reauthorize', 'invalid_grant'],
    [400, [{ errorCode: 'invalid_grant' }], 'reauthorize', 'invalid_grant'],
    [400, { error: { code: 400, message: 'No' } }, 'refused', 'http_400'],
    [401, '', 'refused', 'http_401'],
    [404, '<html>', 'refused', 'http_404'],
    [200, { error: 'brand_new' }, 'refused', 'brand_new'],
  ])('%i %j is the word of the provider', (status, body, name, code) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    expect(answer(text, status)).toMatchObject({
      kind: 'failed',
      outcome: 'answered',
      failure: { class: name, code, httpStatus: status },
    })
  })
})

describe('an answer that is damaged', () => {
  const damaged: readonly (readonly [string, string])[] = [
    ['cut off behind the refresh token', JSON.stringify(good).slice(0, -1)],
    ['in a single-quoted notation', JSON.stringify(good).replaceAll('"', "'")],
    ['of an unknown escape', `{"path":"C:\\Users",${JSON.stringify(good).slice(1)}`],
    ['in XML', `<answer><refresh_token>${refreshToken}</refresh_token></answer>`],
  ]

  it.each(damaged)('(%s) keeps its refresh token', (_, body) => {
    const redemption = answer(body)
    expect(bare(redemption)).toMatchObject({ kind: 'unusable', failure: { code: 'unusable_answer' }, refreshToken })
    expect(JSON.stringify(redemption)).not.toContain(refreshToken)
  })

  it('by a depth of 5000 is a success all the same', () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    expect(answer(`{"deep":${deep},${JSON.stringify(good).slice(1)}`).kind).toBe('granted')
  })

  it.each([500, 502, 404, 307])('by its status %d keeps its refresh token', (status) => {
    const redemption = answer(good, status)
    expect(bare(redemption)).toMatchObject({ kind: 'unusable', failure: { httpStatus: status }, refreshToken })
  })

  it.each([400, 401, 500])('is not what a refusal of status %d repeats', (status) => {
    expect(answer({ error: 'invalid_grant', refresh_token: refreshToken }, status).kind).toBe('failed')
  })

  it.each(['timeout', 'UND_ERR_SOCKET', 'UND_ERR_BODY_TIMEOUT', 'answer_too_large'])(
    'because it ended with %s keeps the refresh token that had arrived',
    (code) => {
      const reply = { kind: 'no-answer', code, unsent: false } as const
      const partial = JSON.stringify(good).slice(0, -1)
      expect(bare(interpretTokenAnswer({ reply, partial }, 'refresh_token'))).toMatchObject({
        kind: 'unusable',
        failure: { class: 'transient', code },
        refreshToken,
      })
      expect(interpretTokenAnswer({ reply, partial: partial.slice(0, 40) }, 'refresh_token')).toMatchObject({
        kind: 'failed',
        outcome: 'unknown',
      })
    },
  )
})

describe('a refusal', () => {
  const words = { error: 'invalid_client', error_description: 'AADSTS7000222: expired' }
  it.each([
    ['as JSON', JSON.stringify(words)],
    ['as a form', 'error=invalid_client&error_description=AADSTS7000222%3A+expired'],
    ['as a list of one', JSON.stringify([words])],
    ['as JSON in a JSON string', JSON.stringify(JSON.stringify(words))],
    ['as JSON with text behind it', `${JSON.stringify(words)}\n<script></script>`],
    ['as JSON with blanks around it', `\r\n ${JSON.stringify(words)}\n`],
  ])('is understood %s', (_, body) => {
    for (const status of [400, 401, 200]) {
      expect(answer(body, status)).toMatchObject({
        kind: 'failed',
        outcome: 'answered',
        failure: { class: 'client', code: 'AADSTS7000222', httpStatus: status },
      })
    }
  })
})

describe('a success that names an error too', () => {
  it.each([200, 203])('with status %d keeps its refresh token', (status) => {
    const redemption = answer({ error: 'invalid_request', refresh_token: refreshToken }, status)
    expect(redemption).toMatchObject({
      kind: 'unusable',
      failure: { class: 'transient', code: 'unusable_answer', httpStatus: status },
    })
    expect(bare(redemption)).toMatchObject({ refreshToken })
    expect(JSON.stringify(redemption)).not.toContain(refreshToken)
  })

  it('is a failure when it holds no token', () => {
    for (const status of [200, 203]) {
      expect(answer({ error: 'invalid_client' }, status)).toMatchObject({
        kind: 'failed',
        outcome: 'answered',
        failure: { class: 'client', code: 'invalid_client', httpStatus: status },
      })
    }
  })

  it.each([7, null, ['invalid_grant']])('is a success where the error is %j', (error) => {
    expect(answer({ ...good, error }).kind).toBe('granted')
    expect(answer({ error }).kind).toBe(error === null ? 'unusable' : 'failed')
  })
})

describe('a failure', () => {
  it('is one although its status is 200', () => {
    const body = { error: 'invalid_grant', error_description: `about ${refreshToken}`, error_codes: [50173] }
    const redemption = answer(body)
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
    [308, '', { class: 'transient', code: 'redirected', unknown: true }],
  ]

  it.each(answered)('with status %d was the word of the provider: %j', (status, body, failure) => {
    expect(answer(body, status)).toMatchObject({
      kind: 'failed',
      outcome: 'answered',
      failure: { ...failure, httpStatus: status },
    })
  })

  it.each([301, 302, 307, 308])('with status %d shows a wrong endpoint where a login is redeemed', (status) => {
    expect(answer('', status, 'password')).toMatchObject({
      kind: 'failed',
      outcome: 'answered',
      failure: { class: 'request', code: 'redirected' },
    })
  })

  it.each([500, 502, 503, 504, 599])('with status %d may hide a success', (status) => {
    for (const body of ['', '<html>Bad gateway</html>', JSON.stringify({ error: 'server_error' }), '{}']) {
      expect(answer(body, status)).toMatchObject({
        kind: 'failed',
        outcome: 'unknown',
        failure: { class: 'transient', httpStatus: status },
      })
    }
  })

  it('just below the server errors is the word of the provider', () => {
    expect(answer('', 499)).toMatchObject({ kind: 'failed', outcome: 'answered' })
  })

  it('carries the wait that the provider asked for', () => {
    const reply = { kind: 'answer', status: 429, body: '', receivedAt: noon.getTime() } as const
    expect(interpret({ ...reply, retryAfter: '60' })).toMatchObject({ failure: { retryAfterSeconds: 60 } })
    expect(interpret({ ...reply, retryAfter: later(90_000).toUTCString() })).toMatchObject({
      failure: { retryAfterSeconds: 90 },
    })
  })

  it('is judged by the grant that was sent', () => {
    const body = { error: 'invalid_grant' }
    const [refresh, password] = [answer(body, 400), answer(body, 400, 'password')]
    expect(refresh).toMatchObject({ failure: { class: 'reauthorize' } })
    expect(password).not.toMatchObject({ failure: { class: 'reauthorize' } })
  })

  it.each([
    ['was not sent when no connection was made', 'ECONNREFUSED', true, 'unsent'],
    ['has an unknown outcome when the answer did not come', 'UND_ERR_HEADERS_TIMEOUT', false, 'unknown'],
    ['has an unknown outcome when the answer was too large', 'answer_too_large', false, 'unknown'],
  ])('%s', (_, code, unsent, outcome) => {
    expect(interpret({ kind: 'no-answer', code, unsent })).toMatchObject({
      kind: 'failed',
      outcome,
      failure: { class: 'transient', code },
    })
  })
})
