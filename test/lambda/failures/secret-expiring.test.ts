// A client secret that expires, on the embedded stack: its owners are warned in good time.

import { expect, test } from 'vitest'
import { clientSecretWarningDays } from '../../../lambda/contract.ts'
import { day, embedded } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

test('a client secret that expires is warned of at 60, 30 and 7 days, once each', async () => {
  const stack = await embedded({ reach: withoutNetwork })
  const expires = new Date(stack.clock.now() + 80 * day)
  await stack.connect('sales-mailbox', { client_secret_expires_at: expires.toISOString(), mode: 'keep-alive' })
  const warned: number[] = []
  const end = expires.getTime() - day
  while (stack.clock.now() < end) {
    const before = stack.eventBus.entries.length
    await stack.tickAfter(6 * 63)
    const expiring = stack.eventBus.entries
      .slice(before)
      .filter(({ detailType }) => detailType === 'Client Secret Expiring')
    for (const _ of expiring) warned.push(Math.round((expires.getTime() - stack.clock.now()) / day))
  }
  expect(warned).toEqual([...clientSecretWarningDays])
})
