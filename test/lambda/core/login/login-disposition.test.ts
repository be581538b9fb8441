// What becomes of a login after a refusal.

import { describe, expect, it } from 'vitest'
import { classifyReply } from '../../../../lambda/core/failures/classify.ts'
import { deviceCodeGrantType, type LoginGrant } from '../../../../lambda/core/login/login.ts'
import { isPending, loginDisposition } from '../../../../lambda/core/login/login-disposition.ts'
import { redacted } from '../../../support/core-samples.ts'

const password: LoginGrant = { grant_type: 'password', username: 'sales@example.com', password: redacted('password') }
const refresh: LoginGrant = { grant_type: 'refresh_token', refresh_token: redacted('refresh-token') }
const device: LoginGrant = { grant_type: deviceCodeGrantType, device_code: redacted('device-code') }
const code: LoginGrant = {
  grant_type: 'authorization_code',
  code: redacted('code'),
  redirect_uri: 'http://localhost/',
  code_verifier: redacted('verifier'),
}

const refused = (error: string, codes: readonly number[] = []) =>
  classifyReply(
    { kind: 'answer', status: 400, body: JSON.stringify({ error, error_codes: codes }), receivedAt: 0 },
    'password',
  )
const down = classifyReply({ kind: 'answer', status: 503, body: '', receivedAt: 0 }, 'password')
const lost = classifyReply({ kind: 'no-answer', code: 'ECONNRESET', unsent: false }, 'password')

describe('a login', () => {
  it.each([
    ['a password, refused', password, refused('invalid_grant', [50126]), 'answered', false, true],
    ['a code, refused', code, refused('invalid_grant', [70008]), 'answered', false, true],
    ['a refresh token, refused itself', refresh, refused('invalid_grant', [50173]), 'answered', false, true],
    [
      'a refresh token, when the client secret was refused',
      refresh,
      refused('invalid_client', [7000215]),
      'answered',
      true,
      true,
    ],
    [
      'a password, when the client secret was refused',
      password,
      refused('invalid_client', [7000215]),
      'answered',
      false,
      true,
    ],
    ['a password, when the provider is down', password, down, 'unknown', true, false],
    ['a password, whose answer was lost', password, lost, 'unknown', true, false],
    ['a password, never sent', password, lost, 'unsent', true, true],
    ['a device code, whose answer was lost', device, lost, 'unknown', true, true],
    [
      'a device code, before anyone has signed in',
      device,
      refused('authorization_pending', [70016]),
      'answered',
      true,
      true,
    ],
    ['a device code, declined', device, refused('authorization_declined'), 'answered', false, true],
  ] as const)('%s: is kept, and untried, as the table says', (_, grant, failure, outcome, kept, untried) => {
    const after = loginDisposition(grant, failure, outcome)
    expect(after).toMatchObject({ kept, untried })
    expect(after.note === undefined).toBe(!kept)
  })
})

const answered = (status: number, body = '') =>
  classifyReply({ kind: 'answer', status, body, receivedAt: 0 }, 'password')

describe('any answer of the provider but 408, 425, 429 and 5xx', () => {
  const once = [
    ['a password', password],
    ['a code', code],
    ['a device code', device],
  ] as const
  const ends = [
    ['mfa_required of Auth0', answered(403, '{"error":"mfa_required"}')],
    ['too_many_attempts of Auth0', answered(401, '{"error":"too_many_attempts"}')],
    ['a word that no table knows', answered(400, '{"error":"try_the_other_door"}')],
    ['a throttling word in a refusal', answered(400, '{"error":"slow_down"}')],
    ['a passing word in a refusal', answered(400, '{"error":"temporarily_unavailable"}')],
    ['an empty 400', answered(400)],
    ['an empty 401', answered(401)],
    ['a page with 403', answered(403, '<html>Forbidden</html>')],
    ['a 404', answered(404)],
    ['a 409', answered(409)],
    ['a 424', answered(424)],
    ['a 426', answered(426)],
    ['a 428', answered(428)],
    ['a 499', answered(499)],
    ['a redirect', answered(302)],
    ['a 304', answered(304)],
    ['a success that cannot be used', answered(200, '<html>Sign in</html>')],
    ['an empty success', answered(204)],
  ] as const

  it.each(ends)('(%s) ends a password and a code', (_, failure) => {
    for (const [what, grant] of once.slice(0, 2))
      expect([what, loginDisposition(grant, failure, 'answered').kept]).toEqual([what, false])
  })

  it.each(ends.filter(([, { code: word }]) => word !== 'slow_down'))('(%s) ends a device code', (_, failure) => {
    expect(loginDisposition(device, failure, 'answered').kept).toBe(false)
  })

  it.each(ends)('(%s) does not end a refresh token that was handed over, unless it is refused itself', (_, failure) => {
    expect(loginDisposition(refresh, failure, 'answered').kept).toBe(failure.class !== 'reauthorize')
  })

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('(a %d) ends nothing', (status) => {
    for (const [, grant] of [...once, ['a refresh token', refresh] as const]) {
      expect(loginDisposition(grant, answered(status), 'answered').kept).toBe(true)
    }
  })
})

it.each([
  ['authorization_pending', [], true],
  ['authorization_pending', [70016], true],
  ['slow_down', [], true],
  ['expired_token', [], false],
])('%s %j: no one has signed in yet: %s', (error, codes, pending) => {
  expect(isPending(refused(error, codes))).toBe(pending)
})
