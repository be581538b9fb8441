// An app: reads what is published for its connection, holds it for as long as it may, and reads again.

import { readerCacheMinutes } from '../../../lambda/contract.ts'
import type { Draw } from '../engine/draw.ts'
import type { WorldEvent } from '../world/events.ts'
import { currentOf, type Version } from '../world/secrets.ts'
import type { World } from '../world/world.ts'

export interface Reading {
  readonly world: World
  readonly draw: Draw
  readonly connection: string
  readonly watch: (event: WorldEvent) => void
}

export const read = (reading: Reading, held?: Version, number = 0): void => {
  const { world, draw, connection, watch } = reading
  const { engine, secrets } = world
  const secret = secrets.find({ room: 'connections', name: connection })
  const version = secret?.deletionAt === undefined ? currentOf(secret) : undefined
  watch({ kind: 'read', connection, version, held })
  const cached = draw.between(`${connection} holds ${number}`, 0, readerCacheMinutes * 60_000)
  engine.at(engine.now() + cached, () => read(reading, version, number + 1))
}
