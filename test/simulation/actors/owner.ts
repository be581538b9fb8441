// The owner of a connection: signs in, and signs in again when that has not worked or the connection needs it.

import { readStatus } from '../../../lambda/core/tags/status.ts'
import { currentOf } from '../world/secrets.ts'
import { storeLogin } from '../world/setup.ts'
import type { World } from '../world/world.ts'

const minute = 60_000

/** An owner who is signing in does not start a second time. */
const busy = new WeakMap<World, Set<string>>()

/** Hands over a login and starts the bootstrap; again a while later for as long as there is no connection. */
export const connect = (world: World, connection: string, change: Record<string, unknown> = {}): void => {
  const { engine } = world
  const names = busy.get(world) ?? new Set()
  busy.set(world, names)
  if (names.has(connection)) return
  names.add(connection)
  engine.story.line(engine.now(), 'owner', `hands over a login of ${connection}`)
  storeLogin(world, connection, change)
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
