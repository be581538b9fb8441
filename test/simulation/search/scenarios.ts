// What is searched exhaustively: two or three writers of one connection at the same time.

import type { SecretId } from '../../../lambda/ports.ts'
import type { Process } from '../engine/process.ts'
import { currentOf } from '../world/secrets.ts'
import { storeLogin } from '../world/setup.ts'
import type { Deed, World } from '../world/world.ts'

export interface Scenario {
  readonly name: string
  /** Whether there is nothing yet. @default a connection that stands, and is due */
  readonly first?: true
  /** Connections of the client, all due. @default one */
  readonly connections?: readonly string[]
  /** Whether the search takes minutes, so that the tests leave it out. @default no */
  readonly long?: true
  /**
   * Whether its writers are the same but for their names: which of them begins makes no difference then, and only what begins
   * with the first is searched. @default no
   */
  readonly alike?: true
  /** Starts all writers. */
  start(world: World): void
}

export const connection = 'a'
const grants: SecretId = { room: 'grants', name: connection }
const published: SecretId = { room: 'connections', name: connection }

/** A version by hand: a person's version id is drawn at random. */
const edit = (world: World, id: SecretId, change: (json: Record<string, unknown>) => unknown): Deed => ({
  what: `edits ${id.room}/${id.name} by hand`,
  act: (process: Process) => {
    const json = Object(JSON.parse(currentOf(world.secrets.find(id))?.string ?? '{}'))
    const text = JSON.stringify(change(json))
    world.secrets.put(id, { versionId: world.draw.uuid(`${process.name} edit`), text }, process)
  },
})

const moveBack = (world: World, id: SecretId): Deed => ({
  what: `moves AWSCURRENT of ${id.room}/${id.name} back`,
  act: (process: Process) => {
    const versions = [...world.secrets.live(id).versions.values()]
    const previous = versions.find(({ labels }) => labels.includes('AWSPREVIOUS'))
    if (previous !== undefined) world.secrets.move(id, { label: 'AWSCURRENT', to: previous.id }, process)
  },
})

const withOperator = (name: string, deeds: (world: World) => readonly Deed[]): Scenario => ({
  name: `refresher and operator who ${name}`,
  start: (world) => {
    world.refresh()
    world.person('operator', deeds(world))
  },
})

const refreshers: Scenario = {
  name: 'two refreshers',
  alike: true,
  start: (world) => {
    world.refresh()
    world.refresh()
  },
}

const refresherAndBootstrap: Scenario = {
  name: 'refresher and bootstrap',
  start: (world) => {
    storeLogin(world, connection, { scope: 'mail calendar' })
    world.refresh()
    world.bootstrap({ connection })
  },
}

/** The first asks alone, and the others are read together: what was read of the last one is the oldest when it is used. */
const readTogether = [connection, 'b', 'c']

const refresherOfMany: Scenario = {
  name: 'refresher of three connections and operator who edits a grant that was read ahead',
  connections: readTogether,
  start: (world) => {
    world.refresh()
    const last: SecretId = { room: 'grants', name: 'c' }
    world.person('operator', [edit(world, last, (json) => ({ ...json, granted_scope: 'edited' }))])
  },
}

const refreshersOfMany: Scenario = {
  name: 'two refreshers of three connections',
  connections: readTogether,
  alike: true,
  long: true,
  start: (world) => {
    world.refresh()
    world.refresh()
  },
}

const threeRefreshers: Scenario = {
  name: 'three refreshers',
  alike: true,
  long: true,
  start: (world) => {
    for (let number = 0; number < 3; number++) world.refresh()
  },
}

const firstBootstrap: Scenario = {
  name: 'refresher and first bootstrap',
  first: true,
  start: (world) => {
    storeLogin(world, connection)
    world.bootstrap({ connection })
    world.refresh()
  },
}

const firstBootstraps: Scenario = {
  name: 'two first bootstraps of one login',
  alike: true,
  first: true,
  start: (world) => {
    storeLogin(world, connection)
    world.bootstrap({ connection })
    world.bootstrap({ connection })
  },
}

const bootstraps: Scenario = {
  name: 'two bootstraps of one login',
  alike: true,
  start: (world) => {
    storeLogin(world, connection)
    world.bootstrap({ connection })
    world.bootstrap({ connection })
  },
}

const bootstrapAndOperator: Scenario = {
  name: 'bootstrap and operator who moves the grant back',
  start: (world) => {
    storeLogin(world, connection)
    world.person('operator', [moveBack(world, grants)])
    world.bootstrap({ connection })
  },
}

const operators: readonly Scenario[] = [
  withOperator('edits the grant', (world) => [edit(world, grants, (json) => ({ ...json, granted_scope: 'edited' }))]),
  withOperator('damages the grant and moves it back', (world) => [
    edit(world, grants, () => 'damaged'),
    moveBack(world, grants),
  ]),
  withOperator('deletes the tags', (world) => [
    {
      what: 'deletes the tags of grants/a',
      act: (process) => world.secrets.untag(grants, [...(world.secrets.live(grants).tags?.keys() ?? [])], process),
    },
  ]),
  withOperator('deletes labels', (world) => [
    ...['AWSPREVIOUS', 'TOKEN_REFRESHER_CLAIM'].map((label) => ({
      what: `deletes the label ${label} of grants/a`,
      act: (process: Process) => world.secrets.move(grants, { label, to: undefined }, process),
    })),
  ]),
  withOperator('moves the published secret back', (world) => [moveBack(world, published)]),
  // For a single-use refresh token, which is spent, that is the end; the other rules hold all the same.
  withOperator('moves the grant back', (world) => [moveBack(world, grants)]),
]

export const scenarios: readonly Scenario[] = [
  refreshers,
  threeRefreshers,
  refresherOfMany,
  refreshersOfMany,
  refresherAndBootstrap,
  bootstraps,
  firstBootstrap,
  firstBootstraps,
  bootstrapAndOperator,
  ...operators,
]
