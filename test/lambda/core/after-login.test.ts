// What becomes of a login after a refusal.

import { describe, expect, it } from 'vitest'
import { afterLogin, isPending } from '../../../lambda/core/after-login.ts'
import { classifyReply } from '../../../lambda/core/classify.ts'
import { deviceCodeGrantType, type LoginGrant } from '../../../lambda/core/login.ts'
import { redacted } from '../../support/core-samples.ts'

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
      'a device code, before anybody has signed in',
      device,
      refused('authorization_pending', [70016]),
      'answered',
      true,
      true,
    ],
    ['a device code, declined', device, refused('authorization_declined'), 'answered', false, true],
  ] as const)('%s: is kept, and untried, as the table says', (_, grant, failure, outcome, kept, untried) => {
    const after = afterLogin(grant, failure, outcome)
    expect(after).toMatchObject({ kept, untried })
    expect(after.note === undefined).toBe(!kept)
  })
})

it.each([
  ['authorization_pending', [], true],
  ['authorization_pending', [70016], true],
  ['slow_down', [], true],
  ['expired_token', [], false],
])('%s %j: nobody has signed in yet: %s', (error, codes, pending) => {
  expect(isPending(refused(error, codes))).toBe(pending)
})
