// Connections that are not refreshed for an hour although no person is needed: which are reported, and by which name.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../../lambda/contract.ts'
import { storeFailure } from '../../../../lambda/core/failures/failure-table.ts'
import {
  type FailureState,
  failureTags,
  readStatus,
  successTags,
  type Tags,
} from '../../../../lambda/core/tags/status.ts'
import { type Outcome, type SecretStore, type StoredEntry, StoreFailure } from '../../../../lambda/ports.ts'
import { CircuitBreakers } from '../../../../lambda/usecases/limits/circuit-breakers.ts'
import { Delays } from '../../../../lambda/usecases/reporting/delays.ts'
import { ManualClock } from '../../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../../support/core-refusing.ts'
import {
  hour,
  later,
  minute,
  noon,
  sampleFailure,
  sampleGrant,
  sampleRecorded,
  sampleState,
  timing,
} from '../../../support/core-samples.ts'

const client = 'sample-client'
const version = '3f1a2b3c-0000-4000-8000-00000000ab00'
const ago = (minutes: number): Date => later(-minutes * minute)

/** A connection of the sample client, refreshed two hours ago. */
const connection = (name: string, more: Tags = {}): StoredEntry => ({
  room: 'grants',
  name,
  arn: `arn:${name}`,
  currentVersionId: version,
  tags: { ...successTags(name, sampleGrant({ refreshed_at: ago(120) }), version, timing), ...more },
})

const failing = (name: string, since: Date, change: Partial<FailureState> = {}): StoredEntry =>
  connection(name, failureTags(sampleState({ since, failed: ago(1), failures: 9, ...change }), version))

const clientRecord: StoredEntry = { ...connection(client), room: 'clients', tags: {} }

const world = (store: Partial<SecretStore> = {}) => {
  const clock = new ManualClock(noon)
  const breakers = new CircuitBreakers()
  const written: (readonly [string, Tags])[] = []
  const delays = new Delays(
    refusingDependencies({
      clock,
      store: {
        ...refusingStore,
        describe: async ({ room, name }) => (room === 'clients' && name === client ? clientRecord : undefined),
        tag: async ({ name }, all) => void written.push([name, all]),
        ...store,
      },
    }),
  )
  const see = (...entries: readonly StoredEntry[]) => {
    for (const entry of entries) {
      const status = readStatus(entry.tags, entry.currentVersionId)
      breakers.see(entry.name, status, clock.now())
      delays.see(entry, status)
    }
  }
  /** Names, and since when. */
  const settled = async () =>
    (await delays.settle(breakers)).map(({ entry, delay }) => [`${entry.room}/${entry.name}`, delay.since] as const)
  return { clock, breakers, delays, written, see, settled }
}

const outcomes = {
  refreshed: {
    kind: 'refreshed',
    times: { mode: 'fresh', generation: 4, expiresAt: later(hour), refreshedAt: noon },
  },
  superseded: { kind: 'superseded' },
  waiting: { kind: 'waiting' },
} as const satisfies Record<string, Outcome>

describe('a connection that fails', () => {
  it('is reported once an hour has passed, and not before', async () => {
    const { clock, see, settled } = world()
    see(failing('a', later(-hour + 1)))
    expect(await settled()).toEqual([])
    clock.advance(1)
    expect(await settled()).toEqual([['grants/a', later(-hour + 1)]])
  })

  it.each<readonly [string, StoredEntry]>([
    ['needs a person', failing('a', ago(90), { status: 'action-required', class: 'policy' })],
    ['is held by its client', failing('a', ago(90), { concerns: 'held' })],
    ['is refused with an unknown code', failing('a', ago(90), { class: 'refused', refusals: 2 })],
    ['is paused', connection('a', { ...failing('a', ago(90)).tags, [tags.paused]: 'holiday' })],
    ['works again', connection('a')],
  ])('and %s is not reported', async (_, entry) => {
    const { see, settled } = world()
    see(entry)
    expect(await settled()).toEqual([])
  })

  it('is reported with what failed last', async () => {
    const { delays, breakers, see } = world()
    see(failing('a', ago(90)))
    const state = sampleState({ class: 'throttled', code: 'http_429', since: ago(90), failed: noon })
    await delays.happened(connection('a'), {
      kind: 'failed',
      failure: sampleFailure(),
      recorded: sampleRecorded(state),
    })
    expect(await delays.settle(breakers)).toMatchObject([{ delay: { class: 'throttled', code: 'http_429' } }])
  })

  it.each<readonly [string, Outcome, boolean]>([
    ['was refreshed', outcomes.refreshed, false],
    ['was written by another process', outcomes.superseded, false],
    ['was not asked', outcomes.waiting, true],
    [
      'needs a person now',
      {
        kind: 'failed',
        failure: sampleFailure(),
        recorded: sampleRecorded({ status: 'action-required', since: ago(90) }),
      },
      false,
    ],
  ])('and in this tick %s is reported or not', async (_, outcome, isReported) => {
    const { delays, see, settled } = world()
    see(failing('a', ago(90)))
    await delays.happened(connection('a'), outcome)
    expect((await settled()).length).toBe(isReported ? 1 : 0)
  })
})

describe('a client', () => {
  it('is reported in place of its connections, since the first of them fails', async () => {
    const { see, settled } = world()
    see(failing('a', ago(65)), failing('b', ago(90)), failing('c', ago(5)))
    expect(await settled()).toEqual([['clients/sample-client', ago(90)]])
  })

  it('is not reported where a single connection fails', async () => {
    const { see, settled } = world()
    see(failing('a', ago(65)), connection('b'))
    expect(await settled()).toEqual([['grants/a', ago(65)]])
  })

  it('is not reported where its record is gone', async () => {
    const { see, settled } = world({ describe: async () => undefined })
    see(failing('a', ago(65)), failing('b', ago(90)), failing('c', ago(5)))
    expect((await settled()).map(([name]) => name)).toEqual(['grants/a', 'grants/b'])
  })

  it('that is at fault was reported as that, with its connections', async () => {
    const { see, settled, breakers } = world()
    see(failing('a', ago(65)), failing('b', ago(90)))
    breakers.markAtFault(client)
    expect(await settled()).toEqual([])
  })

  it('is reported for itself, beside those of other clients', async () => {
    const { see, settled } = world()
    const other = (name: string) => connection(name, { ...failing(name, ago(70)).tags, [tags.client]: 'other-client' })
    see(failing('a', ago(65)), failing('b', ago(90)), other('z'))
    expect((await settled()).map(([name]) => name).toSorted()).toEqual(['clients/sample-client', 'grants/z'])
  })
})

describe('a client with a connection that was refreshed meanwhile', () => {
  it('is not reported: each connection that fails again is, by its own name', async () => {
    const { see, settled, breakers } = world()
    see(failing('a', ago(90)), failing('b', ago(80)))
    breakers.evidence(client).refreshed(ago(30).getTime())
    expect((await settled()).map(([name]) => name)).toEqual(['grants/a', 'grants/b'])
  })

  it('has a connection that was not asked since then, and that may work again', async () => {
    const { see, settled, breakers } = world()
    see(failing('a', ago(90), { failed: ago(31) }), failing('b', ago(80), { failed: ago(30) }))
    breakers.evidence(client).refreshed(ago(30).getTime())
    expect((await settled()).map(([name]) => name)).toEqual(['grants/b'])
  })

  it('is not reported for those that fail since then, for less than an hour', async () => {
    const { see, settled, breakers } = world()
    see(failing('a', ago(200)), failing('b', ago(50)), failing('c', ago(40)))
    breakers.evidence(client).refreshed(ago(100).getTime())
    expect(await settled()).toEqual([['grants/a', ago(200)]])
  })

  it('is reported for those that fail since then, and a connection that failed before by its name', async () => {
    const { see, settled, breakers } = world()
    see(failing('a', ago(200)), failing('b', ago(80)), failing('c', ago(70)))
    breakers.evidence(client).refreshed(ago(100).getTime())
    expect(await settled()).toEqual([
      ['clients/sample-client', ago(80)],
      ['grants/a', ago(200)],
    ])
  })
})

describe('a connection that the store fails for', () => {
  const denied: Outcome = { kind: 'failed', failure: storeFailure('AccessDeniedException') }
  const since = (minutes: number, code = 'AccessDeniedException'): Tags => ({
    [tags.storeFailed]: `${ago(minutes).toISOString()} ${code}`,
  })

  it('is marked with the time and the code', async () => {
    const { delays, written, settled } = world()
    await delays.happened(connection('a'), denied)
    expect(written).toEqual([['a', since(0)]])
    expect(await settled()).toEqual([])
  })

  it('is marked once, and reported after an hour', async () => {
    const { delays, written, breakers } = world()
    await delays.happened(connection('a', since(59)), denied)
    expect(await delays.settle(breakers)).toEqual([])
    await delays.happened(connection('a', since(60)), denied)
    const delay = { class: 'store', code: 'AccessDeniedException', since: ago(60) }
    expect(await delays.settle(breakers)).toMatchObject([{ entry: { name: 'a' }, delay }])
    expect(written).toEqual([])
  })

  it('is marked with another code, and with the same time', async () => {
    const { delays, written, settled } = world()
    await delays.happened(connection('a', since(90, 'ThrottlingException')), denied)
    expect(written).toEqual([['a', since(90)]])
    expect(await settled()).toEqual([['grants/a', ago(90)]])
  })

  it('loses the mark once it is looked at again', async () => {
    const { delays, written } = world()
    await delays.happened(connection('a', since(90)), outcomes.waiting)
    expect(written).toEqual([])
    await delays.happened(connection('a', since(90)), outcomes.refreshed)
    await delays.happened(connection('b'), outcomes.refreshed)
    expect(written).toEqual([['a', { [tags.storeFailed]: '' }]])
  })

  it('is not marked where the store fails for the tag too, which hides no bug', async () => {
    const failWith = (error: Error) => world({ tag: () => Promise.reject(error) }).delays
    const failure = new StoreFailure(storeFailure('AccessDeniedException'), false)
    await failWith(failure).happened(connection('a'), denied)
    await expect(failWith(new TypeError('a bug')).happened(connection('a'), denied)).rejects.toThrow('a bug')
  })
})
