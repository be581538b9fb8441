// Connections whose refusals showed that their client is at fault: held until the client's next attempt.

import { describe, expect, it } from 'vitest'
import { storeFailure } from '../../../../lambda/core/failures/failure-table.ts'
import { type FailureState, failureTags, readStatus, type Tags } from '../../../../lambda/core/tags/status.ts'
import { type StoredEntry, StoreFailure } from '../../../../lambda/ports.ts'
import { holdConnections } from '../../../../lambda/usecases/limits/hold-connections.ts'
import { refusingDependencies, refusingStore } from '../../../support/core-refusing.ts'
import { hour, later, minute, sampleState } from '../../../support/core-samples.ts'
import { CollectedTelemetry } from '../../../support/telemetry.ts'

const version = '3f1a2b3c-0000-4000-8000-00000000ab00'
const denied = new StoreFailure(storeFailure('AccessDeniedException'), false)

const refused = (change: Partial<FailureState> = {}): Tags =>
  failureTags(
    sampleState({
      class: 'client',
      code: 'AADSTS7000222',
      concerns: 'client',
      refusals: 1,
      since: later(-hour),
      ...change,
    }),
    version,
  )

/** Connections by name, with their tags; `failing`: what the store answers for one of them. */
const holding = async (stored: Readonly<Record<string, Tags>>, failing: Readonly<Record<string, Error>> = {}) => {
  const written: Record<string, Tags> = {}
  const telemetry = new CollectedTelemetry()
  const dependencies = refusingDependencies({
    telemetry,
    store: {
      ...refusingStore,
      describe: async ({ room, name }): Promise<StoredEntry | undefined> => {
        const all = room === 'grants' ? stored[name] : undefined
        return all && { room, name, arn: `arn:${name}`, currentVersionId: version, tags: all }
      },
      tag: async ({ name }, all) => {
        if (failing[name] !== undefined) throw failing[name]
        written[name] = all
      },
    },
  })
  await holdConnections(dependencies, [...Object.keys(stored), 'gone'])
  return { written, failed: telemetry.storeFailures }
}

describe('a connection that was refused for the client’s sake', () => {
  it('needs a person because of its client, and has no next attempt of its own', async () => {
    const { written } = await holding({ a: refused() })
    expect(readStatus(written.a ?? {}, version).failure).toEqual({
      status: 'action-required',
      class: 'client',
      code: 'AADSTS7000222',
      failures: 1,
      refusals: 1,
      concerns: 'held',
      failed: later(-5 * minute),
      since: later(-hour),
      retry: later(-5 * minute),
    })
  })

  it('is held beside all others', async () => {
    const { written } = await holding({ a: refused(), b: refused({ refusals: 2 }) })
    expect(Object.keys(written)).toEqual(['a', 'b'])
  })
})

describe('a connection', () => {
  it.each<readonly [string, Tags]>([
    ['works again', {}],
    ['fails for its own sake', refused({ concerns: 'connection' })],
    ['is held already', refused({ concerns: 'held', status: 'action-required' })],
    ['has tags of another version', failureTags(sampleState({ concerns: 'client' }), 'another')],
  ])('that %s is left as it is', async (_, all) => {
    const { written } = await holding({ a: all, b: refused() })
    expect(Object.keys(written)).toEqual(['b'])
  })
})

describe('a tag that cannot be written', () => {
  it('is logged, and the other connections are held', async () => {
    const { written, failed } = await holding({ a: refused(), b: refused() }, { a: denied })
    expect(Object.keys(written)).toEqual(['b'])
    expect(failed).toMatchObject([{ name: 'a', failure: { code: 'AccessDeniedException' } }])
  })

  it('does not hide a bug', async () => {
    await expect(holding({ a: refused() }, { a: new TypeError('a bug') })).rejects.toThrow('a bug')
  })
})
