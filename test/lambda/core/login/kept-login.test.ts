// A login that is rewritten to hold the refresh token that its use has brought.

import { describe, expect, it } from 'vitest'
import { keptLogin } from '../../../../lambda/core/login/kept-login.ts'
import { decodeLogin } from '../../../../lambda/core/login/login.ts'
import {
  isKeptVersion,
  isVersionOfLogin,
  keptVersionId,
  mostKeptVersions,
} from '../../../../lambda/core/secrets/version-id.ts'
import { decodedValue, later, made, redacted, stored } from '../../../support/core-samples.ts'

const token = redacted('refresh-token')
const client = {
  client_id: 'sample-client',
  client_secret: made('client-secret'),
  scope: 'Mail.Read',
  mode: 'keep-alive',
}

const logins = [
  ['a password', { ...client, grant_type: 'password', userName: 'anna@example.com', password: made('password') }],
  ['a password whose grant type is left out', { ...client, username: 'anna@example.com', password: made('password') }],
  [
    'a code',
    { ...client, grant_type: 'authorization_code', code: made('code'), code_verifier: made('v'), redirect_uri: 'x' },
  ],
  [
    'a device code',
    { ...client, grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: made('device-code') },
  ],
  ['an older refresh token', { ...client, grant_type: 'refresh_token', refresh_token: made('older') }],
  ['the console form', { ...client, schema: '1', '': '', username: 'anna@example.com', password: made('password') }],
] as const

describe.each(logins)('a login with %s', (_, login) => {
  it('keeps everything but what was handed over for the tokens', () => {
    const text = keptLogin(stored(login), token, undefined)
    const kept = decodedValue(decodeLogin(text, false))
    const before = decodedValue(decodeLogin(stored(login), false))
    expect(kept).toEqual({ ...before, grant: { grant_type: 'refresh_token', refresh_token: token } })
    expect(kept.grant.grant_type === 'refresh_token' && kept.grant.refresh_token.equals(token)).toBe(true)
    for (const key of ['password', 'code', 'code_verifier', 'device_code']) {
      expect(JSON.parse(text.reveal())).not.toHaveProperty(key)
    }
  })

  it('is held for as long as the invocation that writes it can last, and free when it is written again', () => {
    const held = keptLogin(stored(login), token, later(60_000))
    expect(decodedValue(decodeLogin(held, false)).held_until).toEqual(later(60_000))
    expect(decodedValue(decodeLogin(keptLogin(held, token, undefined), false)).held_until).toBeUndefined()
  })
})

it('what is no login is not rewritten', () => {
  expect(() => keptLogin(redacted('["a"]'), token, undefined)).toThrow('refusing to rewrite')
})

describe('a version of a login', () => {
  const parent = 'f3b1c0de-0000-4000-8000-000000000001'

  it('is known as what was made of it, and only as that', () => {
    const kept = Array.from({ length: mostKeptVersions }, (_, attempt) => keptVersionId(parent, attempt))
    expect(new Set(kept).size).toBe(mostKeptVersions)
    for (const id of kept) expect([isKeptVersion(id, parent), isVersionOfLogin(id, parent)]).toEqual([true, true])
    expect([isKeptVersion(parent, parent), isVersionOfLogin(parent, parent)]).toEqual([false, true])
    for (const id of [keptVersionId(parent, mostKeptVersions), keptVersionId('another', 0), undefined, '']) {
      expect([isKeptVersion(id, parent), isVersionOfLogin(id, parent)]).toEqual([false, false])
    }
  })
})
