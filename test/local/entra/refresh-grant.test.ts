// The refresh grant: tokens stay valid after use, die of inactivity, and are revoked.

import { describe, expect, test } from 'vitest'
import { day, redirectUri, startWithUser, type TestEntra } from './harness.ts'

describe('a refresh', () => {
  test('gives a new refresh token and leaves the old one valid', async () => {
    const { signIn, refresh } = await startWithUser()
    const first = await signIn()
    const second = (await refresh(first.refresh_token)).body
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(second.scope).toBe(first.scope)
    expect((await refresh(first.refresh_token)).status).toBe(200)
    expect((await refresh(second.refresh_token)).status).toBe(200)
  })

  test('may ask for less, or for another resource, and gets what the first scope names', async () => {
    const { signIn, refresh } = await startWithUser()
    const { refresh_token } = await signIn()
    const less = await refresh(refresh_token, { scope: 'User.Read offline_access' })
    expect(less.body.scope).toBe('User.Read')
    const mail = await refresh(refresh_token, { scope: 'https://outlook.office.com/SMTP.Send Mail.Read' })
    expect(mail.body.scope).toBe('https://outlook.office.com/SMTP.Send')
  })

  test('is answered with a new refresh token even where the scope leaves offline_access out', async () => {
    const { signIn, refresh } = await startWithUser()
    const { refresh_token } = await signIn()
    expect((await refresh(refresh_token, { scope: 'User.Read' })).body).toHaveProperty('refresh_token')
  })

  test('works with another secret of the same client', async () => {
    const { signIn, refresh, entra, client, secret } = await startWithUser()
    const { refresh_token } = await signIn()
    const next = entra.addClientSecret(client.clientId)
    entra.removeClientSecret(client.clientId, secret.keyId)
    expect((await refresh(refresh_token)).body.error_codes).toEqual([7000215])
    expect((await refresh(refresh_token, { client_secret: next.value })).status).toBe(200)
  })
})

describe('inactivity', () => {
  test.each([
    { days: 89, status: 200 },
    { days: 90, status: 400 },
    { days: 91, status: 400 },
  ])('a token unused for $days days is answered $status', async ({ days, status }) => {
    const { signIn, refresh, clock, entra } = await startWithUser()
    const { refresh_token } = await signIn()
    clock.advance(days * day)
    expect(entra.wouldAccept(refresh_token)).toBe(status === 200)
    const answer = await refresh(refresh_token)
    expect(answer.status).toBe(status)
    if (status === 400) expect(answer.body).toMatchObject({ error: 'invalid_grant', error_codes: [700082] })
  })

  test('one millisecond before the end of the window a token still lives', async () => {
    const { signIn, clock, entra } = await startWithUser()
    const { refresh_token } = await signIn()
    clock.advance(90 * day - 1)
    expect(entra.wouldAccept(refresh_token)).toBe(true)
    clock.advance(1)
    expect(entra.wouldAccept(refresh_token)).toBe(false)
  })

  test('a use starts the window again, for that token and for no other', async () => {
    const { signIn, refresh, clock, entra } = await startWithUser()
    const used = (await signIn()).refresh_token
    const unused = (await signIn()).refresh_token
    clock.advance(50 * day)
    await refresh(used)
    clock.advance(89 * day)
    expect(entra.wouldAccept(used)).toBe(true)
    expect(entra.wouldAccept(unused)).toBe(false)
    clock.advance(1 * day)
    expect(entra.wouldAccept(used)).toBe(false)
  })

  test('neither a refused request nor a question to the server is a use', async () => {
    const { signIn, refresh, clock, entra } = await startWithUser()
    const { refresh_token } = await signIn()
    clock.advance(80 * day)
    await refresh(refresh_token, { client_secret: 'wrong' })
    expect(entra.wouldAccept(refresh_token)).toBe(true)
    clock.advance(10 * day)
    expect(entra.wouldAccept(refresh_token)).toBe(false)
  })

  test('the window is an option', async () => {
    const { signIn, clock, entra } = await startWithUser({ inactivityDays: 7 })
    const { refresh_token } = await signIn()
    clock.advance(7 * day - 1)
    expect(entra.wouldAccept(refresh_token)).toBe(true)
    clock.advance(1)
    expect(entra.wouldAccept(refresh_token)).toBe(false)
  })
})

interface Case {
  readonly name: string
  readonly code: number
  readonly error?: string
  readonly suberror?: string
  readonly spoil: (entra: TestEntra) => void
}

const spoiled: readonly Case[] = [
  {
    name: 'revoked sessions',
    code: 50173,
    suberror: 'bad_token',
    spoil: ({ entra, user }) => entra.revokeSessions(user.userName),
  },
  {
    name: 'a removed user',
    code: 50034,
    suberror: 'bad_token',
    spoil: ({ entra, user }) => entra.removeUser(user.userName),
  },
  {
    name: 'a disabled user',
    code: 50057,
    spoil: ({ entra, user }) => entra.updateUser(user.userName, { disabled: true }),
  },
  {
    name: 'a new demand for a second factor',
    code: 50076,
    suberror: 'basic_action',
    spoil: ({ entra, user }) => entra.updateUser(user.userName, { mfa: true }),
  },
  {
    name: 'Conditional Access',
    code: 53003,
    suberror: 'message_only',
    spoil: ({ entra, user }) => entra.updateUser(user.userName, { blockedByPolicy: true }),
  },
  {
    name: 'withdrawn consent',
    code: 65001,
    suberror: 'consent_required',
    spoil: ({ entra, client }) => entra.updateClient(client.clientId, { consentedScopes: [] }),
  },
  {
    name: 'a disabled client',
    code: 7000112,
    error: 'unauthorized_client',
    spoil: ({ entra, client }) => entra.updateClient(client.clientId, { disabled: true }),
  },
]

test.each(spoiled)('$name ends it with $code', async ({ code, error = 'invalid_grant', suberror, spoil }) => {
  const entra = await startWithUser()
  const { refresh_token } = await entra.signIn()
  spoil(entra)
  expect(entra.entra.wouldAccept(refresh_token)).toBe(false)
  const { status, body } = await entra.refresh(refresh_token)
  expect({ status, error: body.error, codes: body.error_codes, suberror: body.suberror }).toEqual({
    status: 400,
    error,
    codes: [code],
    suberror,
  })
})

test.each([
  { name: 'an expired password', change: { passwordExpired: true } },
  { name: 'a locked account', change: { locked: true } },
  { name: 'a changed password', change: { password: 'another one' } },
])('$name leaves the tokens of a confidential client alone', async ({ change }) => {
  const { signIn, refresh, entra, user } = await startWithUser()
  const { refresh_token } = await signIn()
  entra.updateUser(user.userName, change)
  expect((await refresh(refresh_token)).status).toBe(200)
})

test('a changed password ends the tokens of a public client', async () => {
  const { ask, asUser, entra, user, device } = await startWithUser()
  const scope = 'User.Read offline_access'
  const { body } = await ask({ ...asUser, grant_type: 'password', client_id: device.clientId, scope })
  expect(entra.wouldAccept(body.refresh_token)).toBe(true)
  entra.updateUser(user.userName, { password: 'another one' })
  expect(entra.wouldAccept(body.refresh_token)).toBe(false)
})

test('after a revocation a new sign-in works at the same moment', async () => {
  const { signIn, refresh, entra, user } = await startWithUser()
  const old = (await signIn()).refresh_token
  entra.revokeSessions(user.userName)
  const next = (await signIn()).refresh_token
  expect((await refresh(old)).body.error_codes).toEqual([50173])
  expect((await refresh(next)).status).toBe(200)
})

describe('what is no refresh token of this client', () => {
  test('garbage is malformed', async () => {
    const { refresh } = await startWithUser()
    for (const garbage of ['garbage', '1.Ashort', '{"refresh_token":"x"}']) {
      expect((await refresh(garbage)).body).toMatchObject({ error: 'invalid_grant', error_codes: [9002313] })
    }
  })

  test('a well-formed token that was never issued, or was changed, is not valid', async () => {
    const { refresh, signIn } = await startWithUser()
    const { refresh_token } = await signIn()
    const changed = refresh_token.slice(0, 500) + (refresh_token[500] === 'x' ? 'y' : 'x') + refresh_token.slice(501)
    for (const token of [`1.A${'b'.repeat(998)}`, changed]) {
      expect((await refresh(token)).body).toMatchObject({ error: 'invalid_grant', error_codes: [70000] })
    }
  })

  test('the token of another client is not valid', async () => {
    const { refresh, signIn, entra, tenant } = await startWithUser()
    const { refresh_token } = await signIn()
    const other = entra.addClient({ tenantId: tenant.id, multiTenant: true, redirectUris: [redirectUri] })
    const { value } = entra.addClientSecret(other.clientId)
    const { body } = await refresh(refresh_token, { client_id: other.clientId, client_secret: value })
    expect(body.error_codes).toEqual([70000])
  })

  test('the token of a user elsewhere is refused in the path of another tenant', async () => {
    const { ask, refreshForm, signIn, entra } = await startWithUser()
    const { refresh_token } = await signIn()
    const other = entra.addTenant({ domains: ['fabrikam.example'] })
    expect((await ask(refreshForm(refresh_token), other.id)).body.error_codes).toEqual([50020])
    expect((await ask(refreshForm(refresh_token), 'common')).status).toBe(200)
  })
})
