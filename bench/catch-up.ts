// What an outage of a day leaves to do, and how long that takes: the real code of a tick over ports in memory, on a
// clock that jumps.

import { quotas, writesPerRefresh } from '../lambda/usecases/pace.ts'
import { hour, minute, mostInOneSecond, scaleWorld } from '../test/lambda/scale/world.ts'
import { tableOf } from './figures.ts'

const outageMilliseconds = 24 * hour
const everyMilliseconds = 5 * minute
const promisedMilliseconds = 15 * minute

export interface CatchUp {
  /** From the first tick to the last write, beside what the quota alone would take. */
  readonly besideQuota: number
  /** The same without the time between the end of a tick's work and the next tick. */
  readonly workingBesideQuota: number
  /** Tokens still good at the end of the outage that readers found with less left than they are promised. */
  readonly lapses: number
}

/** Every tenth has been refreshed at the very end of the outage, and lapses on the way unless it is seen to in time. */
const isSaved = (index: number): boolean => index % 10 === 0

export const measureCatchUp = async (connections: number, say: (text: string) => void): Promise<CatchUp> => {
  const world = worldAfterOutage(connections)
  const saved = Array.from({ length: connections }, (_, index) => index)
    .filter(isSaved)
    .map((index) => `c${index}`)
  const began = world.clock.now()
  let refreshed = 0
  let ticks = 0
  let lapses = 0
  for (; refreshed < connections && ticks < 100; ticks++) {
    world.clock.advance(Math.max(0, began + ticks * everyMilliseconds - world.clock.now()))
    const expiries = new Map(saved.map((name) => [name, world.grantOf(name).expires_at.getTime()]))
    refreshed += (await world.tick()).refreshed
    for (const [name, expires] of expiries) {
      const isStale = world.grantOf(name).expires_at.getTime() === expires
      if (isStale && expires - promisedMilliseconds < world.clock.now()) lapses++
    }
  }
  const { puts } = world
  const total = (puts.at(-1) ?? 0) - began
  const ideal = (1000 * writesPerRefresh * connections) / quotas.write
  const pauses = puts.slice(1).map((at, index) => at - (puts[index] ?? at))
  const idle = pauses.filter((pause) => pause > 10_000).reduce((sum, pause) => sum + pause, 0)
  const found = { besideQuota: total / ideal, workingBesideQuota: (total - idle) / ideal, lapses }
  const rows = [
    ['connections refreshed', String(refreshed)],
    ['ticks', String(ticks)],
    ['seconds', `${(total / 1000).toFixed(0)}, of which ${(idle / 1000).toFixed(0)} between ticks`],
    ['writes due ÷ quota', `${(ideal / 1000).toFixed(0)} seconds`],
    ['beside that', `${found.besideQuota.toFixed(2)} ×; while a tick works ${found.workingBesideQuota.toFixed(2)} ×`],
    ['the most writes in any second', `${mostInOneSecond(puts)} of ${quotas.write}`],
    ['lapses that could have been avoided', `${lapses} of ${saved.length}`],
  ]
  say(`after an outage of 24 hours, ${connections} connections\n${tableOf(['catching up', ''], rows)}`)
  return found
}

const worldAfterOutage = (connections: number) => {
  const world = scaleWorld({
    connections,
    grant: (index) => {
      if (!isSaved(index)) return {}
      const refreshed = new Date(startOfWorld + outageMilliseconds - 40 * minute)
      return { refreshed_at: refreshed, expires_at: new Date(refreshed.getTime() + (58 + (index % 7)) * minute) }
    },
  })
  world.clock.advance(outageMilliseconds)
  return world
}

const startOfWorld = scaleWorld({ connections: 0 }).start.getTime()
