// How a client proves who it is, and how it fails to.

import { expect, test } from 'vitest'
import { assertionType } from '../../../local/entra/federated-credentials.ts'
import { day, type Form, startWithUser, type TestEntra, without } from './harness.ts'

const basic = (clientId: string, secret: string): Form => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`,
})

test('a secret in the Authorization header is as good as one in the body, regardless of what characters it has', async () => {
  const { ask, passwordForm, entra, client } = await startWithUser()
  const form = without(passwordForm(), 'client_id', 'client_secret')
  const { value } = entra.addClientSecret(client.clientId, { value: 'a+b&c=d:e %~/f' })
  expect((await ask(form, 'organizations', basic(client.clientId, value))).status).toBe(200)
  expect((await ask({ ...form, client_id: client.clientId, client_secret: value })).status).toBe(200)
  const { status, body } = await ask(form, 'organizations', basic(client.clientId, 'wrong'))
  expect([status, body.error_codes]).toEqual([401, [7000215]])
})

interface Case {
  readonly name: string
  readonly code: number
  readonly form: (entra: TestEntra) => Form
}

const cases: readonly Case[] = [
  { name: 'a wrong secret', code: 7000215, form: ({ passwordForm }) => passwordForm({ client_secret: 'wrong' }) },
  {
    name: 'the id of a secret in place of its value',
    code: 7000215,
    form: ({ passwordForm, secret }) => passwordForm({ client_secret: secret.keyId }),
  },
  { name: 'no secret', code: 7000218, form: ({ passwordForm }) => without(passwordForm(), 'client_secret') },
  {
    name: 'the secret of a public client',
    code: 700025,
    form: ({ passwordForm, device }) => passwordForm({ client_id: device.clientId }),
  },
  {
    name: 'an assertion that is no JWT',
    code: 50027,
    form: ({ passwordForm }) => ({
      ...without(passwordForm(), 'client_secret'),
      client_assertion: 'a.b.c',
      client_assertion_type: assertionType,
    }),
  },
]

test.each(cases)('$name is refused with 401 invalid_client $code', async ({ code, form }) => {
  const entra = await startWithUser()
  const { status, body } = await entra.ask(form(entra))
  expect(status).toBe(401)
  expect(body).toMatchObject({ error: 'invalid_client', error_codes: [code] })
})

test('a public client needs no secret', async () => {
  const { ask, passwordForm, device } = await startWithUser()
  const form = without(passwordForm({ client_id: device.clientId }), 'client_secret')
  expect((await ask(form)).status).toBe(200)
})

test('a secret works until the moment it expires, and a newer one afterwards', async () => {
  const { ask, passwordForm, entra, client, clock } = await startWithUser()
  const short = entra.addClientSecret(client.clientId, { expiresAt: clock.now() + 30 * day })
  const form = passwordForm({ client_secret: short.value })
  clock.advance(30 * day - 1)
  expect((await ask(form)).status).toBe(200)
  clock.advance(1)
  const { status, body } = await ask(form)
  expect([status, body.error, body.error_codes]).toEqual([401, 'invalid_client', [7000222]])
  expect((await ask(passwordForm())).status).toBe(200)
})
