// What an administrator may not do, and what is made up when nothing is said.

import { expect, test } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { Entra } from '../../../local/entra/service.ts'

const start = (): Entra => new Entra({ clock: new ManualClock(0) })

test('ids, passwords and secrets are made up when they are not given', () => {
  const entra = start()
  const tenant = entra.addTenant({})
  const client = entra.addClient({ tenantId: tenant.id })
  expect(client).toMatchObject({ multiTenant: false, publicClient: false, consentedScopes: null })
  expect(entra.addClientSecret(client.clientId).value).toHaveLength(40)
  expect(entra.addUser({ tenantId: tenant.id, userName: 'a@contoso.example' }).password).toHaveLength(20)
})

test.each<{ name: string; act: (entra: Entra) => void; message: string }>([
  { name: 'an unknown tenant', act: (entra) => entra.addClient({ tenantId: 'x' }), message: 'no tenant "x"' },
  { name: 'an unknown client', act: (entra) => entra.addClientSecret('x'), message: 'no client "x"' },
  { name: 'an unknown user', act: (entra) => entra.revokeSessions('x'), message: 'no user "x"' },
  { name: 'the code of an unknown user', act: (entra) => entra.oneTimeCode('x'), message: 'no user "x"' },
])('$name is a mistake of the caller', ({ act, message }) => {
  expect(() => act(start())).toThrow(message)
})

test('a domain belongs to one tenant, a user name to one user', () => {
  const entra = start()
  const tenant = entra.addTenant({ domains: ['contoso.example'] })
  const other = entra.addTenant({})
  entra.addUser({ tenantId: tenant.id, userName: 'a@contoso.example' })
  expect(() => entra.addTenant({ domains: ['Contoso.example'] })).toThrow('another tenant')
  expect(() => entra.addUser({ tenantId: other.id, userName: 'b@contoso.example' })).toThrow('another tenant')
  expect(() => entra.addUser({ tenantId: tenant.id, userName: 'A@contoso.example' })).toThrow('already')
  expect(() => entra.addUser({ tenantId: tenant.id, userName: 'a' })).toThrow('no domain')
})
