// What the refresher does while nothing is wrong, and after a crash.

import { expect } from 'vitest'
import { clientName } from '../../lambda/core/secrets/client.ts'
import type { Dependencies } from '../../lambda/ports.ts'
import { claimLabel } from '../../lambda/usecases/secrets/claim.ts'
import { expectPublished } from './bootstrap-parts.ts'
import type { Part } from './part.ts'
import { day, minute, type World } from './world.ts'

const nothing = { refreshed: 0, published: 0, fresh: 0, failed: {}, left: 0 }

/** Any access token of Entra's is due after this. */
export const due = 90 * minute

/** A connection whose refresh is due. */
export const connectDue = async ({ connect, clock }: World, change: Record<string, unknown> = {}): Promise<void> => {
  await connect('a', change)
  clock.advance(due)
}

/** A process that dies when it comes to publish. */
const dyingBeforePublish = ({ store }: Dependencies): Partial<Dependencies> => ({
  store: {
    ...store,
    create: async (write, tags) => (write.room === 'connections' ? die() : store.create(write, tags)),
    put: async (write, stage) => ('room' in write && write.room === 'connections' ? die() : store.put(write, stage)),
  },
})

const die = (): never => {
  throw new Error('the process died here')
}

export const refreshParts: readonly Part[] = [
  {
    name: 'a tick with nothing due',
    run: async (world) => {
      await world.connect('a')
      expect(await world.refresh()).toEqual({ ...nothing, fresh: 1 })
    },
  },
  {
    name: 'a tick that is due',
    run: async (world) => {
      await connectDue(world)
      expect(await world.refresh()).toEqual({ ...nothing, refreshed: 1 })
      expectPublished(world, 'a', 2)
      expect(await world.refresh()).toEqual({ ...nothing, fresh: 1 })
    },
  },
  {
    name: 'a refresh by name',
    run: async (world) => {
      await world.connect('a')
      const outcomes = [{ connection: 'a', outcome: 'refreshed' }]
      const answer = await world.refresh({ connections: ['a'], force: true })
      expect(answer).toEqual({ ...nothing, refreshed: 1, outcomes })
    },
  },
  {
    name: 'a tick after a crash, where nothing was published yet',
    run: async (world) => {
      await world.storeLogin('a')
      const dying = dyingBeforePublish(world.dependencies.bootstrap)
      await expect(world.bootstrap({ connection: 'a' }, dying)).rejects.toThrow('died')
      expect(world.secret('connections', 'a')).toBeUndefined()
      expect(await world.refresh()).toEqual({ ...nothing, published: 1 })
      expectPublished(world, 'a', 1)
      expect(world.tags('connections', 'a')).toEqual({ 'token-refresher:connection': 'a' })
      expect(world.told('a')).toEqual(['Connection Published'])
    },
  },
  {
    name: 'a tick after a crash, where something older is published',
    run: async (world) => {
      await connectDue(world)
      await expect(world.refresh({}, dyingBeforePublish(world.dependencies.refresh))).rejects.toThrow('at die')
      expect(world.value('connections', 'a').generation).toBe(1)
      expect(await world.refresh()).toEqual({ ...nothing, published: 1 })
      expectPublished(world, 'a', 2)
    },
  },
  {
    name: 'the claim on a single-use refresh token',
    run: async (world) => {
      await connectDue(world, { rotation: 'single-use' })
      expect(await world.refresh()).toEqual({ ...nothing, refreshed: 1 })
      const versions = [...(world.secret('grants', 'a')?.versions.values() ?? [])]
      expect(versions.filter(({ labels }) => labels.includes(claimLabel))).toHaveLength(1)
    },
  },
  {
    name: 'remembering the client secret that was accepted',
    run: async (world) => {
      const { entra, login } = world
      await world.connect('a')
      const newer = entra.addClientSecret(login.client_id)
      await connectDue(world, { client_secret: newer.value })
      entra.removeClientSecret(login.client_id, newer.keyId)
      expect(await world.refresh()).toEqual({ ...nothing, refreshed: 1 })
      const { client_secrets } = world.value('clients', clientName(login.client_id))
      expect(client_secrets).toMatchObject([{ value: login.client_secret }, { value: newer.value }])
    },
  },
  {
    name: 'the warning before a client secret expires',
    run: async (world) => {
      const client = clientName(world.login.client_id)
      const expires = new Date(world.clock.now() + 30 * day).toISOString()
      await world.connect('a', { client_secret_expires_at: expires })
      expect(await world.refresh()).toEqual({ ...nothing, fresh: 1 })
      expect(world.told(client)).toContain('Client Secret Expiring')
      expect(world.tags('clients', client)).toMatchObject({ 'token-refresher:client-secret-warned': `${expires} 30` })
    },
  },
]
