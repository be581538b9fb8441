// The owner of a connection: signs in, and signs in again when that has not worked or the connection needs it.

import { readStatus } from '../../../lambda/core/tags/status.ts'
import { currentOf } from '../world/secrets.ts'
import { credentialsOf, storeLogin } from '../world/setup.ts'
import type { World } from '../world/world.ts'

const minute = 60_000

/** An owner who is signing in does not start a second time. */
const busy = new WeakMap<World, Set<string>>()

/** Whose each connection is, where a person has said that it is to be another user's. */
const owners = new WeakMap<World, Map<string, string>>()

export const ownerOf = (world: World, connection: string): string => owners.get(world)?.get(connection) ?? connection

/** A person has said that the connection is another user's from now on. */
export const handOver = (world: World, connection: string, account: string): void => {
  owners.set(world, (owners.get(world) ?? new Map()).set(connection, account))
}

/**
 * Signs in for a connection once, as any account: a wrong one is not tried again.
 *
 * @param change what the login says besides
 */
export const signInAs = (
  world: World,
  connection: string,
  { account, change = {} }: { readonly account: string; readonly change?: Record<string, unknown> },
): void => {
  const { engine } = world
  if (busy.get(world)?.has(connection)) return
  engine.story.line(engine.now(), account, `signs in for ${connection}`)
  storeLogin(world, connection, { ...credentialsOf(world, account), ...change })
  world.bootstrap({ connection })
}

/** Hands over a login and starts the bootstrap; again a while later for as long as there is no connection. */
export const connect = (world: World, connection: string, change: Record<string, unknown> = {}): void => {
  const { engine } = world
  const names = busy.get(world) ?? new Set()
  busy.set(world, names)
  if (names.has(connection)) return
  names.add(connection)
  engine.story.line(engine.now(), 'owner', `hands over a login of ${connection}`)
  const moved = owners.get(world)?.has(connection) && { another_account: true }
  storeLogin(world, connection, { ...credentialsOf(world, ownerOf(world, connection)), ...moved, ...change })
  const bootstrap = world.bootstrap({ connection })
  // Lambda may deliver an event twice, and a command that takes long repeats it.
  const key = `${connection} ${engine.now()}`
  const twice = world.draw.chance(`twice ${key}`, 0.2)
  if (twice)
    engine.at(engine.now() + world.draw.between(`again ${key}`, 0, minute), () => world.bootstrap({ connection }))
  engine.at(engine.now() + 60 * minute, () => {
    names.delete(connection)
    const works = bootstrap.state === 'answered' && world.secrets.find({ room: 'grants', name: connection })
    if (!works) connect(world, connection, change)
  })
}

/** Looks after it twice a day. */
export const lookAfter = (world: World, connection: string, change: Record<string, unknown> = {}): void => {
  const { engine, secrets } = world
  engine.at(engine.now() + 12 * 60 * minute, () => {
    const secret = secrets.find({ room: 'grants', name: connection })
    const { failure } = readStatus(Object.fromEntries(secret?.tags ?? []), currentOf(secret)?.id)
    // What an administrator has to mend, and will, is tried again by itself.
    const dead = failure?.status === 'action-required' && failure.class === 'reauthorize'
    if (dead && secret?.deletionAt === undefined) connect(world, connection, change)
    lookAfter(world, connection, change)
  })
}
