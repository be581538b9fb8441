// What the refresher does when the provider refuses.

import { expect } from 'vitest'
import { clientName } from '../../lambda/core/secrets/client.ts'
import { withFields } from '../../local/entra/on-demand.ts'
import { expectPublished } from './bootstrap-parts.ts'
import type { Part } from './part.ts'
import { connectDue } from './refresh-parts.ts'
import { day, minute } from './world.ts'

export const failureParts: readonly Part[] = [
  {
    name: 'saving a refresh token from an answer that cannot be used',
    run: async (world) => {
      await connectDue(world)
      const before = world.value('grants', 'a').refresh_token
      world.entra.shapeNext(withFields({ access_token: undefined }), { times: 2 })
      expect(await world.refresh()).toMatchObject({ refreshed: 0, failed: { transient: 1 } })
      const after = String(world.value('grants', 'a').refresh_token)
      expect(after).not.toBe(before)
      expect(world.entra.wouldAccept(after)).toBe(true)
      expect(world.tags('grants', 'a')).toMatchObject({ 'token-refresher:failures': '1' })
    },
  },
  {
    name: 'telling that a connection needs a person',
    run: async (world) => {
      const { entra, login, clock } = world
      await connectDue(world)
      entra.revokeSessions(login.username)
      expect(await world.refresh()).toMatchObject({ failed: { reauthorize: 1 } })
      expect(world.tags('grants', 'a')).toMatchObject({ 'token-refresher:status': 'retrying' })
      clock.advance(5 * minute)
      expect(await world.refresh()).toMatchObject({ failed: { reauthorize: 1 } })
      const told = 'action-required reauthorize:AADSTS50173'
      const needsPerson = { 'token-refresher:status': 'action-required', 'token-refresher:told': told }
      expect(world.tags('grants', 'a')).toMatchObject(needsPerson)
      expect(world.told('a')).toContain('Connection Action Required')
      expect(world.linked('a')).toBe(true)
      await world.connect('a')
      expectPublished(world, 'a', 2)
    },
  },
  {
    name: 'telling that a connection has recovered',
    run: async (world) => {
      await connectDue(world)
      world.entra.answerWith({ code: 50076, times: 2 })
      expect(await world.refresh()).toMatchObject({ failed: { policy: 1 } })
      world.clock.advance(5 * minute)
      expect(await world.refresh()).toMatchObject({ failed: { policy: 1 } })
      world.clock.advance(2 * day)
      expect(await world.refresh()).toMatchObject({ refreshed: 1 })
      expect(world.told('a')).toEqual([
        'Connection Bootstrapped',
        'Connection Published',
        'Connection Action Required',
        'Connection Recovered',
      ])
      expect(world.tags('grants', 'a')).toMatchObject({ 'token-refresher:told': 'healthy' })
    },
  },
  {
    name: 'telling that a client is at fault, and that it works again',
    run: async (world) => {
      const { entra, login, clientSecretKeyId } = world
      const client = clientName(login.client_id)
      await connectDue(world)
      entra.removeClientSecret(login.client_id, clientSecretKeyId)
      expect(await world.refresh()).toMatchObject({ failed: { client: 1 } })
      world.clock.advance(5 * minute)
      expect(await world.refresh()).toMatchObject({ failed: { client: 1 } })
      const told = 'action-required client:AADSTS7000215'
      const needsPerson = { 'token-refresher:status': 'action-required', 'token-refresher:told': told }
      expect(world.tags('clients', client)).toMatchObject(needsPerson)
      entra.addClientSecret(login.client_id, { value: login.client_secret })
      expect(await world.refresh({ connections: ['a'], force: true })).toMatchObject({ refreshed: 1 })
      expect(world.tags('clients', client)).toMatchObject({ 'token-refresher:told': 'healthy' })
      expect(world.told(client)).toEqual([
        'Connection Bootstrapped',
        'Connection Published',
        'Client Action Required',
        'Client Recovered',
      ])
    },
  },
]
