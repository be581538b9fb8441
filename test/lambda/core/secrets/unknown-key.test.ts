// The message about an unknown key leaves out its name, because a person may have put a secret in the place of a key.

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { loginKeys } from '../../../../lambda/core/login/login.ts'
import { unknownKeyProblem } from '../../../../lambda/core/secrets/unknown-key.ts'

const problemOf = (json: object) => unknownKeyProblem(json, loginKeys)

describe('an unknown key', () => {
  it('is none where all are known', () => {
    expect(problemOf(Object.fromEntries(loginKeys.map((key) => [key, ''])))).toBeUndefined()
    expect(problemOf({})).toBeUndefined()
  })

  it('is named by its position', () => {
    const secret = randomBytes(12).toString('base64')
    expect(problemOf({ username: 'a', [secret]: 'password', scope: '' })).toBe('key 2 of 3 is not a known key')
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('may have the name %s', (name) => {
    expect(problemOf(JSON.parse(`{ "username": "a", "${name}": 1 }`))).toBe('key 2 of 2 is not a known key')
  })

  it('of digits has no position, because JavaScript moves it', () => {
    expect(problemOf({ username: 'a', 12345678: 'password' })).toBe('a key is not a known key')
  })

  it.each([
    ['pasword', 'password'],
    ['passwort', 'password'],
    ['passwd', 'password'],
    ['user_name', 'username'],
    ['UserName', 'username'],
    ['clientSecret', 'client_secret'],
    ['client-id', 'client_id'],
    ['refreshtoken', 'refresh_token'],
    ['tokenEndpoint', 'token_endpoint'],
    ['client_secret_expires', 'client_secret_expires_at'],
    ['scopes', 'scope'],
    ['redirect', 'redirect_uri'],
    ['tenants', 'tenant'],
  ])('%s most likely means %s', (key, meant) => {
    expect(problemOf({ [key]: '' })).toBe(`key 1 of 1 is not a known key; did you mean "${meant}"?`)
  })

  it.each(['colour', 'x', '', 'hunter2', 'Winter2026!', 'token', 'access_token'])(
    'a name that is near none suggests none: %j',
    (key) => {
      expect(problemOf({ [key]: '' })).toBe('key 1 of 1 is not a known key')
    },
  )

  it('never appears in the message when it is a secret', () => {
    for (let times = 0; times < 200; times++) {
      const secret = randomBytes(6 + (times % 30)).toString(times % 2 === 0 ? 'base64' : 'hex')
      expect(problemOf({ username: 'a', [secret]: '' })).not.toContain(secret)
    }
  })
})
