// Who may use what can be used only once: the first who says so, unless that was long ago or is taken back.

import { describe, expect, it } from 'vitest'
import { claimVersionId, releaseVersionId } from '../../../../lambda/core/secrets/version-id.ts'
import type { StoredVersion } from '../../../../lambda/ports.ts'
import { claim, claimLabel, endOf, release } from '../../../../lambda/usecases/secrets/claim.ts'
import { ManualClock } from '../../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../../support/core-refusing.ts'
import { later, minute, noon, stored } from '../../../support/core-samples.ts'

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

describe('the end of an invocation', () => {
  it('is certainly over a quarter of a minute after the time that it has left', () => {
    const dependencies = { clock: new ManualClock(noon) }
    expect(endOf(dependencies, { remainingMilliseconds: () => 5 * minute })).toEqual(later(5.25 * minute))
    expect(endOf(dependencies, { remainingMilliseconds: () => Number.MAX_SAFE_INTEGER })).toEqual(later(15.25 * minute))
  })
})

const ours = (attempt: number) => ({ kind: 'ours', attempt })

describe('a claim that names its holder', () => {
  it('is put with the same value each time, which the store takes for the same version', async () => {
    const texts: string[] = []
    const store = {
      ...refusingStore,
      put: async ({ text, versionId }: { text: { reveal(): string }; versionId: string }) => {
        texts.push(`${versionId} ${text.reveal()}`)
        return 'written' as const
      },
    }
    const dependencies = refusingDependencies({ clock: new ManualClock(noon), store })
    const wanted = { id, version, until: undefined, holder: 'sales-mailbox' }
    expect([await claim(dependencies, wanted), await claim(dependencies, wanted)]).toEqual([ours(0), ours(0)])
    await claim(dependencies, { ...wanted, holder: 'another' })
    expect(texts[1]).toBe(texts[0])
    expect(texts[2]).not.toBe(texts[0])
  })
})

describe('a claim', () => {
  it('is ours when we are first, and has a label of its own', async () => {
    const { dependencies, versions, labels } = world()
    expect(await claim(dependencies, { id, version, until: undefined })).toEqual(ours(0))
    expect([...versions.keys()]).toEqual([claimVersionId(parent, 0)])
    expect([...labels]).toEqual([claimLabel])
  })

  it('is one other claimer’s for ever where claims are never void', async () => {
    const { dependencies, clock } = world()
    await claim(dependencies, { id, version, until: undefined })
    clock.advance(1000 * minute)
    expect(await claim(dependencies, { id, version, until: undefined })).toEqual({ kind: 'taken', until: undefined })
  })

  it('holds another text each time, so that two writers never write the same', async () => {
    const { dependencies, versions } = world()
    await claim(dependencies, { id, version, until: undefined })
    await claim(dependencies, { id, version: { ...version, versionId: 'other' }, until: undefined })
    expect(new Set([...versions.values()].map(({ text }) => text.reveal())).size).toBe(2)
  })

  it.each([
    ['stands until the moment that it names', 5 * minute, { kind: 'taken', until: later(5 * minute) }],
    ['is void after that', 5 * minute + 1, ours(1)],
  ])('%s', async (_, after, claimed) => {
    const { dependencies, clock } = world()
    await claim(dependencies, { id, version, until: later(5 * minute) })
    clock.advance(after)
    expect(await claim(dependencies, { id, version, until: later(60 * minute) })).toEqual(claimed)
  })

  it.each([
    ['stands as long as an invocation can last', 15 * minute, { kind: 'taken', until: later(15 * minute) }],
    ['is void after that', 15 * minute + 1, ours(1)],
  ])('that does not say until when %s', async (_, after, claimed) => {
    const { dependencies, versions, clock } = world()
    const versionId = claimVersionId(parent, 0)
    versions.set(versionId, { arn: 'arn', versionId, createdAt: noon, text: stored('{"schema":1,"claim":"drawn"}') })
    clock.advance(after)
    expect(await claim(dependencies, { id, version, until: later(60 * minute) })).toEqual(claimed)
  })

  it('goes to the next one as soon as it is released', async () => {
    const { dependencies, versions } = world()
    for (const attempt of [0, 1, 2]) {
      expect(await claim(dependencies, { id, version, until: later(minute) })).toEqual(ours(attempt))
      expect(await claim(dependencies, { id, version, until: later(minute) })).toEqual({
        kind: 'taken',
        until: later(minute),
      })
      await release(dependencies, { id, version, attempt })
      expect(versions.has(releaseVersionId(parent, attempt))).toBe(true)
    }
  })

  it('may be released twice', async () => {
    const { dependencies } = world()
    await claim(dependencies, { id, version, until: later(minute) })
    for (let count = 0; count < 2; count++) await release(dependencies, { id, version, attempt: 0 })
    expect(await claim(dependencies, { id, version, until: later(minute) })).toEqual(ours(1))
  })
})
