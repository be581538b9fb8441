// What the bootstrap function does for client secrets that renew themselves.

import { expect } from 'vitest'
import { clientName } from '../../lambda/core/secrets/client.ts'
import type { Part } from './part.ts'
import { day, minute, type World } from './world.ts'

/** The domain of the client's tenant. */
const tenant = 'example.com'

const ownSecrets = { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] }

/** A client whose app may change its own client secrets, after a person has turned the renewal on. */
const start = async (world: World): Promise<void> => {
  const { entra, login, connect, bootstrap } = world
  entra.updateClient(login.client_id, ownSecrets)
  await connect('a')
  expect(await bootstrap({ client: login.client_id, renewal: 'start', tenant })).toMatchObject({ done: 'made' })
}

/** After this time a new client secret may be tried. */
const settle = ({ clock }: World): void => clock.advance(10 * minute)

const renewDue = ({ bootstrap }: World) => bootstrap({ renewal: 'due' })
const clientOf = ({ login }: World): string => clientName(login.client_id)
const storedSecrets = (world: World): readonly Record<string, unknown>[] => {
  const { client_secrets } = world.value('clients', clientOf(world))
  return Array.isArray(client_secrets) ? client_secrets : []
}

/** A client whose first client secret of ours is the one that apps get. */
const renewed = async (world: World): Promise<void> => {
  await start(world)
  settle(world)
  expect(await renewDue(world)).toMatchObject({ clients: 1, accepted: 1, failed: 0 })
}

export const renewalParts: readonly Part[] = [
  {
    name: 'the start of a renewal',
    run: async (world) => {
      await start(world)
      expect(storedSecrets(world)).toMatchObject([{ value: world.login.client_secret }, { made_at: expect.anything() }])
      expect(world.tags('clients', clientOf(world))['token-refresher:renewal-due']).not.toBe('')
    },
  },
  {
    name: 'giving apps a client secret that was just made',
    run: async (world) => {
      await renewed(world)
      expect(storedSecrets(world)).toMatchObject([
        { accepted_at: expect.anything() },
        { value: world.login.client_secret },
      ])
      expect(world.told(clientOf(world))).toContain('Client Secret Renewed')
    },
  },
  {
    name: 'making a client secret that is due',
    run: async (world) => {
      await renewed(world)
      world.clock.advance(149 * day)
      expect(await renewDue(world)).toMatchObject({ made: 0, failed: 0 })
      world.clock.advance(2 * day)
      expect(await renewDue(world)).toMatchObject({ made: 1, failed: 0 })
      expect(storedSecrets(world)).toHaveLength(3)
    },
  },
  {
    name: 'deleting a client secret that has expired',
    run: async (world) => {
      await renewed(world)
      world.clock.advance(151 * day)
      await renewDue(world)
      settle(world)
      expect(await renewDue(world)).toMatchObject({ accepted: 1 })
      const before = storedSecrets(world).map(({ value }) => value)
      world.clock.advance(40 * day)
      expect(await renewDue(world)).toMatchObject({ failed: 0 })
      const after = storedSecrets(world).map(({ value }) => value)
      expect(after.length).toBeLessThan(before.length)
      expect(after[0]).toBe(before[0])
    },
  },
  {
    name: 'telling that a client secret could not be renewed, and that it was',
    run: async (world) => {
      const { entra, login, clock } = world
      const client = clientOf(world)
      await renewed(world)
      clock.advance(151 * day)
      entra.updateClient(login.client_id, { appRoles: [] })
      expect(await renewDue(world)).toMatchObject({ failed: 1 })
      const reason = expect.stringContaining(' client:Authorization_RequestDenied')
      expect(world.tags('clients', client)).toMatchObject({ 'token-refresher:renewal-failed': reason })
      expect(world.told(client).at(-1)).toBe('Client Secret Not Renewed')
      entra.updateClient(login.client_id, ownSecrets)
      expect(await renewDue(world)).toMatchObject({ made: 1, failed: 0 })
      settle(world)
      expect(await renewDue(world)).toMatchObject({ accepted: 1 })
      expect(world.told(client).at(-1)).toBe('Client Secret Renewed')
      expect(world.tags('clients', client)).toMatchObject({ 'token-refresher:renewal-failed': '' })
    },
  },
]
