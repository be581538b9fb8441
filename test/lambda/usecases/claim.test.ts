// Who may use what can be used only once: the first who says so, unless that was long ago or is taken back.

import { describe, expect, it } from 'vitest'
import { claimVersionId, releaseVersionId } from '../../../lambda/core/version-id.ts'
import type { StoredVersion } from '../../../lambda/ports.ts'
import { claim, claimLabel, release } from '../../../lambda/usecases/claim.ts'
import { ManualClock } from '../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../support/core-refusing.ts'
import { later, minute, noon, stored } from '../../support/core-samples.ts'

const id = { room: 'grants', name: 'a' } as const
const parent = '3f1a2b3c-0000-4000-8000-00000000ab00'
const version: StoredVersion = { arn: 'arn', versionId: parent, createdAt: noon, text: stored('{}') }

/** A secret to which versions can be added, each id once. */
const world = () => {
  const clock = new ManualClock(noon)
  const versions = new Map<string, StoredVersion>()
  const labels = new Set<string | undefined>()
  let drawn = 0
  const dependencies = refusingDependencies({
    clock,
    random: { fraction: () => 0, uuid: () => `drawn-${drawn++}` },
    store: {
      ...refusingStore,
      put: async ({ text, versionId }, label) => {
        if (versions.has(versionId)) return 'exists'
        versions.set(versionId, { arn: 'arn', versionId, createdAt: new Date(clock.now()), text })
        labels.add(label)
        return 'written'
      },
      read: async (_, which) => (typeof which === 'string' ? versions.get(which) : undefined),
    },
  })
  return { clock, versions, labels, dependencies }
}

describe('a claim', () => {
  it('is ours when we are first, and has a label of its own', async () => {
    const { dependencies, versions, labels } = world()
    expect(await claim(dependencies, { id, version, voidBefore: undefined })).toBe(0)
    expect([...versions.keys()]).toEqual([claimVersionId(parent, 0)])
    expect([...labels]).toEqual([claimLabel])
  })

  it('is one other claimer’s for ever where claims are never void', async () => {
    const { dependencies, clock } = world()
    await claim(dependencies, { id, version, voidBefore: undefined })
    clock.advance(1000 * minute)
    expect(await claim(dependencies, { id, version, voidBefore: undefined })).toBeUndefined()
  })

  it('holds another text each time, so that two writers never write the same', async () => {
    const { dependencies, versions } = world()
    await claim(dependencies, { id, version, voidBefore: undefined })
    await claim(dependencies, { id, version: { ...version, versionId: 'other' }, voidBefore: undefined })
    expect(new Set([...versions.values()].map(({ text }) => text.reveal())).size).toBe(2)
  })

  it.each([
    ['stands in the moment from which on older ones are void', 0, undefined],
    ['is void a moment before', 1, 1],
  ])('%s', async (_, after, ours) => {
    const { dependencies } = world()
    await claim(dependencies, { id, version, voidBefore: noon })
    expect(await claim(dependencies, { id, version, voidBefore: later(after) })).toBe(ours)
  })

  it('goes to the next one as soon as it is released', async () => {
    const { dependencies, versions } = world()
    for (const attempt of [0, 1, 2]) {
      expect(await claim(dependencies, { id, version, voidBefore: later(-minute) })).toBe(attempt)
      expect(await claim(dependencies, { id, version, voidBefore: later(-minute) })).toBeUndefined()
      await release(dependencies, { id, version, attempt })
      expect(versions.has(releaseVersionId(parent, attempt))).toBe(true)
    }
  })

  it('may be released twice', async () => {
    const { dependencies } = world()
    await claim(dependencies, { id, version, voidBefore: noon })
    for (let count = 0; count < 2; count++) await release(dependencies, { id, version, attempt: 0 })
    expect(await claim(dependencies, { id, version, voidBefore: noon })).toBe(1)
  })
})
