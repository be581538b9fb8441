// What the sign-in page does, and the bootstrap function for it.

import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { titleIn } from '../../local/owner.ts'
import { redirectUri, walk } from '../support/sign-in-walk.ts'
import { expectPublished } from './bootstrap-parts.ts'
import type { Part } from './part.ts'
import type { World } from './world.ts'

const linkOf = (answer: object): string => ('link' in answer && typeof answer.link === 'string' ? answer.link : '')

const linkFor = async ({ bootstrap, entra, login }: World, connection: string, invitation?: string) => {
  entra.updateClient(login.client_id, { redirectUris: [redirectUri] })
  const link = { days: 3, by: 'anna' }
  return linkOf(await bootstrap({ connection, link, ...(invitation !== undefined && { login: invitation }) }))
}

export const signInParts: readonly Part[] = [
  {
    name: 'a sign-in by link, for a connection that exists',
    run: async (world) => {
      await world.connect('a')
      const answer = await walk(world.page, await linkFor(world, 'a'), world.login)
      expect(titleIn(answer.body)).toBe('Done')
      expectPublished(world, 'a', 2)
    },
  },
  {
    name: 'a sign-in by link, for a new connection',
    run: async (world) => {
      const { username, password: _, ...invited } = world.login
      const name = `b.invitation-${randomUUID()}`
      await world.storeLogin(name, {
        ...invited,
        connection: 'b',
        username: undefined,
        password: undefined,
        expected_username: username,
      })
      const link = await linkFor(world, 'b', `token-refresher/logins/${name}`)
      expect(titleIn((await walk(world.page, link, world.login)).body)).toBe('Done')
      expectPublished(world, 'b', 1)
      expect(world.secret('logins', name)).toBeUndefined()
    },
  },
]
