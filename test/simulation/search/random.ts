// One random story from a seed: many connections over days, with what the seed says goes wrong.

import { defaultTiming } from '../../../lambda/contract.ts'
import { type Doing, deeds } from '../actors/deeds.ts'
import { habits as lasting } from '../actors/habits.ts'
import { connect, lookAfter } from '../actors/owner.ts'
import { read } from '../actors/reader.ts'
import { schedule } from '../actors/schedule.ts'
import { Draw } from '../engine/draw.ts'
import { noFigures, type Violation, watchAll } from '../watchers/index.ts'
import type { Figures } from '../watchers/watcher.ts'
import type { WorldEvent } from '../world/events.ts'
import { clientId } from '../world/setup.ts'
import { World, type WorldOptions } from '../world/world.ts'
import { Chance } from './chance.ts'
import { type HabitName, lastingHabits } from './habits.ts'
import { Hazards } from './hazards.ts'
import { deedNames, type Swarm, swarmOf } from './swarm.ts'

const minute = 60_000
const day = 24 * 60 * minute

/** The clocks of two machines differ by so much at most, in milliseconds. */
const usualSkew = 30_000

export interface RandomStory {
  readonly seed: number
  readonly violation: Violation | undefined
  /** What happened that need not have happened. */
  readonly happened: readonly string[]
  readonly steps: number
  readonly milliseconds: number
  readonly faults: ReadonlyMap<string, number>
  readonly figures: Figures
  readonly swarm: Swarm
  readonly text: string
}

export interface Telling {
  readonly seed: number
  /** What may happen. @default everything */
  readonly only?: ReadonlySet<string>
  /** Which habits of the provider are drawn. @default those of search/habits.ts */
  readonly habits?: readonly HabitName[]
  /** Whether the story is to be read. @default no */
  readonly kept?: boolean
  /** Something between the code and the store. @default nothing */
  readonly around?: WorldOptions['around']
  /** After how many milliseconds it ends. @default after the days that the seed says */
  readonly atMost?: number
}

export const randomStory = async (telling: Telling): Promise<RandomStory> => {
  const { seed, only, habits, kept = false, around, atMost = Number.POSITIVE_INFINITY } = telling
  const draw = new Draw(seed)
  const swarm = swarmOf(draw, habits)
  const chance = new Chance(draw, only)
  const figures = noFigures()
  let violation: Violation | undefined
  const watch = (event: WorldEvent): void => watchers(event)
  const world = new World({
    conductor: new Hazards(chance, swarm),
    rotation: swarm.rotation,
    seed,
    timing: { ...defaultTiming, everyMinutes: swarm.everyMinutes },
    inactivityDays: swarm.inactivityDays,
    tenants: swarm.tenants,
    kept,
    watch,
    ...(around && { around }),
    skew: ({ name }) => skewOf(chance, swarm, name),
  })
  const { engine, secrets, provider, timing } = world
  const scene = { now: () => engine.now(), secrets, provider, timing, figures }
  const watchers = watchAll(scene, (what) => {
    violation ??= what
    engine.stop()
  })
  const began = engine.now()
  for (let number = 0; number < swarm.connections; number++) live({ world, chance, swarm, watch }, number)
  schedule({ world, chance, swarm, watch })
  await engine.run(began + Math.min(swarm.days * day, atMost))
  watch({ kind: 'looked' })
  const end = violation === undefined ? '' : `\n${violation.rule} is broken: ${violation.what}`
  return {
    seed,
    violation,
    happened: chance.happened,
    steps: engine.steps,
    milliseconds: engine.now() - began,
    faults: world.faults,
    figures,
    swarm,
    text: engine.story.text() + end,
  }
}

interface Living {
  readonly world: World
  readonly chance: Chance
  readonly swarm: Swarm
  readonly watch: (event: WorldEvent) => void
}

/** One connection: bootstrapped in the first hour, looked after, and now and then something is done to it. */
const live = ({ world, chance, swarm, watch }: Living, number: number): void => {
  const connection = `connection-${number}`
  if (!chance.happens(connection, 1)) return
  const { engine } = world
  const change = {
    mode: number < swarm.keptAlive ? 'keep-alive' : 'fresh',
    publish: chance.draw.one(`publish ${number}`, ['access_token', 'connection_values']),
    client_id: number % swarm.clients === 0 ? clientId : `${clientId}-${number % swarm.clients}`,
  }
  engine.at(engine.now() + chance.draw.between(`birth ${number}`, 0, 60) * minute, () => {
    connect(world, connection, change)
    lookAfter(world, connection, change)
    read({ world, draw: chance.draw, connection, watch })
  })
  const sometimes = (today: number, { name, daily, act }: Sometimes): void => {
    const key = `${connection} day ${today} ${name}`
    if (!chance.happens(key, daily)) return
    engine.at(engine.now() + (today + chance.draw.fraction(`when ${key}`)) * day, () => {
      engine.story.line(engine.now(), 'deed', `${connection}: ${name}`)
      act({ world, chance, connection, key: `${number}-${today}-${name.replaceAll(' ', '-')}` })
    })
  }
  for (let today = 0; today < swarm.days; today++) {
    for (const name of deedNames) sometimes(today, { name, daily: swarm.deeds.get(name) ?? 0, act: deeds[name] })
    for (const name of lastingHabits) {
      sometimes(today, { name, daily: swarm.habits.daily.get(name) ?? 0, act: lasting[name] })
    }
  }
}

interface Sometimes {
  readonly name: string
  /** How often in a day. */
  readonly daily: number
  readonly act: (doing: Doing) => void
}

const skewOf = (chance: Chance, swarm: Swarm, process: string): number => {
  const usual = chance.draw.between(`clock ${process}`, -usualSkew, usualSkew)
  const jump = chance.happens(`${process} has a wrong clock`, swarm.skews)
  return Math.round(jump ? chance.draw.between(`jump ${process}`, -180, 180) * minute : usual)
}
