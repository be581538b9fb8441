// The exhaustive search: every story that a scenario can become within its bounds.

import type { Rotation } from '../../../lambda/contract.ts'
import { grantIn, publishedIn } from '../watchers/decoded.ts'
import { noFigures, type Violation, watchAll } from '../watchers/index.ts'
import { type Figures, isOurs } from '../watchers/watcher.ts'
import { currentOf } from '../world/secrets.ts'
import { dueAt, standing } from '../world/setup.ts'
import { World, type WorldState } from '../world/world.ts'
import { Choices } from './choices.ts'
import { type Bounds, Interleaving } from './interleaving.ts'
import { connection, type Scenario } from './scenarios.ts'

const minute = 60_000

export interface Search {
  readonly scenario: Scenario
  readonly rotation: Rotation
  readonly bounds: Bounds
}

export interface Found {
  readonly violation: Violation
  readonly choices: readonly number[]
  readonly story: string
}

export interface Explored {
  stories: number
  steps: number
  found: Found | undefined
  readonly faults: Map<string, number>
  readonly figures: Figures
}

export const explore = async (search: Search): Promise<Explored> => {
  const { scenario, rotation } = search
  const state = scenario.first ? undefined : await standing(rotation, connectionsOf(scenario), 2)
  const explored: Explored = { stories: 0, steps: 0, found: undefined, faults: new Map(), figures: noFigures() }
  for (let path: readonly number[] | undefined = []; path !== undefined; ) {
    const choices = new Choices(path)
    const told = await tell(search, { state, choices, explored, kept: false })
    explored.stories++
    if (told.violation !== undefined) {
      const again = await tell(search, { state, choices: new Choices(choices.taken), explored, kept: true })
      explored.found = { violation: told.violation, choices: choices.taken, story: again.story }
      return explored
    }
    path = choices.next()
  }
  return explored
}

interface Telling {
  /** Undefined: nothing is there yet. */
  readonly state: WorldState | undefined
  readonly choices: Choices
  readonly explored: Explored
  readonly kept: boolean
}

interface Told {
  readonly violation: Violation | undefined
  readonly story: string
}

const connectionsOf = ({ connections = [connection] }: Scenario): readonly string[] => connections

/** One story: both writers at once, then what the next ticks make of it. */
const tell = async ({ scenario, rotation, bounds }: Search, telling: Telling): Promise<Told> => {
  const { state, choices, explored, kept } = telling
  const conductor = new Interleaving(choices, { ...bounds, alike: scenario.alike ?? false })
  let violation: Violation | undefined
  let movedByHand = false
  const broken = (what: Violation): void => {
    violation ??= what
    world.engine.stop()
  }
  const world: World = new World({
    conductor,
    rotation,
    ...(state && { state }),
    lifetime: 3600,
    kept,
    watch: (event) => {
      if (event.kind === 'stored' && event.change.id.room === 'connections') movedByHand = !isOurs(event.change.by)
      watch(event)
    },
  })
  const { engine, secrets, provider, timing } = world
  const scene = { now: () => engine.now(), secrets, provider, timing, figures: explored.figures }
  const watch = watchAll(scene, broken)
  const began = engine.now()
  scenario.start(world)
  await engine.run(began + 4 * minute)
  conductor.calm = true
  await engine.run(began + 5 * minute)
  for (let tick = 0; tick < 2; tick++) {
    world.refresh()
    await engine.run(engine.now() + 5 * minute)
  }
  // No one looks at what apps read before the connection is due, so a person's rollback of it stands until then.
  if (movedByHand && !engine.stopped) {
    await engine.run(dueAt(world, connection))
    world.refresh()
    await engine.run(engine.now() + 5 * minute)
  }
  watch({ kind: 'looked' })
  watch({ kind: 'settled' })
  const problems = connectionsOf(scenario).map((name) => unsettled(world, name))
  const problem = engine.stopped ? undefined : problems.find((one) => one !== undefined)
  if (problem !== undefined) broken({ rule: 'I5', what: problem, at: engine.now() })
  explored.steps += engine.steps
  for (const [fault, times] of world.faults) explored.faults.set(fault, (explored.faults.get(fault) ?? 0) + times)
  const end = violation === undefined ? '' : `\n${violation.rule} is broken: ${violation.what}`
  return { violation, story: engine.story.text() + end }
}

/** What is not as it should be when nothing has gone wrong for two ticks. */
const unsettled = ({ secrets, provider }: World, connection: string): string | undefined => {
  const grant = grantIn(currentOf(secrets.find({ room: 'grants', name: connection })))
  const published = publishedIn(currentOf(secrets.find({ room: 'connections', name: connection })))
  if (grant === undefined || !provider.accepts(grant.refresh_token.reveal())) return undefined
  if (published === undefined) return 'apps see nothing'
  const same = published.access_token === grant.access_token.reveal()
  if (published.generation === grant.generation && !same) return `apps see another token than the stored one`
  if (published.generation >= grant.generation) return undefined
  return `apps see generation ${published.generation}, and ${grant.generation} is stored`
}
