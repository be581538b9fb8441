// Swarm testing: each random story draws which faults and deeds exist in it, and how often they happen. What is always
// on hides what only shows when it is off.

import type { Rotation } from '../../../lambda/contract.ts'
import type { Draw } from '../engine/draw.ts'
import { storeFates } from '../world/store.ts'
import { providerFates } from '../world/token-endpoint.ts'
import { type HabitName, type Habits, habitsOf } from './habits.ts'

export interface Swarm {
  readonly rotation: Rotation
  readonly connections: number
  /** Among how many clients the connections are divided. */
  readonly clients: number
  /** Days without use after which a refresh token dies; undefined: 90, which no story reaches. */
  readonly inactivityDays: number | undefined
  readonly days: number
  readonly everyMinutes: number
  readonly shards: number
  /** How many of the connections are kept alive only. */
  readonly keptAlive: number
  /** Probability of each fault in a call that can have it. */
  readonly faults: ReadonlyMap<string, number>
  readonly deaths: number
  /** Probability that a call takes long. */
  readonly delays: number
  /** Probability that a listing lags, at all. */
  readonly lags: number
  readonly skews: number
  readonly missedTicks: number
  readonly doubleTicks: number
  /** Among how many tenants the users are divided. */
  readonly tenants: number
  readonly habits: Habits
  /** Of each deed, how often it is done in a day. */
  readonly deeds: ReadonlyMap<DeedName, number>
}

export const deedNames = [
  'bootstrap again',
  'edit grant',
  'move grant back',
  'move published back',
  'delete tags',
  'wrong tags',
  'delete labels',
  'force',
  'pause',
  'block user',
  'revoke',
  'change client secret',
  'provider outage',
  'store outage',
  'remove and bootstrap',
  'sign in as another',
  'hand over to another',
] as const
export type DeedName = (typeof deedNames)[number]

/** What takes long to be over is looked at most. */
const aftermaths = ['block user', 'block user', 'provider outage', 'change client secret', ...deedNames] as const

const callFaults: readonly string[] = [...new Set([...Object.values(storeFates), ...Object.values(providerFates)])]

/** @param drawn which habits of the provider there are; default: those that are drawn */
export const swarmOf = (draw: Draw, drawn?: readonly HabitName[]): Swarm => {
  const habits = habitsOf(draw, drawn)
  const often = (name: string, share: number, rates: readonly [number, ...number[]]): number =>
    !habits.alone && draw.chance(`has ${name}`, share) ? draw.one(`rate of ${name}`, rates) : 0
  // In some stories next to nothing goes wrong, so that the rules which faults excuse are held against something.
  // In some of these one deed alone is done, so that what follows from it is followed by nothing else.
  const focus = draw.chance('has a focus', 0.4) ? draw.one('focus', aftermaths) : undefined
  const trouble = focus === undefined ? draw.one('trouble', [0, 0.1, 0.3, 0.5]) : 0
  const rateOf = (name: DeedName): number => {
    if (habits.alone) return 0
    if (focus !== undefined) return name === focus ? 0.5 : 0
    return often(name, 0.3, [0.1, 1])
  }
  const connections = draw.whole('connections', 1, 5)
  const everyMinutes = draw.one('every', [5, 5, 5, 2, 10, 20])
  return {
    rotation: draw.one('rotation', ['reusable', 'single-use']),
    connections,
    clients: draw.one('clients', [1, 1, 2]),
    inactivityDays: draw.one('inactivity', [undefined, undefined, 2]),
    days: draw.one('days', [focus === undefined ? 1 : 5, 3, 7]) * (everyMinutes >= 10 ? 3 : 1),
    everyMinutes,
    shards: draw.one('shards', [1, 1, 2]),
    keptAlive: draw.whole('kept alive', 0, connections - 1),
    faults: new Map([
      ...callFaults.map((name) => [name, often(name, trouble, [0.001, 0.01, 0.05])] as const),
      ...habits.fates,
    ]),
    tenants: draw.one('tenants', [1, 2, 4]),
    habits,
    deaths: often('deaths', trouble, [0.001, 0.01]),
    delays: often('delays', 0.5, [0.001, 0.01]),
    lags: often('lags', 0.5, [0.1, 0.9]),
    skews: often('skews', trouble / 2, [0.001, 0.01]),
    missedTicks: often('missed ticks', trouble, [0.001, 0.02]),
    doubleTicks: often('double ticks', 0.5, [0.02, 0.3]),
    deeds: new Map(deedNames.map((name) => [name, rateOf(name)])),
  }
}
