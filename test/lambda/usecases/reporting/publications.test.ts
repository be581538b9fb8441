// What was published and may have to be handed on: announced in time, each by itself, and left to the next tick otherwise.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../../lambda/contract.ts'
import { storeFailure } from '../../../../lambda/core/failures/failure-table.ts'
import type { Tags } from '../../../../lambda/core/tags/status.ts'
import { type Announcement, type StoredEntry, StoreFailure } from '../../../../lambda/ports.ts'
import { Publications } from '../../../../lambda/usecases/reporting/publications.ts'
import type { PublishedChange } from '../../../../lambda/usecases/secrets/publish.ts'
import { ManualClock } from '../../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../../support/core-refusing.ts'
import { noon } from '../../../support/core-samples.ts'
import { CollectedTelemetry } from '../../../support/telemetry.ts'

const withLeft = (milliseconds: number) => ({ remainingMilliseconds: () => milliseconds })
const endless = withLeft(Number.MAX_SAFE_INTEGER)

const change: PublishedChange = {
  generation: 4,
  keys: ['client_secret'],
  client: 'sample-client',
  secret: 'arn:published',
  isNoted: true,
}

const entry = (name: string, all: Tags): StoredEntry => ({
  room: 'grants',
  name,
  arn: `arn:${name}`,
  currentVersionId: undefined,
  tags: all,
})

/** @param refused a connection whose event is not accepted */
const world = (refused?: string) => {
  const announced: Announcement[] = []
  const tagged: (readonly [string, Tags])[] = []
  const publications = new Publications(
    refusingDependencies({
      clock: new ManualClock(noon),
      telemetry: new CollectedTelemetry(),
      events: {
        announce: async (all) => {
          if (all.some(({ detail }) => detail.connection === refused)) {
            throw new StoreFailure(storeFailure('InternalException'), true)
          }
          announced.push(...all)
        },
      },
      store: { ...refusingStore, tag: async ({ name }, all) => void tagged.push([name, all]) },
    }),
  )
  return { publications, announced, tagged }
}

const namesOf = (announced: readonly Announcement[]) => announced.map(({ detail }) => detail.connection)

describe('what was published in this run', () => {
  it('is announced, and noted as announced', async () => {
    const { publications, announced, tagged } = world()
    publications.made('a', change)
    await publications.announce(endless)
    expect(announced).toEqual([
      {
        name: 'Connection Published',
        detail: {
          prefix: 'token-refresher',
          connection: 'a',
          client: 'sample-client',
          since: noon.toISOString(),
          secret: 'arn:published',
          generation: 4,
          changed: ['client_secret'],
          runbook: 'docs/runbook.md',
        },
      },
    ])
    expect(tagged).toEqual([['a', { [tags.changedAnnounced]: '4' }]])
  })

  it('is announced without a tag, if no tag says it', async () => {
    const { publications, announced, tagged } = world()
    publications.made('a', { ...change, isNoted: false })
    await publications.announce(endless)
    expect(namesOf(announced)).toEqual(['a'])
    expect(tagged).toEqual([])
  })

  it('takes the place of what the list says of the same connection', async () => {
    const { publications, announced } = world()
    publications.see(entry('a', { [tags.changed]: '3 scope' }))
    publications.made('a', change)
    await publications.announce(endless)
    expect(announced).toHaveLength(1)
  })

  it.each([
    [10_000, ['a']],
    [9_999, []],
  ])('with %d milliseconds left is announced: %j', async (left, expected) => {
    const { publications, announced } = world()
    publications.made('a', change)
    await publications.announce(withLeft(left))
    expect(namesOf(announced)).toEqual(expected)
  })

  it('is announced although the event of another connection is not accepted', async () => {
    const { publications, announced, tagged } = world('a')
    publications.made('a', change)
    publications.made('b', change)
    await expect(publications.announce(endless)).rejects.toThrow(StoreFailure)
    expect(namesOf(announced)).toEqual(['b'])
    expect(tagged.map(([name]) => name)).toEqual(['b'])
  })
})

it('a connection whose tags say nothing costs no call', async () => {
  const { publications, announced } = world()
  for (const all of [{}, { [tags.changed]: '' }, { [tags.changed]: '4 scope', [tags.changedAnnounced]: '4' }]) {
    publications.see(entry('a', all))
  }
  await publications.announce(endless)
  expect(announced).toEqual([])
})
