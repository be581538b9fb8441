// What an outage of a day leaves to do, and how long that takes: the real code of a tick over ports in memory, on a
// clock that jumps.

import { quotas, writesPerRefresh } from '../lambda/usecases/limits/rate-limited-store.ts'
import { catchUp } from '../test/lambda/scale/outage.ts'
import { mostInOneSecond } from '../test/lambda/scale/world.ts'
import { tableOf } from './figures.ts'

export interface CatchUp {
  /** From the first tick to the last write, beside what the quota alone would take. */
  readonly besideQuota: number
  /** The same without the time between the end of a tick's work and the next tick. */
  readonly workingBesideQuota: number
  /** Tokens still good at the end of the outage that readers found with less left than they are promised. */
  readonly lapses: number
}

export const measureCatchUp = async (connections: number, say: (text: string) => void): Promise<CatchUp> => {
  const { refreshed, ticks, began, puts, saved, lapses } = await catchUp(connections)
  const total = (puts.at(-1) ?? 0) - began
  const ideal = (1000 * writesPerRefresh * connections) / quotas.write
  const pauses = puts.slice(1).map((at, index) => at - (puts[index] ?? at))
  const idle = pauses.filter((pause) => pause > 10_000).reduce((sum, pause) => sum + pause, 0)
  const found = { besideQuota: total / ideal, workingBesideQuota: (total - idle) / ideal, lapses: lapses.length }
  const rows = [
    ['connections refreshed', String(refreshed)],
    ['ticks', String(ticks)],
    ['seconds', `${(total / 1000).toFixed(0)}, of which ${(idle / 1000).toFixed(0)} between ticks`],
    ['writes due ÷ quota', `${(ideal / 1000).toFixed(0)} seconds`],
    ['beside that', `${found.besideQuota.toFixed(2)} ×; while a tick works ${found.workingBesideQuota.toFixed(2)} ×`],
    ['the most writes in any second', `${mostInOneSecond(puts)} of ${quotas.write}`],
    ['lapses that could have been avoided', `${lapses.length} of ${saved.length}`],
  ]
  say(`after an outage of 24 hours, ${connections} connections\n${tableOf(['catching up', ''], rows)}`)
  return found
}
