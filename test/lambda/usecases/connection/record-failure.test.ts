// A failure in the tags of what is at fault: one opinion once, of the newest version alone.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../../lambda/contract.ts'
import { ownFailure, storeFailure } from '../../../../lambda/core/failures/failure-table.ts'
import { failureTags, readStatus, recoveredTags, type Tags } from '../../../../lambda/core/tags/status.ts'
import { type SecretId, type SecretStore, type StoredEntry, StoreFailure } from '../../../../lambda/ports.ts'
import { type FailureRecord, recordFailure } from '../../../../lambda/usecases/connection/record-failure.ts'
import { ManualClock } from '../../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../../support/core-refusing.ts'
import {
  day,
  hour,
  later,
  minute,
  noon,
  sampleFailure,
  sampleGrant,
  sampleState,
} from '../../../support/core-samples.ts'
import { CollectedTelemetry } from '../../../support/telemetry.ts'

const version = '3f1a2b3c-0000-4000-8000-00000000ab00'
const about = { room: 'grants', name: 'a' } as const
const revoked = sampleFailure({ class: 'reauthorize', code: 'AADSTS50173' })

/** Of a secret that has these tags. */
const recording = async (before: Tags, change: Partial<FailureRecord> = {}, store: Partial<SecretStore> = {}) => {
  const written: (readonly [SecretId, Tags])[] = []
  const telemetry = new CollectedTelemetry()
  const entry: StoredEntry = { ...about, arn: 'arn', currentVersionId: version, tags: before }
  const dependencies = refusingDependencies({
    clock: new ManualClock(noon),
    random: { fraction: () => 0, uuid: () => 'none' },
    telemetry,
    store: {
      ...refusingStore,
      describe: async (id) => ({ ...entry, ...id }),
      tag: async (id, all) => void written.push([id, all]),
      ...store,
    },
  })
  const record = { about, versionId: version, grant: sampleGrant(), failure: revoked, askedAt: later(-1), ...change }
  return { outcome: await recordFailure(dependencies, record), written, entry, failed: telemetry.storeFailures }
}

describe('a first failure', () => {
  it('is written, and given back with what was there before', async () => {
    const { outcome, written, entry } = await recording({ owner: 'sales' })
    const first = { class: 'reauthorize', code: 'AADSTS50173', refusals: 1, failed: noon, since: noon } as const
    const state = sampleState(first)
    const recorded = { entry, state, before: undefined }
    expect(outcome).toEqual({ kind: 'failed', failure: revoked, asked: true, recorded })
    expect(written).toEqual([[about, failureTags(state, version)]])
  })

  it('of a client is written on the client', async () => {
    const id = { room: 'clients', name: 'sample-client' } as const
    const failure = sampleFailure({ class: 'client', code: 'AADSTS7000222' })
    const { outcome, written } = await recording({}, { about: id, failure })
    expect(outcome).toMatchObject({ recorded: { entry: id, state: { status: 'action-required', class: 'client' } } })
    expect(written.map(([one]) => one)).toEqual([id])
  })

  it('comes after a recovery', async () => {
    const old = failureTags(sampleState({ failures: 9, failed: later(-day), since: later(-2 * day) }), version)
    const { outcome } = await recording({ ...old, ...recoveredTags(later(-minute)) })
    expect(outcome).toMatchObject({ recorded: { state: { failures: 1, since: noon } } })
    expect(outcome).not.toHaveProperty('before')
  })
})

describe('a second failure', () => {
  const first = sampleState({ class: 'reauthorize', code: 'AADSTS50173', refusals: 1 })

  it('counts on, and is given back with what was recorded before', async () => {
    const { outcome, written } = await recording(failureTags(first, version))
    expect(outcome).toMatchObject({
      recorded: {
        state: { status: 'action-required', failures: 2, refusals: 2, since: first.since },
        before: first,
      },
    })
    const again = await recording(written[0]?.[1] ?? {}, { askedAt: later(1) })
    expect(again.outcome).toMatchObject({
      recorded: { before: { status: 'action-required', failures: 2 }, state: { failures: 3 } },
    })
  })

  it.each([
    ['a moment before the first was recorded', -5 * minute - 1],
    ['in the moment in which the first was recorded', -5 * minute],
  ])('that was asked for %s is the same opinion', async (_, asked) => {
    const { outcome, written } = await recording(failureTags(first, version), { askedAt: later(asked) })
    expect(outcome).toMatchObject({ kind: 'failed', failure: revoked, recorded: { state: first, before: first } })
    expect(written).toEqual([])
  })

  it('that was asked for a moment after is one of its own', async () => {
    const { outcome } = await recording(failureTags(first, version), { askedAt: later(-5 * minute + 1) })
    expect(outcome).toMatchObject({ recorded: { state: { status: 'action-required', failures: 2 } } })
  })

  it('of our own store is written once', async () => {
    const own = { failure: ownFailure('grant_not_decodable'), grant: undefined, askedAt: undefined }
    const { outcome, written } = await recording({}, own)
    expect(outcome).toMatchObject({ asked: false, recorded: { state: { status: 'action-required', retry: noon } } })
    const again = await recording(written[0]?.[1] ?? {}, own)
    expect(again.outcome).toMatchObject({
      kind: 'failed',
      asked: false,
      recorded: { before: { status: 'action-required' } },
    })
    expect(again.written).toEqual([])
  })

  it('of our own store is written where another one was before', async () => {
    const own = { failure: ownFailure('client_not_known'), askedAt: undefined }
    const before = sampleState({ status: 'action-required', class: 'request', code: 'grant_not_decodable' })
    const { written } = await recording(failureTags(before, version), own)
    expect(written[0]?.[1][tags.reason]).toBe('client client_not_known')
  })
})

describe('whom a failure is about', () => {
  it('is judged with this refusal counted, and what comes of it is written', async () => {
    const rows: unknown[] = []
    const judge = async (_: unknown, row: unknown) => {
      rows.push(row)
      return 'held' as const
    }
    const { outcome } = await recording({}, { judge })
    const first = sampleState({ class: 'reauthorize', refusals: 1, since: later(-hour), failed: later(-hour) })
    await recording(failureTags(first, version), { judge })
    await recording(failureTags(first, version), { judge, failure: sampleFailure() })
    expect(rows).toEqual([
      { refusals: 1, since: noon },
      { refusals: 2, since: first.since },
      { refusals: 1, since: first.since },
    ])
    expect(outcome).toMatchObject({ recorded: { state: { status: 'action-required', concerns: 'held', retry: noon } } })
  })

  it('is not asked where it is recorded already, or is of an older version', async () => {
    const judge = async () => {
      throw new Error('this failure is none of its own')
    }
    const first = sampleState({ class: 'reauthorize', refusals: 1 })
    const known = await recording(failureTags(first, version), { judge, askedAt: later(-5 * minute) })
    expect(known.outcome).toMatchObject({ recorded: { state: first } })
    const older = await recording({}, { judge, versionId: 'older' })
    expect(older.outcome).toEqual({ kind: 'superseded' })
  })
})

describe('a failure that brought a new refresh token', () => {
  const before = '3f1a2b3c-0000-4000-8000-00000000ab99'

  it('counts on from the version that was tried', async () => {
    const first = sampleState({ class: 'policy', failures: 4, refusals: 1, since: later(-hour) })
    const { outcome, written } = await recording(failureTags(first, before), { triedVersionId: before })
    expect(outcome).toMatchObject({
      recorded: { state: { failures: 5, refusals: 2, since: first.since, status: 'action-required' } },
    })
    expect(readStatus(written[0]?.[1] ?? {}, version).failure).toMatchObject({ failures: 5 })
  })

  it('starts anew where nothing says what was tried', async () => {
    const first = sampleState({ class: 'policy', failures: 4, refusals: 1, since: later(-hour) })
    const { outcome } = await recording(failureTags(first, before))
    expect(outcome).toMatchObject({ recorded: { state: { failures: 1, refusals: 1, since: noon } } })
  })
})

describe('other tags', () => {
  it('are written with those of the failure', async () => {
    const { written } = await recording({}, { tags: { [tags.probe]: 'b' } })
    expect(written[0]?.[1]).toMatchObject({ [tags.probe]: 'b', [tags.status]: 'retrying' })
  })
})

describe('a failure of what is not the newest', () => {
  it.each([
    ['another version', 'another'],
    ['none that is known', undefined],
  ])('is not written where the current version is %s', async (_, currentVersionId) => {
    const describe = async () => ({ ...about, arn: 'arn', currentVersionId, tags: {} })
    const { outcome, written } = await recording({}, {}, { describe })
    expect(outcome).toEqual({ kind: 'superseded' })
    expect(written).toEqual([])
  })

  it('is not written where the secret is gone', async () => {
    const { outcome } = await recording({}, {}, { describe: async () => undefined })
    expect(outcome).toEqual({ kind: 'superseded' })
  })
})

describe('a failure that cannot be recorded', () => {
  const refuse = async () => {
    throw new StoreFailure(storeFailure('AccessDeniedException'), false)
  }

  it.each([['describe'], ['tag']] as const)(
    'is reported all the same, and so is what was in the way (%s)',
    async (call) => {
      const { outcome, failed } = await recording({}, {}, { [call]: refuse })
      expect(outcome).toEqual({ kind: 'failed', failure: revoked, asked: true })
      expect(failed).toMatchObject([
        { task: 'record a failure', name: 'a', failure: { code: 'AccessDeniedException' } },
      ])
    },
  )

  it('does not hide a bug', async () => {
    const describe = async () => {
      throw new TypeError('a bug')
    }
    await expect(recording({}, {}, { describe })).rejects.toThrow('a bug')
  })
})

describe('what was written', () => {
  it('reads back as the state that was given back', async () => {
    for (const failure of [revoked, sampleFailure(), sampleFailure({ class: 'policy', code: 'AADSTS50076' })]) {
      const { outcome, written } = await recording({}, { failure })
      const read = readStatus(written[0]?.[1] ?? {}, version).failure
      expect(outcome).toMatchObject({ recorded: { state: read } })
    }
  })
})
