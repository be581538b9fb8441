// What the bootstrap does.

import { expect } from 'vitest'
import { clientName } from '../../lambda/core/secrets/client.ts'
import type { Part } from './part.ts'
import type { World } from './world.ts'

/** What apps find: a live token, of this generation. */
export const expectPublished = ({ entra, value }: World, connection: string, generation: number): void => {
  const published = value('connections', connection)
  expect(published.generation).toBe(generation)
  expect(entra.isLive(String(published.access_token))).toBe(true)
}

export const bootstrapParts: readonly Part[] = [
  {
    name: 'a first bootstrap',
    run: async (world) => {
      expect(await world.connect('a')).toMatchObject({ connection: 'a', status: 'healthy' })
      expectPublished(world, 'a', 1)
      expect(world.secret('logins', 'a')).toBeUndefined()
      expect(world.tags('grants', 'a')).toMatchObject({ 'token-refresher:status': 'healthy' })
      expect(world.told('a')).toEqual(['Connection Bootstrapped', 'Connection Published'])
      const changed = expect.stringMatching(/^1 access_token .* token_type$/)
      expect(world.tags('grants', 'a')).toMatchObject({
        'token-refresher:changed': changed,
        'token-refresher:changed-told': '1',
      })
    },
  },
  {
    name: 'a second bootstrap, in another mode',
    run: async (world) => {
      await world.connect('a')
      await world.connect('a', { mode: 'keep-alive', publish: 'connection_values' })
      expectPublished(world, 'a', 2)
      expect(world.value('connections', 'a')).toHaveProperty('refresh_token')
      expect(world.tags('grants', 'a')).toMatchObject({ 'token-refresher:mode': 'keep-alive' })
    },
  },
  {
    name: 'a second connection of a known client',
    run: async (world) => {
      const { client_secret: _, ...login } = world.login
      await world.connect('a')
      await world.connect('b', { ...login, client_secret: undefined })
      expectPublished(world, 'b', 1)
    },
  },
  {
    name: 'a bootstrap with another client secret',
    run: async (world) => {
      const { entra, login, clock } = world
      await world.connect('a')
      const expires = new Date(clock.now() + 400 * 86_400_000)
      const { value } = entra.addClientSecret(login.client_id, { expiresAt: expires.getTime() })
      await world.connect('a', { client_secret: value, client_secret_expires_at: expires.toISOString() })
      const { client_secrets } = world.value('clients', clientName(login.client_id))
      expect(client_secrets).toMatchObject([{ value }, { value: login.client_secret }])
    },
  },
  {
    name: 'a bootstrap after removal, within the recovery window',
    run: async (world) => {
      await world.connect('a')
      await world.remove('grants', 'a')
      await world.remove('connections', 'a')
      await world.connect('a')
      expectPublished(world, 'a', 2)
      expect(world.secret('grants', 'a')?.deletionAt).toBeUndefined()
      expect(world.secret('connections', 'a')?.deletionAt).toBeUndefined()
    },
  },
  {
    name: 'a login that is refused',
    run: async (world) => {
      await expect(world.connect('a', { password: 'not-the-password' })).rejects.toThrow('AADSTS50126')
      expect(world.secret('logins', 'a')).toBeUndefined()
      expect(world.secret('grants', 'a')).toBeUndefined()
    },
  },
  {
    name: 'a login that was not judged, and is kept',
    run: async (world) => {
      world.entra.answerTooManyRequests()
      await expect(world.connect('a')).rejects.toThrow('throttled')
      await world.bootstrap({ connection: 'a' })
      expectPublished(world, 'a', 1)
    },
  },
  {
    name: 'a login with a name of its own',
    run: async (world) => {
      await world.storeLogin('from-anna', { connection: 'a' })
      await world.bootstrap({ connection: 'a', login: 'token-refresher/logins/from-anna' })
      expectPublished(world, 'a', 1)
      expect(world.secret('logins', 'from-anna')).toBeUndefined()
    },
  },
]
