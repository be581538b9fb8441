// A connection that stands: bootstrapped without trouble, refreshed a few times, as the beginning of many stories.

import type { Rotation } from '../../../lambda/contract.ts'
import { readStatus } from '../../../lambda/core/tags/status.ts'
import type { Conductor } from '../engine/conductor.ts'
import { currentOf } from './secrets.ts'
import { World, type WorldState } from './world.ts'

export const clientId = 'client'

/** Nothing goes wrong, and the longest waiting process continues. */
export const calm: Conductor = {
  stepMilliseconds: 1,
  pick: ([first]) => {
    if (first === undefined) throw new Error('no one is ready')
    return first
  },
  latency: () => 0,
  fate: ({ fates }) => fates[0] ?? '',
  lag: () => 0,
}

/** What an operator hands over for a connection. */
export const loginOf = (world: World, connection: string, change: Record<string, unknown> = {}) => {
  const { provider } = world
  const client = typeof change.client_id === 'string' ? change.client_id : clientId
  return {
    client_id: client,
    client_secret: provider.newestSecret(client) ?? provider.addClientSecret(client),
    token_endpoint: provider.tokenEndpoint,
    rotation: provider.rotation,
    scope: 'mail',
    ...credentialsOf(world, connection),
    ...change,
  }
}

/** @param account the name of a user, who is made when there is none */
export const credentialsOf = ({ provider }: World, account: string) => ({
  username: `${account}@example.com`,
  password: provider.state.users.get(account) ?? provider.addUser(account),
})

/** As a person does: in place of one that is there. */
export const storeLogin = (world: World, connection: string, change: Record<string, unknown> = {}): void => {
  const text = JSON.stringify(loginOf(world, connection, change))
  const id = { room: 'logins', name: connection } as const
  const versionId = world.draw.uuid(`login ${connection} ${world.engine.now()}`)
  const by = { name: 'operator', kind: 'operator' }
  if (world.secrets.find(id) === undefined) world.secrets.create(id, { versionId, text, tags: {} }, by)
  else world.secrets.put(id, { versionId, text }, by)
}

/** When the connection is due next, as its tags say. */
export const dueAt = (world: World, connection: string): number => {
  const secret = world.secrets.find({ room: 'grants', name: connection })
  const { next } = readStatus(Object.fromEntries(secret?.tags ?? []), currentOf(secret)?.id)
  if (next === undefined) throw new Error(`${connection} is not due at any time`)
  return next.getTime()
}

/** @param refreshes how often they have been refreshed since their bootstraps; they are due now */
export const standing = async (
  rotation: Rotation,
  connections: readonly string[],
  refreshes: number,
): Promise<WorldState> => {
  const world = new World({ conductor: calm, rotation, lifetime: 3600, watch: () => {} })
  for (const connection of connections) {
    storeLogin(world, connection)
    const bootstrap = world.bootstrap({ connection })
    await world.engine.run()
    if (bootstrap.state !== 'answered') throw new Error(`the bootstrap ${bootstrap.state}: ${bootstrap.result}`)
  }
  const allDue = () => Math.max(...connections.map((connection) => dueAt(world, connection)))
  for (let refresh = 0; refresh < refreshes; refresh++) {
    await world.engine.run(allDue())
    world.refresh()
    await world.engine.run()
  }
  await world.engine.run(allDue())
  return world.state
}
