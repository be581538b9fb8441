// The authorization code grant: the sign-in page, PKCE, the redirect, and a code that is good once and for a minute.

import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Form, hiddenFields, minute, redirectUri, startWithUser, type TestEntra } from './harness.ts'

const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

const authorizePath = ({ client }: TestEntra, changes: Form = {}): string => {
  const query: Form = {
    client_id: client.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid Mail.ReadWrite offline_access',
    state: 'the state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
  return `organizations/oauth2/v2.0/authorize?${new URLSearchParams(query)}`
}

const redirected = (response: Response): URL => {
  expect(response.status).toBe(302)
  return new URL(response.headers.get('location') ?? '')
}

const getCode = async (entra: TestEntra, changes: Form = {}): Promise<string> => {
  const location = redirected(await entra.post(authorizePath(entra, changes), entra.asUser))
  return location.searchParams.get('code') ?? ''
}

const redeem = (entra: TestEntra, code: string, changes: Form = {}, place = 'organizations') =>
  entra.ask(
    {
      ...entra.asClient,
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...changes,
    },
    place,
  )

describe('signing in', () => {
  test('the page is a plain form, filled in with the login hint', async () => {
    const entra = await startWithUser()
    const response = await fetch(`${entra.url}/${authorizePath(entra, { login_hint: '"><b>sales' })}`)
    const html = await response.text()
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(html).toContain('name="password"')
    expect(html).toContain('value="&#34;&#62;&#60;b&#62;sales"')
  })

  test('success redirects with the code and the state, and the code gives tokens that can be refreshed', async () => {
    const entra = await startWithUser()
    const location = redirected(await entra.post(authorizePath(entra), entra.asUser))
    expect(location.origin + location.pathname).toBe(redirectUri)
    expect(location.searchParams.get('state')).toBe('the state')
    const { status, body } = await redeem(entra, location.searchParams.get('code') ?? '')
    expect(status).toBe(200)
    expect(body).toMatchObject({ scope: 'Mail.ReadWrite openid', token_type: 'Bearer' })
    expect(body).toHaveProperty('id_token')
    expect((await entra.refresh(body.refresh_token)).status).toBe(200)
  })

  test.each([
    { name: 'a wrong password', code: 50126, form: { password: 'wrong' } },
    { name: 'an unknown user', code: 50034, form: { username: 'no one@contoso.example' } },
  ])('$name shows the page again with $code', async ({ code, form }) => {
    const entra = await startWithUser()
    const response = await entra.post(authorizePath(entra), { ...entra.asUser, ...form })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain(`AADSTS${code}`)
  })

  test('cancelling tells the client', async () => {
    const entra = await startWithUser()
    const location = redirected(await entra.post(authorizePath(entra), { action: 'cancel' }))
    expect(Object.fromEntries(location.searchParams)).toMatchObject({ error: 'access_denied', state: 'the state' })
  })

  test('fragment and form_post carry the same values', async () => {
    const entra = await startWithUser()
    const location = redirected(await entra.post(authorizePath(entra, { response_mode: 'fragment' }), entra.asUser))
    expect(new URLSearchParams(location.hash.slice(1)).get('code')).toMatch(/^1\.A/)
    const page = await entra.post(authorizePath(entra, { response_mode: 'form_post' }), entra.asUser)
    const fields = hiddenFields(await page.text())
    expect(fields.state).toBe('the state')
    expect((await redeem(entra, fields.code ?? '')).status).toBe(200)
  })

  test('a registered http://localhost fits every port', async () => {
    const entra = await startWithUser()
    const other = redirectUri.replace('4000', '5000')
    const code = await getCode(entra, { redirect_uri: other })
    expect((await redeem(entra, code, { redirect_uri: other })).status).toBe(200)
  })
})

describe('a second factor', () => {
  const start = async () => {
    const entra = await startWithUser()
    entra.entra.updateUser(entra.user.userName, { mfa: true })
    const page = await (await entra.post(authorizePath(entra), entra.asUser)).text()
    expect(page).toContain('name="otc"')
    const finish = (otc: string): Promise<Response> => entra.post(authorizePath(entra), { ...hiddenFields(page), otc })
    return { ...entra, finish }
  }

  test('is asked for after the password, and its tokens survive the demand for it', async () => {
    const entra = await start()
    const location = redirected(await entra.finish(entra.entra.oneTimeCode(entra.user.userName)))
    const { body } = await redeem(entra, location.searchParams.get('code') ?? '')
    expect((await entra.refresh(body.refresh_token)).status).toBe(200)
  })

  test('a wrong one-time code shows the page again', async () => {
    const { finish, entra, user } = await start()
    const right = Number(entra.oneTimeCode(user.userName))
    const response = await finish(String((right + 1) % 1_000_000).padStart(6, '0'))
    expect(await response.text()).toContain('AADSTS500121')
  })

  test('a one-time code is good for its half minute and the next', async () => {
    const { finish, entra, user, clock } = await start()
    const code = entra.oneTimeCode(user.userName)
    clock.advance(59_999)
    expect((await finish(code)).status).toBe(302)
    clock.advance(1)
    expect((await finish(code)).status).toBe(200)
  })
})

test.each([
  { name: 'an unknown client', code: 700016, changes: { client_id: 'unknown' } },
  { name: 'a redirect URI that is not registered', code: 50011, changes: { redirect_uri: 'http://evil.example/' } },
  { name: 'another response mode', code: 70007, changes: { response_mode: 'pigeon' } },
])('$name is shown to the person and never redirected', async ({ code, changes }) => {
  const entra = await startWithUser()
  const response = await entra.post(authorizePath(entra, changes), entra.asUser)
  expect(response.status).toBe(400)
  expect(await response.text()).toContain(`AADSTS${code}`)
})

test.each([
  { name: 'another response type', error: 'unsupported_response_type', changes: { response_type: 'token' } },
  { name: 'a bad scope', error: 'invalid_scope', changes: { scope: 'everything' } },
  { name: 'a plain challenge', error: 'invalid_request', changes: { code_challenge_method: 'plain' } },
  { name: 'prompt=none', error: 'interaction_required', changes: { prompt: 'none' } },
])('$name is reported to the client', async ({ error, changes }) => {
  const entra = await startWithUser()
  const location = redirected(await entra.post(authorizePath(entra, changes), entra.asUser))
  expect(Object.fromEntries(location.searchParams)).toMatchObject({ error, state: 'the state' })
})

describe('a code', () => {
  test('is good for a minute', async () => {
    const entra = await startWithUser()
    const [inTime, late] = [await getCode(entra), await getCode(entra)]
    entra.clock.advance(minute - 1)
    expect((await redeem(entra, inTime)).status).toBe(200)
    entra.clock.advance(1)
    expect((await redeem(entra, late)).body).toMatchObject({ error: 'invalid_grant', error_codes: [70008] })
  })

  test('is good once', async () => {
    const entra = await startWithUser()
    const code = await getCode(entra)
    expect((await redeem(entra, code)).status).toBe(200)
    expect((await redeem(entra, code)).body).toMatchObject({ error: 'invalid_grant', error_codes: [54005] })
  })

  test.each([
    { name: 'another verifier', code: 501481, changes: { code_verifier: 'another' } },
    { name: 'no verifier', code: 501481, changes: { code_verifier: '' } },
    { name: 'another redirect URI', code: 500112, changes: { redirect_uri: 'http://localhost/other' } },
    { name: 'a code that is none', code: 9002313, changes: { code: 'none' } },
    { name: 'a code that was never issued', code: 70000, changes: { code: `1.A${'b'.repeat(800)}` } },
  ])('is refused with $code for $name, and not used up by that', async ({ code, changes }) => {
    const entra = await startWithUser()
    const good = await getCode(entra)
    expect((await redeem(entra, good, changes)).body.error_codes).toEqual([code])
    expect((await redeem(entra, good)).status).toBe(200)
  })

  test('is refused in the path of another tenant', async () => {
    const entra = await startWithUser()
    const other = entra.entra.addTenant({ domains: ['fabrikam.example'] })
    expect((await redeem(entra, await getCode(entra), {}, other.id)).body.error_codes).toEqual([700005])
  })

  test('is no refresh token, nor the other way round', async () => {
    const entra = await startWithUser()
    expect((await entra.refresh(await getCode(entra))).body.error_codes).toEqual([70000])
    const { refresh_token } = await entra.signIn()
    expect((await redeem(entra, refresh_token)).body.error_codes).toEqual([70000])
  })
})
