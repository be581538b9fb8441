// The body of a refusal, field by field, and refusals made on demand for any code.

import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { withFields } from '../../../local/entra/on-demand.ts'
import { badGateway, type LoopbackAnswer } from '../../../local/loopback-server.ts'
import { minute, startWithUser } from './harness.ts'

describe('the body of a refusal', () => {
  test('has every documented field', async () => {
    const { ask, passwordForm } = await startWithUser()
    const { body, headers } = await ask(passwordForm({ password: 'wrong' }))
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(body.timestamp).toBe('2026-01-01 00:00:00Z')
    expect(body.error_uri).toBe('https://login.microsoftonline.com/error?code=50126')
    expect(body.error_description).toBe(
      'AADSTS50126: Error validating credentials due to invalid username or password. ' +
        `Trace ID: ${body.trace_id} Correlation ID: ${body.correlation_id} Timestamp: ${body.timestamp}`,
    )
  })

  test('echoes client-request-id when it is a GUID, and nothing else', async () => {
    const { ask, passwordForm } = await startWithUser()
    const form = passwordForm({ password: 'wrong' })
    const id = randomUUID()
    expect((await ask(form, 'organizations', { 'client-request-id': id })).body.correlation_id).toBe(id)
    const { body } = await ask(form, 'organizations', { 'client-request-id': 'not a guid' })
    expect(body.correlation_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('names the user where Entra does', async () => {
    const { ask, signIn, refresh, passwordForm, entra, user } = await startWithUser()
    const { refresh_token } = await signIn()
    entra.revokeSessions(user.userName)
    expect((await refresh(refresh_token)).body.error_description).toContain(user.userName)
    entra.updateUser(user.userName, { locked: true })
    expect((await ask(passwordForm())).body.error_description).toContain(user.userName)
    const { body } = await ask(passwordForm({ username: 'no one@contoso.example' }))
    expect(body.error_description).toContain('no one@contoso.example')
  })

  test('carries claims for Conditional Access and an address for an expired password', async () => {
    const { ask, passwordForm, entra, user } = await startWithUser()
    entra.updateUser(user.userName, { blockedByPolicy: true })
    expect(JSON.parse((await ask(passwordForm())).body.claims ?? '')).toHaveProperty('access_token.capolids')
    entra.updateUser(user.userName, { passwordExpired: true })
    expect((await ask(passwordForm())).body.password_change_url).toMatch(/^https:/)
  })

  test('a GET is refused', async () => {
    const { url } = await startWithUser()
    const response = await fetch(`${url}/organizations/oauth2/v2.0/token`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request', error_codes: [900561] })
  })
})

describe('refusals on demand', () => {
  test.each([
    { code: 50196, error: 'invalid_grant', status: 400 },
    { code: 90033, error: 'temporarily_unavailable', status: 503 },
    { code: 50000, error: 'server_error', status: 500 },
    { code: 7000222, error: 'invalid_client', status: 401 },
    { code: 50079, error: 'interaction_required', status: 400 },
    { code: 90055, error: 'temporarily_unavailable', status: 429 },
    { code: 500341, error: 'invalid_grant', status: 400 },
    { code: 5000225, error: 'invalid_request', status: 400 },
    { code: 9002327, error: 'invalid_request', status: 400 },
    { code: 530084, error: 'interaction_required', status: 400 },
    { code: 123456, error: 'invalid_grant', status: 400 },
  ])('$code is answered $status $error', async ({ code, error, status }) => {
    const { ask, passwordForm, entra } = await startWithUser()
    entra.answerWith({ code })
    const answer = await ask(passwordForm())
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ error, error_codes: [code] })
    expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${code}: `))
    expect((await ask(passwordForm())).status).toBe(200)
  })

  test('everything about them can be said', async () => {
    const { ask, passwordForm, entra } = await startWithUser()
    const said = { error: 'interaction_required', suberror: 'basic_action', status: 418, retryAfterSeconds: 7 }
    entra.answerWith({ code: 50126, codes: [70002, 50126], ...said })
    const { status, headers, body } = await ask(passwordForm())
    expect([status, headers.get('retry-after')]).toEqual([418, '7'])
    expect(body).toMatchObject({ error: said.error, suberror: said.suberror, error_codes: [70002, 50126] })
  })

  test('the description of an unknown code names the user, as known from a refresh token', async () => {
    const { signIn, refresh, entra, user } = await startWithUser()
    const { refresh_token } = await signIn()
    entra.answerWith({ code: 123456 })
    expect((await refresh(refresh_token)).body.error_description).toContain(user.userName)
  })

  test('come as often as asked for, and to those asked for', async () => {
    const { ask, signIn, refresh, passwordForm, entra, user } = await startWithUser()
    const { refresh_token } = await signIn()
    entra.answerWith({ code: 90033, times: 2, when: { grantType: 'refresh_token', userName: user.userName } })
    entra.answerWith({ code: 90033, when: { clientId: 'another process' } })
    expect((await ask(passwordForm())).status).toBe(200)
    const statuses = [await refresh(refresh_token), await refresh(refresh_token), await refresh(refresh_token)]
    expect(statuses.map(({ status }) => status)).toEqual([503, 503, 200])
  })

  test('throttling in plain text has Retry-After and no JSON', async () => {
    const { post, passwordForm, entra } = await startWithUser()
    entra.answerTooManyRequests({ retryAfterSeconds: 30 })
    const response = await post('organizations/oauth2/v2.0/token', passwordForm())
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
    expect(await response.text()).toBe('Too Many Requests')
  })
})

describe('shaped answers', () => {
  test.each([
    { name: 'no access_token', fields: { access_token: undefined } },
    { name: 'expires_in as text', fields: { expires_in: '3599' } },
    { name: 'a negative expires_in', fields: { expires_in: -1 } },
    { name: 'no expires_in', fields: { expires_in: undefined } },
    { name: 'another token_type', fields: { token_type: 'pop' } },
    { name: 'no refresh_token', fields: { refresh_token: undefined } },
  ])('$name', async ({ fields }) => {
    const { signIn, entra } = await startWithUser()
    const usual = await signIn()
    entra.shapeNext(withFields(fields))
    const shaped = await signIn()
    const defined = Object.entries(fields).filter(([, value]) => value !== undefined)
    expect(shaped).toMatchObject(Object.fromEntries(defined))
    const absent = Object.keys(usual).filter((name) => !(name in shaped))
    expect(absent).toEqual(Object.keys(fields).filter((name) => !defined.some(([each]) => each === name)))
    expect(Object.keys(await signIn())).toEqual(Object.keys(usual))
  })

  test.each<{ name: string; answer: LoopbackAnswer }>([
    { name: 'an HTML page', answer: { status: 503, headers: { 'content-type': 'text/html' }, body: '<html></html>' } },
    { name: 'more than a megabyte', answer: { status: 200, body: 'x'.repeat(1_100_000) } },
    { name: 'broken JSON', answer: { status: 200, body: '{"access_token":' } },
  ])('$name', async ({ answer }) => {
    const { post, passwordForm, entra } = await startWithUser()
    entra.shapeNext(() => answer)
    const response = await post('organizations/oauth2/v2.0/token', passwordForm())
    expect([response.status, await response.text()]).toEqual([answer.status, answer.body])
  })

  test('a fault of the server comes before anything is processed', async () => {
    let broken = true
    const { post, passwordForm, entra, ask } = await startWithUser({ faults: () => (broken ? badGateway : undefined) })
    expect((await post('organizations/oauth2/v2.0/token', passwordForm())).status).toBe(502)
    expect(entra.requests.size).toBe(0)
    broken = false
    expect((await ask(passwordForm())).status).toBe(200)
    expect([...entra.requests]).toEqual([['password', 1]])
  })
})

describe('loops', () => {
  test('too many requests for the same thing are refused until the window has passed', async () => {
    const { signIn, refresh, clock } = await startWithUser({ throttle: { requests: 3, perSeconds: 60 } })
    const { refresh_token } = await signIn()
    const codes: unknown[] = []
    for (let count = 0; count < 5; count += 1) codes.push((await refresh(refresh_token)).body.error_codes)
    expect(codes).toEqual([undefined, undefined, undefined, [50196], [50196]])
    expect((await signIn()).token_type).toBe('Bearer')
    clock.advance(minute)
    expect((await refresh(refresh_token)).status).toBe(200)
  })
})
