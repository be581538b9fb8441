// The schedule: a tick for each shard every few minutes, sometimes twice, sometimes not at all.

import { flexibleWindowMinutes } from '../../../lambda/contract.ts'
import type { Chance } from '../search/chance.ts'
import type { Swarm } from '../search/swarm.ts'
import type { WorldEvent } from '../world/events.ts'
import type { World } from '../world/world.ts'

const minute = 60_000

export interface Scheduling {
  readonly world: World
  readonly chance: Chance
  readonly swarm: Swarm
  readonly watch: (event: WorldEvent) => void
}

export const schedule = (scheduling: Scheduling, number = 0): void => {
  const { world, chance, swarm, watch } = scheduling
  const { engine } = world
  const began = engine.now()
  const flexible = chance.draw.between(`flexible ${number}`, 0, flexibleWindowMinutes * minute)
  for (let shard = 0; shard < swarm.shards; shard++) {
    const name = `tick-${number}${swarm.shards > 1 ? `/${shard}` : ''}`
    const event = swarm.shards > 1 ? { shard, of: swarm.shards } : {}
    engine.at(began + flexible, () => {
      watch({ kind: 'looked' })
      if (chance.happens(`${name} is missed`, swarm.missedTicks)) world.disturb('a tick is missed')
      else world.refresh(event, name)
    })
    if (chance.happens(`${name} is doubled`, swarm.doubleTicks)) {
      const later = chance.draw.between(`double ${name}`, 0, minute)
      engine.at(began + flexible + later, () => world.refresh(event, `${name}-again`))
    }
  }
  engine.at(began + swarm.everyMinutes * minute, () => schedule(scheduling, number + 1))
}
