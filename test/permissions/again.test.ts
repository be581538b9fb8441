// Removed and deployed again: what the first deployment left is used by the next one, whose roles are new.

import { describe, expect, test } from 'vitest'
import { environment } from '../../lambda/contract.ts'
import { expectPublished } from './bootstrap-parts.ts'
import { again, anew, type Deployment, plain } from './deployment.ts'
import { day, startWorld } from './world.ts'

/** A connection of `plain`, which is then removed; and the same store, on which the next deployment works. */
const removedAndDeployed = async (next: Deployment) => {
  const world = await startWorld(plain)
  await world.connect('a')
  await world.connect('b', { mode: 'keep-alive', publish: 'connection_values' })
  world.deploy(next)
  world.clock.advance(3 * day)
  return world
}

describe('with the key of the earlier deployment', () => {
  test('every connection comes back in the first tick, without a sign-in', async () => {
    const world = await removedAndDeployed(again)
    expect(await world.refresh()).toMatchObject({ refreshed: 2, failed: {}, left: 0 })
    expectPublished(world, 'a', 2)
    expectPublished(world, 'b', 2)
    expect([...world.guard.refused]).toEqual([])
    await world.close()
  })

  test('a client secret that was handed over before is used by the next sign-in', async () => {
    const world = await removedAndDeployed(again)
    await world.connect('c', { client_secret: undefined })
    expectPublished(world, 'c', 1)
    await world.close()
  })
})

describe('with a new key', () => {
  test('nothing is refreshed and nothing is lost: the old key, given later, brings all of it back', async () => {
    const world = await removedAndDeployed(anew)
    expect(anew.functions.refresh.environment[environment.privateKeyArn]).not.toBe(
      plain.functions.refresh.environment[environment.privateKeyArn],
    )
    const before = world.secret('grants', 'a')
    expect(await world.refresh()).toMatchObject({ refreshed: 0, failed: { store: 2 } })
    expect(world.secret('grants', 'a')?.versions).toEqual(before?.versions)
    world.deploy(again)
    world.clock.advance(day)
    expect(await world.refresh()).toMatchObject({ refreshed: 2, failed: {} })
    expectPublished(world, 'a', 2)
    await world.close()
  })
})
