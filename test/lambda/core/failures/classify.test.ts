// Every rule of classification: status, `error`, `suberror`, AADSTS codes, waits, ids, and what must never be repeated.

import { describe, expect, it } from 'vitest'
import type { FailureClass } from '../../../../lambda/contract.ts'
import {
  classifyReply,
  classifyTransport,
  type GrantType,
  isDefinite,
  type Reply,
} from '../../../../lambda/core/failures/classify.ts'
import { ownFailure, storeFailure } from '../../../../lambda/core/failures/failure-table.ts'

const noon = Date.UTC(2026, 10, 23, 12, 0, 0)

const answer = (status: number, body: unknown, retryAfter?: string): Reply => ({
  kind: 'answer',
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receivedAt: noon,
  ...(retryAfter !== undefined && { retryAfter }),
})

const classify = (status: number, body: unknown, grant: GrantType = 'refresh_token') =>
  classifyReply(answer(status, body), grant)

const entra = (error: string, codes: readonly unknown[], more: object = {}) => ({
  error,
  error_description: `AADSTS${codes[0]}: Something about user 'anna@contoso.com'.\r\nTrace ID: x`,
  error_codes: codes,
  timestamp: '2026-11-23 12:00:00Z',
  trace_id: '3f1a2b3c-0000-4000-8000-00000000ab00',
  correlation_id: '0b5e6f70-1111-4111-9111-11111111cd11',
  ...more,
})

describe('no answer', () => {
  it.each(['timeout', 'ECONNREFUSED', 'UND_ERR_SOCKET', 'CERT_HAS_EXPIRED'])('%s is transient', (code) => {
    const failure = classifyReply({ kind: 'no-answer', code, unsent: false }, 'refresh_token')
    expect(failure).toMatchObject({ class: 'transient', code })
    expect(failure).toEqual(classifyTransport(code))
    expect(failure.unknown).toBeUndefined()
    expect(isDefinite(failure)).toBe(false)
  })

  it('gives families of codes the remedy of the family', () => {
    expect(classifyTransport('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION').remedy).toContain('TLS')
    expect(classifyTransport('HPE_INVALID_CONSTANT').remedy).toContain('HTTP')
    expect(classifyTransport('HPE_INVALID_CONSTANT').unknown).toBeUndefined()
  })

  it('is transient and unknown for a code that no table has', () => {
    expect(classifyTransport('E_NEW')).toMatchObject({ class: 'transient', code: 'E_NEW', unknown: true })
    expect(classifyTransport('connect to 10.0.0.1 failed')).toMatchObject({ code: 'no_answer', unknown: true })
  })
})

describe('the HTTP status', () => {
  it('429 is throttled, with a body of plain text and no wait of its own', () => {
    const failure = classify(429, 'Too Many Requests')
    expect(failure).toMatchObject({ class: 'throttled', code: 'http_429', httpStatus: 429 })
    expect(failure.retryAfterSeconds).toBeUndefined()
  })

  it('429 is throttled regardless of what its body says', () => {
    expect(classify(429, { error: 'invalid_grant' })).toMatchObject({ class: 'throttled', code: 'http_429' })
    expect(classify(429, entra('temporarily_unavailable', [90055]))).toMatchObject({
      class: 'throttled',
      code: 'AADSTS90055',
    })
    expect(classify(429, { error: 'slow_down' })).toMatchObject({ class: 'throttled', code: 'slow_down' })
  })

  it.each([500, 502, 503, 504, 599, 408, 425])('%i without JSON is transient and known', (status) => {
    const failure = classify(status, '<html><body>Service Unavailable</body></html>')
    expect(failure).toMatchObject({ class: 'transient', code: `http_${status}`, httpStatus: status })
    expect(failure.unknown).toBeUndefined()
  })

  it('503 with an error is judged by the error', () => {
    expect(classify(503, { error: 'temporarily_unavailable' })).toMatchObject({
      class: 'transient',
      code: 'temporarily_unavailable',
    })
  })

  it.each([500, 503, 408, 425])(
    '%i is passing regardless of what word it carries, for no verdict comes from a broken server',
    (status) => {
      for (const error of ['invalid_client', 'invalid_grant', 'access_denied', 'BAD_REFRESH_TOKEN']) {
        const failure = classify(status, { error })
        expect(failure).toMatchObject({ class: 'transient', code: error.toLowerCase() })
        expect(isDefinite(failure)).toBe(false)
      }
      expect(classify(status, entra('invalid_grant', [50173]))).toMatchObject({
        class: 'transient',
        code: 'AADSTS50173',
      })
      expect(classify(status, entra('temporarily_unavailable', [90055])).class).toBe('throttled')
    },
  )

  it('5xx with an error that no table has stays transient and known', () => {
    const failure = classify(500, { error: 'database_error' })
    expect(failure).toMatchObject({ class: 'transient', code: 'database_error' })
    expect(failure.unknown).toBeUndefined()
  })

  const redirects = [300, 301, 302, 307, 308, 399]

  it.each(redirects)(
    '%i is a redirect, regardless of the body, which shows a wrong endpoint at bootstrap',
    (status) => {
      for (const grant of ['password', 'authorization_code', 'device_code'] as const) {
        const failure = classify(status, { error: 'invalid_grant' }, grant)
        expect(failure).toMatchObject({ class: 'request', code: 'redirected', httpStatus: status })
        expect(failure.unknown).toBeUndefined()
        expect(isDefinite(failure)).toBe(false)
      }
    },
  )

  it.each(redirects)('%i is transient and unknown where the endpoint has worked: a maintenance page', (status) => {
    const failure = classify(status, { error: 'invalid_grant' })
    expect(failure).toMatchObject({ class: 'transient', code: 'redirected', unknown: true, httpStatus: status })
    expect(failure.remedy).toBe(ownFailure('redirected').remedy)
    expect(isDefinite(failure)).toBe(false)
  })

  it('399 is the last redirect', () => {
    expect(classify(299, '').code).toBe('unusable_answer')
    expect(classify(400, '').code).toBe('http_400')
  })

  it.each([400, 401, 403, 404, 405, 407, 499])('%i without a word is refused and unknown', (status) => {
    const repeated = JSON.stringify({ error: { code: status, message: 'No' }, status })
    const bodies = ['Forbidden', '', 'null', '[]', '"x"', '{}', '{', '<html>', '{"status":"error"}', '{"ok":false}']
    for (const body of [...bodies, repeated]) {
      const failure = classify(status, body)
      expect(failure, body).toMatchObject({
        class: 'refused',
        code: `http_${status}`,
        concerns: 'client',
        unknown: true,
      })
      expect(isDefinite(failure)).toBe(true)
    }
  })

  it.each([0, 100, 600, 999])('%i is no answer to a request, and passing', (status) => {
    expect(classify(status, '')).toMatchObject({ class: 'transient', code: `http_${status}`, unknown: true })
  })

  it('404 with an error that is no OAuth error asks to check the URL', () => {
    expect(classify(404, { status: 404, error: 'Not Found', path: '/token' })).toMatchObject({
      class: 'refused',
      code: 'http_404',
      unknown: true,
      remedy: expect.stringContaining('URL'),
    })
  })

  it('403 with an OAuth error is judged by the error', () => {
    expect(classify(403, { error: 'invalid_grant' })).toMatchObject({ class: 'reauthorize', code: 'invalid_grant' })
  })

  it.each(['<html>', '', '{}', '{"status":"ok","code":0}', '{"message":"Done"}', '{"code":200}'])(
    '200 that could not be used is transient and unknown: %s',
    (body) => {
      expect(classify(200, body)).toMatchObject({ class: 'transient', code: 'unusable_answer', unknown: true })
    },
  )

  it('200 with a word that no table knows is a refusal', () => {
    expect(classify(200, { error: 'brand_new' })).toMatchObject({ class: 'refused', code: 'brand_new', unknown: true })
    expect(classify(200, { status: 503, error: 'Some text' })).toMatchObject({ class: 'refused', code: '503' })
    expect(classify(200, { ok: false })).toMatchObject({ class: 'refused', code: 'http_200' })
  })

  it('200 with an error is judged by the error', () => {
    expect(classify(200, { error: 'invalid_client' })).toMatchObject({ class: 'client', code: 'invalid_client' })
  })
})

describe('the error', () => {
  const cases: readonly (readonly [string, GrantType, FailureClass])[] = [
    ['invalid_grant', 'refresh_token', 'reauthorize'],
    ['invalid_grant', 'password', 'account'],
    ['invalid_grant', 'authorization_code', 'request'],
    ['invalid_grant', 'device_code', 'request'],
    ['invalid_client', 'refresh_token', 'client'],
    ['unauthorized_client', 'refresh_token', 'client'],
    ['invalid_request', 'refresh_token', 'request'],
    ['unsupported_grant_type', 'password', 'request'],
    ['invalid_scope', 'refresh_token', 'request'],
    ['invalid_resource', 'refresh_token', 'request'],
    ['invalid_tenant', 'refresh_token', 'request'],
    ['interaction_required', 'refresh_token', 'policy'],
    ['consent_required', 'refresh_token', 'client'],
    ['login_required', 'refresh_token', 'reauthorize'],
    ['server_error', 'refresh_token', 'transient'],
    ['temporarily_unavailable', 'refresh_token', 'transient'],
    ['authorization_pending', 'device_code', 'transient'],
    ['slow_down', 'device_code', 'throttled'],
    ['access_denied', 'device_code', 'reauthorize'],
    ['access_denied', 'refresh_token', 'policy'],
    ['expired_token', 'device_code', 'reauthorize'],
  ]

  it.each(cases)('%s in the grant %s is of class %s', (error, grant, kind) => {
    const failure = classify(400, { error }, grant)
    expect(failure).toMatchObject({ class: kind, code: error, httpStatus: 400 })
    expect(failure.unknown).toBeUndefined()
  })

  it('that no table has is refused, unknown, and named', () => {
    for (const error of ['brand_new', 'constructor', '__proto__', 'BRAND_NEW']) {
      expect(classify(400, { error })).toMatchObject({ class: 'refused', code: error, unknown: true })
    }
  })

  it.each(['INVALID_GRANT', 'Invalid Grant', 'invalid-grant', 'InvalidGrant', ' invalid_grant '])(
    'is known however it is written: %j',
    (error) => {
      expect(classify(400, { error })).toMatchObject({ class: 'reauthorize', code: 'invalid_grant' })
    },
  )

  it.each([
    'invalid_grant: Bad Request',
    'invalid_grant (token expired)',
    'invalid_grant - revoked',
    'Invalid grant, sign in again',
    `invalid_grant: ${'x'.repeat(500)}`,
  ])('is known with a sentence behind it: %j', (error) => {
    expect(classify(400, { error })).toMatchObject({ class: 'reauthorize', code: 'invalid_grant' })
  })

  it.each(['anna@contoso.com is locked', '', 'x'.repeat(65), 'a\nb'])('is not repeated when it is %j', (error) => {
    expect(classify(400, { error })).toMatchObject({ class: 'refused', code: 'http_400', unknown: true })
  })
})

describe('a sentence', () => {
  const said = (error: string, error_description: string, grant?: GrantType) =>
    classify(400, { error, error_description }, grant)

  it.each([
    'access token not expired',
    'The access token has not expired yet.',
    "Access token hasn't expired",
    'The token is still valid',
    'It is too early to refresh this token',
  ])('that the token is too good to be refreshed is passing, under any word: %s', (sentence) => {
    for (const error of ['access_denied', 'invalid_grant', 'invalid_request', 'brand_new']) {
      expect(said(error, sentence)).toMatchObject({ class: 'transient', code: error, concerns: 'connection' })
      expect(said(error, sentence, 'password').class).not.toBe('transient')
    }
  })

  it.each([
    'The refresh token has expired',
    'Token is not active',
    'expired access/refresh token',
    'Session not active',
  ])('that the token is dead is not taken for one of them: %s', (sentence) => {
    expect(said('invalid_grant', sentence).class).toBe('reauthorize')
  })

  it('that asks to wait is passing', () => {
    expect(said('access_denied', 'You have made too many requests continuously.').class).toBe('throttled')
    expect(said('unknown_error', 'retry your request').class).toBe('transient')
  })

  it('counts for nothing beside an AADSTS code', () => {
    const description = 'AADSTS50173: The access token has not expired yet, try again later.'
    expect(said('invalid_grant', description)).toMatchObject({ class: 'reauthorize', code: 'AADSTS50173' })
  })

  it('beside a telling word leaves what the word says', () => {
    expect(said('invalid_client', 'refresh_token is invalid')).toMatchObject({
      class: 'client',
      code: 'invalid_client',
    })
    expect(said('invalid_client', 'Account disabled').class).toBe('client')
  })
})

describe('the suberror', () => {
  const cases: readonly (readonly [string, FailureClass])[] = [
    ['basic_action', 'policy'],
    ['additional_action', 'policy'],
    ['message_only', 'policy'],
    ['protection_policy_required', 'policy'],
    ['device_authentication_failed', 'policy'],
    ['user_password_expired', 'account'],
    ['consent_required', 'client'],
    ['bad_token', 'reauthorize'],
    ['token_expired', 'reauthorize'],
    ['client_mismatch', 'reauthorize'],
  ]

  it.each(cases)('%s refines the class to %s and leaves the code', (suberror, kind) => {
    expect(classify(400, { error: 'invalid_grant', suberror })).toMatchObject({ class: kind, code: 'invalid_grant' })
  })

  it('that no table has, or that is no string, changes nothing', () => {
    for (const suberror of ['new_action', 7, null, {}]) {
      expect(classify(400, { error: 'invalid_grant', suberror }).class).toBe('reauthorize')
    }
  })

  it('gives way to an AADSTS code', () => {
    expect(classify(400, entra('invalid_grant', [50034], { suberror: 'bad_token' }))).toMatchObject({
      class: 'account',
      code: 'AADSTS50034',
    })
  })

  it('stands beside an AADSTS code that no table has', () => {
    expect(classify(400, entra('invalid_grant', [59999], { suberror: 'consent_required' })).class).toBe('client')
  })
})

describe('AADSTS codes', () => {
  const sameUnderEveryError: readonly (readonly [number, readonly string[], FailureClass])[] = [
    [50076, ['invalid_grant', 'interaction_required'], 'policy'],
    [53003, ['invalid_grant', 'interaction_required'], 'policy'],
    [50053, ['invalid_grant', 'unauthorized_client'], 'account'],
    [50055, ['invalid_grant', 'user_password_expired'], 'account'],
    [90002, ['invalid_request', 'invalid_tenant'], 'request'],
    [50105, ['invalid_grant', 'interaction_required'], 'client'],
    [65001, ['invalid_grant', 'consent_required'], 'client'],
    [50196, ['invalid_grant', 'temporarily_unavailable'], 'throttled'],
    [90055, ['invalid_grant', 'temporarily_unavailable'], 'throttled'],
    [90033, ['invalid_grant', 'temporarily_unavailable'], 'transient'],
    [80002, ['invalid_grant', 'server_error'], 'transient'],
    [80012, ['invalid_grant', 'server_error'], 'account'],
    [70000, ['invalid_grant'], 'reauthorize'],
    [70043, ['invalid_grant'], 'reauthorize'],
    [530036, ['invalid_grant'], 'reauthorize'],
    [50173, ['invalid_grant', 'an_error_of_tomorrow'], 'reauthorize'],
  ]

  it.each(sameUnderEveryError)('%i under %j is of class %s', (code, errors, kind) => {
    for (const error of errors) {
      const failure = classify(400, entra(error, [code]))
      expect(failure).toMatchObject({ class: kind, code: `AADSTS${code}`, errorCodes: [code] })
      expect(failure.unknown).toBeUndefined()
    }
  })

  it('9002313 concerns the refresh token only as invalid_grant on a refresh', () => {
    const body = (error: string) => entra(error, [9002313])
    expect(classify(400, body('invalid_grant'), 'refresh_token').class).toBe('reauthorize')
    expect(classify(400, body('invalid_grant'), 'password').class).toBe('request')
    expect(classify(400, body('invalid_request'), 'refresh_token').class).toBe('request')
  })

  it.each([7000215, 7000222])('%i with HTTP 401 is of class client', (code) => {
    expect(classify(401, entra('invalid_client', [code]))).toMatchObject({ class: 'client', code: `AADSTS${code}` })
  })

  it('70002 loses to any other code', () => {
    expect(classify(400, entra('invalid_grant', [70002, 70008]))).toMatchObject({
      class: 'reauthorize',
      code: 'AADSTS70008',
    })
    expect(classify(400, entra('invalid_grant', [50126, 70002]), 'password')).toMatchObject({
      class: 'account',
      code: 'AADSTS50126',
    })
    expect(classify(400, entra('invalid_grant', [70002, 50126]), 'password').code).toBe('AADSTS50126')
    expect(classify(400, entra('invalid_request', [70002, 59999]))).toMatchObject({
      class: 'request',
      code: 'AADSTS59999',
      errorCodes: [70002, 59999],
      unknown: true,
    })
  })

  it('70002 alone concerns the client secret, but not inside invalid_grant', () => {
    expect(classify(401, entra('invalid_client', [70002]))).toMatchObject({ class: 'client', code: 'AADSTS70002' })
    expect(classify(400, entra('invalid_grant', [70002]))).toMatchObject({
      class: 'reauthorize',
      code: 'invalid_grant',
    })
  })

  it('of several known codes the longest wins, and among equals the first', () => {
    expect(classify(400, entra('invalid_client', [65001, 650052])).code).toBe('AADSTS650052')
    expect(classify(400, entra('invalid_grant', [50173, 70008])).code).toBe('AADSTS50173')
    expect(classify(400, entra('invalid_grant', [9999999, 50173])).code).toBe('AADSTS50173')
  })

  it('may come as strings', () => {
    expect(classify(400, entra('invalid_grant', ['70002', '70008']))).toMatchObject({
      code: 'AADSTS70008',
      errorCodes: [70002, 70008],
    })
  })

  it('are ignored when they are neither numbers nor numeric strings', () => {
    const odd: readonly unknown[] = [null, {}, { toString: 1 }, [50173], 50173.5, -50173, '50173x', '', true, 1e21]
    const failure = classify(400, { error: 'invalid_grant', error_codes: odd })
    expect(failure).toMatchObject({ class: 'reauthorize', code: 'invalid_grant' })
    expect(failure.errorCodes).toBeUndefined()
  })

  it('that no table has are the code, and leave the class of the word', () => {
    const unknown = (error: string, grant?: GrantType) => classify(400, entra(error, [59999]), grant)
    const more = { code: 'AADSTS59999', errorCodes: [59999], unknown: true }
    expect(unknown('invalid_grant')).toMatchObject({ class: 'reauthorize', concerns: 'connection', ...more })
    expect(unknown('invalid_client')).toMatchObject({ class: 'client', concerns: 'client', ...more })
    expect(unknown('interaction_required', 'password')).toMatchObject({ class: 'policy', ...more })
    expect(unknown('brand_new')).toMatchObject({ class: 'refused', ...more })
    expect(classify(400, { error_description: 'AADSTS59999: New.' })).toMatchObject({
      class: 'refused',
      ...{ code: more.code },
    })
  })

  it.each(['password', 'authorization_code', 'device_code'] as const)(
    'that no table has are not taken for wrong credentials: %s',
    (grant) => {
      expect(classify(400, entra('invalid_grant', [59999]), grant)).toMatchObject({
        class: 'refused',
        code: 'AADSTS59999',
        unknown: true,
      })
      expect(classify(400, entra('invalid_grant', [59999], { suberror: 'basic_action' }), grant).class).toBe('policy')
    },
  )

  it('are read from the beginning of the description when error_codes is missing', () => {
    const described = (error_description: string, more: object = {}) =>
      classify(400, { error: 'invalid_grant', error_description, ...more })
    expect(described('AADSTS50173: The grant has expired.')).toMatchObject({ code: 'AADSTS50173' })
    expect(described('AADSTS53003: Blocked.', { error_codes: 'none' })).toMatchObject({ code: 'AADSTS53003' })
    expect(described('AADSTS53003: Blocked.', { error_codes: [] })).toMatchObject({ code: 'AADSTS53003' })
  })

  it('are not read from anywhere else in the description', () => {
    const described = (error_description: unknown, error_codes?: readonly number[]) =>
      classify(400, { error: 'invalid_grant', error_description, error_codes }).code
    expect(described('Error: AADSTS53003: Blocked.')).toBe('invalid_grant')
    expect(described('AADSTS70002: Error. AADSTS53003: Blocked.')).toBe('invalid_grant')
    expect(described('AADSTS530031234: No code.')).toBe('invalid_grant')
    expect(described('AADSTS53003: Blocked.', [50173])).toBe('AADSTS50173')
    expect(described(7)).toBe('invalid_grant')
  })

  it('are kept up to eight', () => {
    const many = Array.from({ length: 20 }, (_, index) => 59000 + index)
    expect(classify(400, entra('invalid_grant', many)).errorCodes).toEqual(many.slice(0, 8))
  })
})

describe('Retry-After', () => {
  const wait = (header: string, status = 429) =>
    classifyReply(answer(status, 'Too Many Requests', header), 'refresh_token').retryAfterSeconds

  it.each([
    ['60', 60],
    [' 60 ', 60],
    ['0', 0],
    ['-5', 0],
    ['3600', 3600],
    ['3601', 3600],
    ['9'.repeat(400), 3600],
    ['Mon, 23 Nov 2026 12:02:00 GMT', 120],
    ['Monday, 23-Nov-26 12:02:00 GMT', 120],
    ['Mon Nov 23 12:02:00 2026', 120],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['Tue, 24 Nov 2026 12:00:00 GMT', 3600],
  ])('%j asks for %i seconds', (header, seconds) => {
    expect(wait(header)).toBe(seconds)
  })

  it.each(['', 'soon', '1.5', '60s', 'Mon', 'Mon, never GMT', '2026-11-23T12:02:00Z', '1 2 3'])(
    '%j is ignored',
    (header) => {
      expect(wait(header)).toBeUndefined()
    },
  )

  it.each([
    ['invalid_client', 401, 'client'],
    ['unauthorized_client', 403, 'client'],
    ['invalid_grant', 400, 'connection'],
    ['invalid_request', 400, 'client'],
    ['access_denied', 400, 'tenant'],
    ['brand_new', 400, 'client'],
  ])('makes %s passing, and leaves its code and whom it concerns', (error, status, concerns) => {
    for (const header of ['0', '30']) {
      const failure = classifyReply(answer(status, { error }, header), 'refresh_token')
      expect(failure).toMatchObject({ class: 'throttled', code: error, concerns, retryAfterSeconds: Number(header) })
      expect(isDefinite(failure)).toBe(false)
    }
    expect(classifyReply(answer(status, { error }, 'soon'), 'refresh_token').class).not.toBe('throttled')
  })

  it('makes a refusal with an AADSTS code passing, and one without a word', () => {
    const refused = (body: unknown) => classifyReply(answer(400, body, '30'), 'password')
    expect(refused(entra('invalid_grant', [50126]))).toMatchObject({ class: 'throttled', code: 'AADSTS50126' })
    expect(refused('<html>')).toMatchObject({ class: 'throttled', code: 'http_400' })
  })

  it('leaves a redirect what it is', () => {
    expect(classifyReply(answer(302, '', '30'), 'password')).toMatchObject({ class: 'request', code: 'redirected' })
  })

  it('of a 5xx leaves it transient and is carried along', () => {
    expect(classifyReply(answer(503, '<html>', '120'), 'refresh_token')).toMatchObject({
      class: 'transient',
      code: 'http_503',
      retryAfterSeconds: 120,
    })
  })
})

describe('what a failure repeats of an answer', () => {
  it('is ids that look like GUIDs', () => {
    expect(classify(400, entra('invalid_grant', [50173]))).toMatchObject({
      traceId: '3f1a2b3c-0000-4000-8000-00000000ab00',
      correlationId: '0b5e6f70-1111-4111-9111-11111111cd11',
    })
  })

  it('is no id of any other look', () => {
    for (const id of ['anna@contoso.com', 7, null, '', '3f1a2b3c00004000800000000000ab00']) {
      const failure = classify(400, { error: 'invalid_grant', trace_id: id, correlation_id: id })
      expect(failure.traceId).toBeUndefined()
      expect(failure.correlationId).toBeUndefined()
    }
  })

  it('is never a user name, wherever the provider put it', () => {
    const name = 'anna@contoso.com'
    const bodies = [
      entra('invalid_grant', [50126]),
      entra(name, [50126]),
      entra('invalid_grant', [name]),
      entra('invalid_grant', [59999], { suberror: name, trace_id: name, correlation_id: name, error_uri: name }),
      { error: name, error_description: `AADSTS50034: ${name}` },
      `<html>${name}</html>`,
    ]
    for (const body of bodies) {
      for (const status of [200, 302, 400, 401, 429, 500]) {
        expect(JSON.stringify(classify(status, body, 'password'))).not.toContain('anna')
      }
    }
  })

  it('is exactly these fields', () => {
    expect(classifyReply(answer(400, entra('invalid_grant', [50173])), 'refresh_token')).toEqual({
      class: 'reauthorize',
      code: 'AADSTS50173',
      concerns: 'connection',
      remedy: expect.any(String),
      httpStatus: 400,
      errorCodes: [50173],
      traceId: '3f1a2b3c-0000-4000-8000-00000000ab00',
      correlationId: '0b5e6f70-1111-4111-9111-11111111cd11',
    })
  })
})

describe('a definite answer', () => {
  it.each([
    ['invalid_grant', [50173]],
    ['interaction_required', [50076]],
    ['invalid_grant', [50057]],
    ['invalid_client', [7000222]],
    ['invalid_request', [90002]],
  ])('is %s with %j', (error, codes) => {
    expect(isDefinite(classify(400, entra(error, codes)))).toBe(true)
  })

  it('is not one that passes, throttles, redirects or makes no sense', () => {
    const passing = [
      classify(503, 'down'),
      classify(429, 'Too Many Requests'),
      classify(400, entra('invalid_grant', [50196])),
      classify(400, entra('invalid_grant', [90033])),
      classify(302, ''),
      classify(200, ''),
    ]
    for (const failure of passing) expect(isDefinite(failure)).toBe(false)
  })

  it('is not what we or the store say', () => {
    expect(isDefinite(ownFailure('login_not_found'))).toBe(false)
    expect(isDefinite(ownFailure('client_not_known'))).toBe(false)
    expect(isDefinite(storeFailure('AccessDeniedException'))).toBe(false)
    expect(isDefinite({ ...storeFailure('AccessDeniedException'), httpStatus: 400 })).toBe(false)
  })
})
