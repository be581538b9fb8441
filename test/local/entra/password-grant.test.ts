// The password grant: what it gives, and every way in which it is refused.

import { describe, expect, test } from 'vitest'
import { type Form, minute, startWithUser, type TestEntra, without } from './harness.ts'

describe('a password grant that is granted', () => {
  test('gives an access token, and a refresh token because offline_access was asked for', async () => {
    const { ask, passwordForm, me, user } = await startWithUser()
    const { status, headers, body } = await ask(passwordForm())
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toContain('no-store')
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'Mail.ReadWrite User.Read' })
    expect(body.refresh_token).toMatch(/^1\.A[\w-]{900,1200}$/)
    expect(body.access_token.split('.')).toHaveLength(3)
    expect(body).not.toHaveProperty('id_token')
    const answer = await me(body.access_token)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ userPrincipalName: user.userName, id: user.id })
  })

  test('gives no refresh token without offline_access, and an id token with openid', async () => {
    const { signIn } = await startWithUser()
    const body = await signIn({ scope: 'openid profile User.Read' })
    expect(body).not.toHaveProperty('refresh_token')
    expect(body.scope).toBe('User.Read openid profile')
    expect(body.id_token?.split('.')).toHaveLength(3)
  })

  test.each(['organizations', 'contoso.example', 'CONTOSO.example'])('is granted through /%s', async (place) => {
    const { ask, passwordForm } = await startWithUser()
    expect((await ask(passwordForm(), place)).status).toBe(200)
  })

  test('is granted through the id of the tenant, to a user name in any case', async () => {
    const { ask, passwordForm, tenant } = await startWithUser()
    expect((await ask(passwordForm({ username: 'Sales@CONTOSO.example' }), tenant.id)).status).toBe(200)
  })

  test.each([
    'https://graph.microsoft.com/Mail.Send offline_access',
    'https://graph.microsoft.com/.default offline_access',
    'https://outlook.office.com/IMAP.AccessAsUser.All offline_access',
    'Directory.ReadWrite.All offline_access',
  ])('is granted for the scope %s', async (scope) => {
    const { signIn } = await startWithUser()
    expect((await signIn({ scope })).scope).toBe(scope.split(' ')[0])
  })
})

interface Case {
  readonly name: string
  readonly code: number
  readonly error: string
  readonly status?: number
  readonly suberror?: string
  readonly prepare?: (entra: TestEntra) => void
  readonly form?: Form
  readonly leaveOut?: string
  readonly place?: string
}

const cases: readonly Case[] = [
  { name: 'no grant_type', code: 900144, error: 'invalid_request', leaveOut: 'grant_type' },
  { name: 'no client_id', code: 900144, error: 'invalid_request', leaveOut: 'client_id' },
  { name: 'no user name', code: 900144, error: 'invalid_request', leaveOut: 'username' },
  { name: 'no password', code: 900144, error: 'invalid_request', leaveOut: 'password' },
  { name: 'no scope', code: 900144, error: 'invalid_request', leaveOut: 'scope' },
  { name: 'another grant', code: 70003, error: 'unsupported_grant_type', form: { grant_type: 'implicit' } },
  { name: 'a scope that is none', code: 70011, error: 'invalid_scope', form: { scope: 'everything' } },
  {
    name: '.default among named scopes',
    code: 70011,
    error: 'invalid_scope',
    form: { scope: '.default Mail.Read' },
  },
  {
    name: 'an unknown resource',
    code: 500011,
    error: 'invalid_resource',
    form: { scope: 'https://nowhere.example/A.B' },
  },
  {
    name: 'scopes of two resources',
    code: 700022,
    error: 'invalid_scope',
    form: { scope: 'Mail.Read https://outlook.office.com/SMTP.Send' },
  },
  { name: 'the tenant common', code: 9001023, error: 'invalid_request', place: 'common' },
  { name: 'the tenant consumers', code: 9001023, error: 'invalid_request', place: 'consumers' },
  { name: 'an unknown domain as tenant', code: 90002, error: 'invalid_request', place: 'nowhere.example' },
  {
    name: 'an unknown id as tenant',
    code: 90002,
    error: 'invalid_request',
    place: '00000000-0000-4000-8000-000000000000',
  },
  { name: 'a tenant that cannot be one', code: 900023, error: 'invalid_request', place: 'undefined' },
  { name: 'an unknown client', code: 700016, error: 'unauthorized_client', form: { client_id: 'unknown' } },
  {
    name: 'a single-tenant client through organizations',
    code: 50194,
    error: 'invalid_request',
    prepare: ({ entra, client }) => entra.updateClient(client.clientId, { multiTenant: false }),
  },
  {
    name: 'a disabled client',
    code: 7000112,
    error: 'unauthorized_client',
    prepare: ({ entra, client }) => entra.updateClient(client.clientId, { disabled: true }),
  },
  {
    name: 'a missing consent',
    code: 65001,
    error: 'invalid_grant',
    suberror: 'consent_required',
    prepare: ({ entra, client }) => entra.updateClient(client.clientId, { consentedScopes: ['User.Read'] }),
  },
  {
    name: 'a missing consent that only an administrator can give',
    code: 90094,
    error: 'consent_required',
    form: { scope: 'Directory.ReadWrite.All offline_access' },
    prepare: ({ entra, client }) => entra.updateClient(client.clientId, { consentedScopes: ['User.Read'] }),
  },
  { name: 'an unknown user', code: 50034, error: 'invalid_grant', form: { username: 'no one@contoso.example' } },
  { name: 'a user name without domain', code: 50059, error: 'invalid_request', form: { username: 'sales' } },
  {
    name: 'a domain that no one has verified',
    code: 50128,
    error: 'invalid_request',
    form: { username: 'a@b.example' },
  },
  { name: 'a wrong password', code: 50126, error: 'invalid_grant', form: { password: 'wrong' } },
  {
    name: 'a locked user',
    code: 50053,
    error: 'invalid_grant',
    prepare: ({ entra, user }) => entra.updateUser(user.userName, { locked: true }),
  },
  {
    name: 'a disabled user',
    code: 50057,
    error: 'invalid_grant',
    prepare: ({ entra, user }) => entra.updateUser(user.userName, { disabled: true }),
  },
  {
    name: 'an expired password',
    code: 50055,
    error: 'invalid_grant',
    suberror: 'user_password_expired',
    prepare: ({ entra, user }) => entra.updateUser(user.userName, { passwordExpired: true }),
  },
  {
    name: 'a user who needs a second factor',
    code: 50076,
    error: 'invalid_grant',
    suberror: 'basic_action',
    prepare: ({ entra, user }) => entra.updateUser(user.userName, { mfa: true }),
  },
  {
    name: 'a user blocked by Conditional Access',
    code: 53003,
    error: 'invalid_grant',
    suberror: 'message_only',
    prepare: ({ entra, user }) => entra.updateUser(user.userName, { blockedByPolicy: true }),
  },
  {
    name: 'a tenant with security defaults',
    code: 530035,
    error: 'invalid_grant',
    prepare: ({ entra, tenant }) => entra.updateTenant(tenant.id, { securityDefaults: true }),
  },
]

test.each(cases)('$name is refused with $code $error', async (each) => {
  const entra = await startWithUser()
  each.prepare?.(entra)
  const form = without(entra.passwordForm(each.form), each.leaveOut ?? '')
  const { status, body } = await entra.ask(form, each.place)
  expect(body.error_description).toMatch(new RegExp(`^AADSTS${each.code}: .+ Trace ID: `))
  expect(body).toMatchObject({ error: each.error, error_codes: [each.code] })
  expect(body.suberror).toBe(each.suberror)
  expect(status).toBe(each.status ?? 400)
})

test('the field that IBM spells userName is missing as username', async () => {
  const { ask, passwordForm } = await startWithUser()
  const form = { ...without(passwordForm(), 'username'), userName: 'sales@contoso.example' }
  expect((await ask(form)).body.error_description).toContain("'username'")
})

describe('smart lock-out', () => {
  const tryWrong = async ({ signIn }: TestEntra, times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) await signIn({ password: `wrong ${count}` })
  }

  test('nine wrong passwords do not lock, ten do', async () => {
    const entra = await startWithUser()
    await tryWrong(entra, 9)
    expect((await entra.signIn()).token_type).toBe('Bearer')
    await tryWrong(entra, 10)
    expect((await entra.signIn()).error_codes).toEqual([50053])
  })

  test('lasts a minute at first, twice as long after one more wrong password', async () => {
    const entra = await startWithUser()
    await tryWrong(entra, 10)
    entra.clock.advance(minute - 1)
    expect((await entra.signIn()).error_codes).toEqual([50053])
    entra.clock.advance(1)
    await tryWrong(entra, 1)
    entra.clock.advance(2 * minute - 1)
    expect((await entra.signIn()).error_codes).toEqual([50053])
    entra.clock.advance(1)
    expect((await entra.signIn()).token_type).toBe('Bearer')
  })

  test('ends when an administrator unlocks the user', async () => {
    const entra = await startWithUser()
    await tryWrong(entra, 10)
    entra.entra.updateUser(entra.user.userName, { locked: false })
    expect((await entra.signIn()).token_type).toBe('Bearer')
  })
})
