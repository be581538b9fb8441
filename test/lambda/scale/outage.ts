// A provider that was away for a day: what it leaves to do, and how the ticks after it catch up.

import { hour, minute, scaleWorld } from './world.ts'

const outageMilliseconds = 24 * hour
const everyMilliseconds = 5 * minute
const promisedMilliseconds = 15 * minute

/** Every tenth has been refreshed at the very end of the outage, and lapses on the way unless it is seen to in time. */
const isSaved = (index: number): boolean => index % 10 === 0

export interface CaughtUp {
  readonly refreshed: number
  readonly ticks: number
  /** From the first tick on. */
  readonly began: number
  /** When each write was made. */
  readonly puts: readonly number[]
  /** Connections whose token was still good at the end of the outage. */
  readonly saved: readonly string[]
  /** Those of them of which readers found less left than they are promised. */
  readonly lapses: readonly string[]
}

export const catchUp = async (connections: number): Promise<CaughtUp> => {
  const world = worldAfterOutage(connections)
  const indices = Array.from({ length: connections }, (_, index) => index)
  const saved = indices.filter(isSaved).map((index) => `c${index}`)
  const began = world.clock.now()
  const lapses: string[] = []
  let refreshed = 0
  let ticks = 0
  for (; refreshed < connections && ticks < 20; ticks++) {
    world.clock.advance(Math.max(0, began + ticks * everyMilliseconds - world.clock.now()))
    const expiries = new Map(saved.map((name) => [name, world.grantOf(name).expires_at.getTime()]))
    refreshed += (await world.tick()).refreshed
    for (const [name, expires] of expiries) {
      const isStale = world.grantOf(name).expires_at.getTime() === expires
      if (isStale && expires - promisedMilliseconds < world.clock.now()) lapses.push(name)
    }
  }
  return { refreshed, ticks, began, puts: world.puts, saved, lapses }
}

const worldAfterOutage = (connections: number) => {
  const world = scaleWorld({
    connections,
    grant: (index, start) => {
      if (!isSaved(index)) return {}
      const refreshed = new Date(start.getTime() + outageMilliseconds - 40 * minute)
      return { refreshed_at: refreshed, expires_at: new Date(refreshed.getTime() + (58 + (index % 7)) * minute) }
    },
  })
  world.clock.advance(outageMilliseconds)
  return world
}
