// A connection whose tags do not say whose client it is: the gate of its client is closed to it all the same.

import { UntagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { expect, it } from 'vitest'
import { tags } from '../../../lambda/contract.ts'
import { embedded } from '../../support/embedded.ts'

it('asks no provider while its client is at fault, except for the probe once a day', async () => {
  const e = await embedded()
  const { value } = e.entra.addClientSecret(e.clientId, { expiresAt: e.clock.now() + 30 * 60_000 })
  await e.connect('a', { client_secret: value })
  await e.tickAfter(63)
  await e.aws.send(
    new UntagResourceCommand({ SecretId: 'token-refresher/grants/a', TagKeys: [tags.client, tags.seal] }),
  )
  const before = e.refreshRequests()
  for (let ticks = 0; ticks < 12 * 20; ticks++) await e.tickAfter(5)
  expect(e.refreshRequests() - before).toBe(0)
  for (let ticks = 0; ticks < 12 * 8; ticks++) await e.tickAfter(5)
  expect(e.refreshRequests() - before).toBe(1)
})

it('and is refreshed again once the client works', async () => {
  const e = await embedded()
  const { value } = e.entra.addClientSecret(e.clientId, { expiresAt: e.clock.now() + 30 * 60_000 })
  await e.connect('a', { client_secret: value })
  await e.tickAfter(63)
  await e.aws.send(new UntagResourceCommand({ SecretId: 'token-refresher/grants/a', TagKeys: [tags.client] }))
  await e.storeLogin('client', { client_id: e.clientId, client_secret: e.entra.addClientSecret(e.clientId).value })
  await e.changeClientSecret({ client: e.clientId, login: e.secret('logins', 'client').arn })
  await e.tickAfter(5)
  await e.tickAfter(5)
  expect(e.problems('a')).toEqual([])
})
