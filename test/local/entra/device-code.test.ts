// The device code grant: a device polls while a person signs in on a page elsewhere.

import { describe, expect, test } from 'vitest'
import { type Form, hiddenFields, minute, startWithUser, type TestEntra } from './harness.ts'

interface DeviceCodeBody {
  readonly user_code: string
  readonly device_code: string
  readonly verification_uri: string
  readonly expires_in: number
  readonly interval: number
  readonly message: string
}

const start = async () => {
  const entra = await startWithUser()
  const client_id = entra.device.clientId
  const scope = 'Mail.ReadWrite offline_access'
  const response = await entra.post('organizations/oauth2/v2.0/devicecode', { client_id, scope })
  expect(response.status).toBe(200)
  const codes = (await response.json()) as DeviceCodeBody
  const { device_code } = codes
  const poll = () => entra.ask({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id, device_code })
  const type = async (form: Form): Promise<string> =>
    (await fetch(codes.verification_uri, { method: 'POST', body: new URLSearchParams(form) })).text()
  return { ...entra, codes, poll, type, approve: () => type({ user_code: codes.user_code, ...entra.asUser }) }
}

const refreshAsDevice = ({ ask, device }: TestEntra, refresh_token: string) =>
  ask({ grant_type: 'refresh_token', client_id: device.clientId, refresh_token })

test('the answer says where to go, what to type, and how often to ask', async () => {
  const { codes, url } = await start()
  expect(codes).toMatchObject({ expires_in: 900, interval: 5, verification_uri: `${url}/common/oauth2/deviceauth` })
  expect(codes.user_code).toMatch(/^[A-Z0-9]{9}$/)
  expect(codes.message).toContain(codes.user_code)
  expect(await (await fetch(codes.verification_uri)).text()).toContain('name="user_code"')
})

test('polling is pending until the person has signed in, then gives tokens once', async () => {
  const entra = await start()
  const pending = await entra.poll()
  expect(pending.status).toBe(400)
  expect(pending.body).toMatchObject({ error: 'authorization_pending', error_codes: [70016] })
  await entra.approve()
  const { status, body } = await entra.poll()
  expect(status).toBe(200)
  expect((await refreshAsDevice(entra, body.refresh_token)).status).toBe(200)
  expect((await entra.poll()).body.error_codes).toEqual([54005])
})

test('the user code may be typed in lower case', async () => {
  const { type, codes, asUser, poll } = await start()
  await type({ user_code: ` ${codes.user_code.toLowerCase()} `, ...asUser })
  expect((await poll()).status).toBe(200)
})

test('a person who declines ends it', async () => {
  const { type, codes, poll } = await start()
  await type({ user_code: codes.user_code, action: 'cancel' })
  expect((await poll()).body.error).toBe('authorization_declined')
})

test('a second factor is asked for on the page', async () => {
  const { type, approve, entra, user, poll } = await start()
  entra.updateUser(user.userName, { mfa: true })
  const fields = hiddenFields(await approve())
  expect((await poll()).body.error).toBe('authorization_pending')
  await type({ ...fields, otc: entra.oneTimeCode(user.userName) })
  expect((await poll()).status).toBe(200)
})

describe('limits', () => {
  test('a code lives for fifteen minutes', async () => {
    const { clock, poll, approve } = await start()
    clock.advance(15 * minute - 1)
    expect((await poll()).body.error).toBe('authorization_pending')
    clock.advance(1)
    expect((await poll()).body).toMatchObject({ error: 'expired_token', error_codes: [70019] })
    expect(await approve()).toContain('AADSTS70019')
  })

  test('codes that no one issued are not known', async () => {
    const { ask, device, type, asUser } = await start()
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: device.clientId }
    expect((await ask({ ...form, device_code: 'none' })).body.error).toBe('bad_verification_code')
    expect(await type({ user_code: 'NONE', ...asUser })).toContain('AADSTS70018')
  })
})

test('a confidential client must send its secret', async () => {
  const { ask, post, client, asClient } = await start()
  const response = await post('organizations/oauth2/v2.0/devicecode', {
    client_id: client.clientId,
    scope: 'User.Read',
  })
  const { device_code } = (await response.json()) as DeviceCodeBody
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code }
  expect((await ask({ ...form, client_id: client.clientId })).body.error_codes).toEqual([7000218])
  expect((await ask({ ...form, ...asClient })).body.error_codes).toEqual([70016])
})

test('a policy against device codes kills tokens that began with one, through all refreshes, and no others', async () => {
  const entra = await start()
  await entra.approve()
  const first = (await entra.poll()).body
  const second = (await refreshAsDevice(entra, first.refresh_token)).body
  const other = await entra.signIn()
  entra.entra.updateTenant(entra.tenant.id, { deviceCodeBlocked: true })
  expect((await refreshAsDevice(entra, second.refresh_token)).body.error_codes).toEqual([530036])
  expect((await entra.refresh(other.refresh_token)).status).toBe(200)
})
