// A connection whose tags do not name its client: the breaker of its client is open to it all the same.

import { UntagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { expect, it } from 'vitest'
import { tags } from '../../../lambda/contract.ts'
import { type Embedded, embedded } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

/** Refused twice, and so is the first probe. */
const atFault = async (e: Embedded): Promise<void> => {
  await e.tickAfter(63)
  await e.tickAfter(5)
  await e.tickAfter(5)
  expect(e.status('a').failure).toMatchObject({ status: 'action-required', concerns: 'held' })
}

it('asks no provider while its client is at fault, except for the probe once an hour', async () => {
  const e = await embedded({ reach: withoutNetwork })
  const { value } = e.entra.addClientSecret(e.clientId, { expiresAt: e.clock.now() + 30 * 60_000 })
  await e.connect('a', { client_secret: value })
  await atFault(e)
  await e.aws.send(
    new UntagResourceCommand({ SecretId: 'token-refresher/grants/a', TagKeys: [tags.client, tags.seal] }),
  )
  const before = e.refreshRequests()
  for (let ticks = 0; ticks < 12 * 20; ticks++) await e.tickAfter(5)
  expect(e.refreshRequests() - before).toBeGreaterThanOrEqual(19)
  expect(e.refreshRequests() - before).toBeLessThanOrEqual(20)
})

it('and is refreshed again once the client works', async () => {
  const e = await embedded({ reach: withoutNetwork })
  const { value } = e.entra.addClientSecret(e.clientId, { expiresAt: e.clock.now() + 30 * 60_000 })
  await e.connect('a', { client_secret: value })
  await atFault(e)
  await e.aws.send(new UntagResourceCommand({ SecretId: 'token-refresher/grants/a', TagKeys: [tags.client] }))
  await e.storeLogin('client', { client_id: e.clientId, client_secret: e.entra.addClientSecret(e.clientId).value })
  await e.changeClientSecret({ client: e.clientId, login: e.secret('logins', 'client').arn })
  await e.tickAfter(5)
  await e.tickAfter(5)
  expect(e.problems('a')).toEqual([])
})
