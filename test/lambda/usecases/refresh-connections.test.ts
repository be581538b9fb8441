// A tick over stored secrets of which nothing is true but what a test says: counts, and what ends it.

import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { encodeClient } from '../../../lambda/core/secrets/client.ts'
import { encodeGrant } from '../../../lambda/core/secrets/grant.ts'
import { encodePublished } from '../../../lambda/core/secrets/published.ts'
import type { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import { successTags } from '../../../lambda/core/tags/status.ts'
import type { SecretStore, StoredEntry, StoredVersion } from '../../../lambda/ports.ts'
import { refreshConnections } from '../../../lambda/usecases/refresh-connections.ts'
import { shardOf } from '../../../lambda/usecases/tick/shards.ts'
import { ManualClock } from '../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../support/core-refusing.ts'
import { made, minute, noon, sampleClient, sampleGrant, timing } from '../../support/core-samples.ts'
import { CollectedTelemetry } from '../../support/telemetry.ts'

const [grant, client] = [sampleGrant(), sampleClient()]
const versionId = '3f1a2b3c-0000-4000-8000-00000000ab00'
const version = (text: Redacted): StoredVersion => ({ arn: 'arn', versionId, createdAt: noon, text })

const entryOf = (name: string): StoredEntry => ({
  room: 'grants',
  name,
  arn: `arn:${name}`,
  currentVersionId: versionId,
  tags: successTags(name, grant, versionId, timing),
})

/** Connections that were refreshed at noon, and that all are fresh. */
const world = (names: readonly string[], store: Partial<SecretStore> = {}) => {
  const telemetry = new CollectedTelemetry()
  const dependencies = refusingDependencies({
    clock: new ManualClock(noon),
    random: { fraction: () => 0, uuid: () => 'drawn' },
    telemetry,
    store: {
      ...refusingStore,
      list: async () => ({ entries: names.map(entryOf), next: undefined }),
      describe: async ({ room, name }) => (room === 'grants' && names.includes(name) ? entryOf(name) : undefined),
      readTogether: async () => [
        version(encodeGrant(grant)),
        version(encodePublished(grant, client)),
        version(encodeClient(client)),
      ],
      ...store,
    },
  })
  return { dependencies, telemetry }
}

const invocation = { remainingMilliseconds: () => 10 * minute }
const nothing = { refreshed: 0, published: 0, fresh: 0, failed: {}, left: 0 }

describe('a tick', () => {
  it('counts each connection once where none is due', async () => {
    const { dependencies, telemetry } = world(['a', 'b', 'c'], { readTogether: refusingStore.readTogether })
    expect(await refreshConnections(dependencies, {}, invocation)).toEqual({ ...nothing, fresh: 3 })
    expect(telemetry.ticks).toMatchObject([{ fresh: 3, connections: 3 }])
  })

  it('counts named connections once, due or not, and says nothing of all the others', async () => {
    const { dependencies, telemetry } = world(['a', 'b', 'c'])
    const answer = await refreshConnections(dependencies, { connections: ['a', 'b'] }, invocation)
    const outcomes = ['a', 'b'].map((connection) => ({ connection, outcome: 'fresh' }))
    expect(answer).toEqual({ ...nothing, fresh: 2, outcomes })
    expect(telemetry.ticks).toEqual([])
  })

  it('counts a named connection that there is not as a failed request', async () => {
    const { dependencies, telemetry } = world(['a'])
    const answer = await refreshConnections(dependencies, { connections: ['z', 'a'] }, invocation)
    expect(answer).toMatchObject({ ...nothing, fresh: 1, failed: { request: 1 } })
    expect(answer.outcomes).toEqual([
      {
        ...{ connection: 'z', outcome: 'failed', class: 'request', code: 'connection_not_found' },
        remedy: expect.stringContaining('token-refresher bootstrap z'),
      },
      { connection: 'a', outcome: 'fresh' },
    ])
    expect(telemetry.last('z')).toMatchObject({ kind: 'failed', failure: { code: 'connection_not_found' } })
  })

  it.each([1, 2, 4, 7])('sees every connection in one of %d shards', async (of) => {
    const names = Array.from({ length: 50 }, (_, index) => `mailbox-${index}`)
    let fresh = 0
    for (let shard = 0; shard < of; shard++) {
      const answer = await refreshConnections(world(names).dependencies, { shard, of }, invocation)
      expect(answer.fresh).toBe(names.filter((name) => shardOf(name, of) === shard).length)
      fresh += answer.fresh
    }
    expect(fresh).toBe(50)
  })
})

describe('a bug in the middle of a tick', () => {
  it('does not end it: the others are looked at, and the defect is reported without its message', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `mailbox-${index}`)
    const begun: string[] = []
    const secret = made('refresh-token')
    const { dependencies, telemetry } = world(names, {
      // Without tags that can be believed: each has to be read.
      list: async () => ({ entries: names.map((name) => ({ ...entryOf(name), tags: {} })), next: undefined }),
      readTogether: async ([first]) => {
        begun.push(first?.name ?? '')
        const mine = begun.length
        await setImmediate()
        if (mine === 3) throw new TypeError(`a bug of ${secret}`)
        return [version(encodeGrant(grant)), version(encodePublished(grant, client))]
      },
      read: async () => version(encodeClient(client)),
      tag: async () => {},
    })
    telemetry.toleratesDefects = true
    const answer = await refreshConnections(dependencies, {}, invocation)
    expect(answer).toEqual({ ...nothing, fresh: 99, failed: { store: 1 } })
    expect(begun.toSorted()).toEqual(names.toSorted())
    expect(telemetry.defects).toMatchObject([{ connection: begun[2], error: 'TypeError' }])
    expect(telemetry.defects[0]?.at.length).toBeGreaterThan(0)
    expect(telemetry.last(begun[2] ?? '')).toMatchObject({ kind: 'failed', failure: { code: 'unexpected_error' } })
    expect(telemetry.ticks).toHaveLength(1)
    expect(telemetry.text()).not.toContain(secret)
  })
})
