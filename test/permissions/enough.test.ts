// The permissions are enough: every part of the main job is done under them, and nothing is refused on the way.

import { describe, expect, test } from 'vitest'
import { again, plain, replicated, withPublishedKey } from './deployment.ts'
import { parts } from './parts.ts'
import { startWorld } from './world.ts'

describe.each([
  ['with the account’s own key for published secrets', plain],
  ['with a given key for published secrets', withPublishedKey],
  ['with the private key that an earlier deployment has left', again],
  ['with copies in another Region', replicated],
])('%s', (_, deployment) => {
  test.each(parts.map(({ name, run }) => [name, run] as const))('%s is allowed', async (_, run) => {
    const world = await startWorld(deployment)
    try {
      await run(world)
      expect([...world.guard.refused]).toEqual([])
    } finally {
      await world.close()
    }
  })
})
