// An app that changes its own client secrets through the embedded Graph: what it needs, what a policy forbids, and when it works.

import { expect, test } from 'vitest'
import { tooManyGraphRequests } from '../../../local/entra/graph-passwords.ts'
import { day, type Form, minute, startWithUser } from './harness.ts'

interface Credential {
  readonly keyId: string
  readonly endDateTime: string
  readonly hint: string
  readonly secretText: string | null
}

interface GraphBody {
  readonly passwordCredentials?: readonly Credential[]
  readonly error?: { readonly code: string; readonly message: string }
}

const scope = 'https://graph.microsoft.com/.default'

const start = async (options: Parameters<typeof startWithUser>[0] = {}) => {
  const running = await startWithUser(options)
  const { entra, url, client, tenant, asClient, clock } = running
  entra.updateClient(client.clientId, { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] })
  const appToken = (changes: Form = {}, place = tenant.id) =>
    running.ask({ ...asClient, grant_type: 'client_credentials', scope, ...changes }, place)
  const call = async (action = '', body?: object, appId = client.clientId) => {
    const { body: tokens } = await appToken()
    const response = await fetch(`${url}/v1.0/applications(appId='${appId}')${action}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${tokens.access_token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text }
  }
  const add = async (days = 90) => {
    const endDateTime = new Date(clock.now() + days * day).toISOString()
    return call('/addPassword', { passwordCredential: { displayName: 'test', endDateTime } })
  }
  const secrets = async () => graph((await call()).text).passwordCredentials ?? []
  return { ...running, appToken, call, add, secrets }
}

const graph = (text: string): GraphBody => JSON.parse(text)
const added = (text: string): Credential => JSON.parse(text)
const errorOf = ({ status, text }: { status: number; text: string }) => [status, graph(text).error?.code]

test('a new client secret is listed within half a minute, without its value, and accepted everywhere within four minutes', async () => {
  const { add, secrets, appToken, clock } = await start()
  const { keyId, secretText, endDateTime } = added((await add()).text)
  const value = secretText ?? ''
  clock.advance(2_000)
  const early = await appToken({ client_secret: value })
  expect([early.status, early.body.error_codes?.[0]]).toEqual([401, expect.toBeOneOf([7000215, 7000222])])
  clock.advance(28_000)
  expect((await secrets()).at(-1)).toMatchObject({ keyId, endDateTime, hint: value.slice(0, 3), secretText: null })
  clock.advance(4 * minute)
  expect((await appToken({ client_secret: value })).status).toBe(200)
})

test('a new client secret without an end lives two years', async () => {
  const { call, clock } = await start()
  const { endDateTime } = added((await call('/addPassword', {})).text)
  expect(Date.parse(endDateTime)).toBe(clock.now() + 730 * day)
})

test('a removed client secret is refused, and cannot be removed again', async () => {
  const { add, call, appToken, clock, secrets } = await start()
  const { keyId, secretText } = added((await add()).text)
  expect(errorOf(await call('/removePassword', { keyId }))).toEqual([409, 'Directory_ConcurrencyViolation'])
  clock.advance(2 * minute)
  expect((await call('/removePassword', { keyId })).status).toBe(204)
  expect((await appToken({ client_secret: secretText ?? '' })).body.error_codes).toEqual([7000215])
  expect(await secrets()).toHaveLength(1)
  expect(errorOf(await call('/removePassword', { keyId }))).toEqual([400, 'Request_BadRequest'])
})

test.each([
  ['is not an owner of its own registration', { ownsItself: false }],
  ['has no permission for applications', { appRoles: [] }],
])('an app that %s is refused with 403', async (_, change) => {
  const { entra, client, add } = await start()
  entra.updateClient(client.clientId, change)
  expect(errorOf(await add())).toEqual([403, 'Authorization_RequestDenied'])
})

test('an owner of itself cannot change another app, and an app that is not there is not found', async () => {
  const { entra, tenant, call } = await start()
  const other = entra.addClient({ tenantId: tenant.id })
  expect(errorOf(await call('', undefined, other.clientId))).toEqual([403, 'Authorization_RequestDenied'])
  expect(errorOf(await call('', undefined, 'nothing'))).toEqual([404, 'Request_ResourceNotFound'])
})

test('a policy that forbids client secrets, or long ones, refuses a new one and adds none', async () => {
  const { entra, tenant, add, secrets, clock } = await start()
  const id = 'policy'
  entra.updateTenant(tenant.id, { clientSecretPolicy: { id, additionForbidden: false, longestDays: 90 } })
  expect(errorOf(await add(91))).toEqual([400, 'CredentialInvalidLifetimeAsPerAppPolicy'])
  expect((await add(90)).status).toBe(200)
  entra.updateTenant(tenant.id, { clientSecretPolicy: { id, additionForbidden: true } })
  expect(errorOf(await add(1))).toEqual([400, 'CredentialTypeNotAllowedAsPerAppPolicy'])
  clock.advance(minute)
  expect(await secrets()).toHaveLength(2)
})

test('a throttled request says how long to wait, and adds nothing', async () => {
  let throttled = true
  const { add, secrets } = await start({
    faults: ({ path }) => (throttled && path.includes('addPassword') ? tooManyGraphRequests(30) : undefined),
  })
  const { status, headers } = await add()
  expect([status, headers.get('retry-after')]).toEqual([429, '30'])
  throttled = false
  expect(await secrets()).toHaveLength(1)
})

test('the app signs in only at a tenant, for a whole resource, and with its client secret', async () => {
  const { appToken, device, me } = await start()
  const codes = async (changes: Form, place?: string) => (await appToken(changes, place)).body.error_codes
  expect(await codes({}, 'organizations')).toEqual([50059])
  expect(await codes({ scope: 'https://graph.microsoft.com/User.Read.All' })).toEqual([1002012])
  expect(await codes({ client_id: device.clientId, client_secret: '' })).toEqual([7000216])
  const { body } = await appToken()
  expect(body.refresh_token).toBeUndefined()
  expect((await me(body.access_token)).status).toBe(400)
})
