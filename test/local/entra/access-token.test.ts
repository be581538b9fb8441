// Access tokens live 60 to 90 minutes, regardless of what happens to the session, and only while they live /v1.0/me answers.

import { describe, expect, test } from 'vitest'
import { minute, startWithUser } from './harness.ts'

describe('lifetime', () => {
  test('is spread over 60 to 90 minutes and is the same in both fields', async () => {
    const { signIn } = await startWithUser({ seed: 7 })
    const lifetimes: number[] = []
    for (let count = 0; count < 200; count += 1) {
      const body = await signIn()
      expect(body.ext_expires_in).toBe(body.expires_in)
      lifetimes.push(body.expires_in)
    }
    expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(3600)
    expect(Math.min(...lifetimes)).toBeLessThan(3700)
    expect(Math.max(...lifetimes)).toBeLessThanOrEqual(5400)
    expect(Math.max(...lifetimes)).toBeGreaterThan(5300)
  })

  test('follows a lifetime policy', async () => {
    const { signIn } = await startWithUser({ accessTokenLifetimeMinutes: { shortest: 10, longest: 10 } })
    expect((await signIn()).expires_in).toBe(600)
  })

  test.each([0, 1, 999])('ends when expires_in says and not a moment before (%s ms into a second)', async (offset) => {
    const { signIn, clock, entra, me } = await startWithUser()
    clock.advance(offset)
    const { access_token, expires_in } = await signIn()
    clock.advance(expires_in * 1000 - 1)
    expect(entra.isLive(access_token)).toBe(true)
    expect((await me(access_token)).status).toBe(200)
    clock.advance(1000)
    expect(entra.isLive(access_token)).toBe(false)
    expect((await me(access_token)).status).toBe(401)
  })

  test('is not cut short by a revocation or a disabled account', async () => {
    const { signIn, entra, user } = await startWithUser()
    const { access_token } = await signIn()
    entra.revokeSessions(user.userName)
    entra.updateUser(user.userName, { disabled: true })
    expect(entra.isLive(access_token)).toBe(true)
  })
})

describe('/v1.0/me refuses, in the shape of Graph,', () => {
  const refusal = async (response: Response): Promise<string> => {
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    const { error } = (await response.json()) as { error: { code: string; message: string; innerError: object } }
    expect(error.code).toBe('InvalidAuthenticationToken')
    expect(error.innerError).toHaveProperty('request-id')
    return error.message
  }

  test('no token at all', async () => {
    const { url } = await startWithUser()
    expect(await refusal(await fetch(`${url}/v1.0/me`))).toContain('empty')
  })

  test('what is no token', async () => {
    const { me } = await startWithUser()
    expect(await refusal(await me('garbage'))).toContain('not well formed')
  })

  test('a refresh token', async () => {
    const { me, signIn } = await startWithUser()
    await refusal(await me((await signIn()).refresh_token))
  })

  test('a token that a person changed', async () => {
    const { me, signIn } = await startWithUser()
    const [header, payload = '', signature] = (await signIn()).access_token.split('.')
    const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), exp: 9_999_999_999 }
    const changed = Buffer.from(JSON.stringify(claims)).toString('base64url')
    expect(await refusal(await me(`${header}.${changed}.${signature}`))).toContain('signature')
  })

  test('a token of yesterday', async () => {
    const { me, signIn, clock } = await startWithUser()
    const { access_token } = await signIn()
    clock.advance(24 * 60 * minute)
    expect(await refusal(await me(access_token))).toContain('expired')
  })
})
