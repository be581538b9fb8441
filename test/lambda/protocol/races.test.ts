// Several writers of one connection: refreshers, bootstraps and a person, in every order that matters.

import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import type { Dependencies, SecretStore } from '../../../lambda/ports.ts'
import { labelled } from '../../../local/secrets-manager/service.ts'
import { barrier, type Embedded, embedded, handlersOver, hour, minute } from '../../support/embedded.ts'

/** Something happens between the provider's answer and its use. */
const afterRedeeming = ({ dependencies }: Embedded, happens: () => Promise<unknown>): Dependencies => ({
  ...dependencies,
  tokenEndpoint: {
    redeem: async (request) => {
      const answer = await dependencies.tokenEndpoint.redeem(request)
      await happens()
      return answer
    },
  },
})

const withStore = ({ dependencies }: Embedded, change: (store: SecretStore) => Partial<SecretStore>): Dependencies => ({
  ...dependencies,
  store: { ...dependencies.store, ...change(dependencies.store) },
})

/** A connection that is due now. */
const due = async () => {
  const e = await embedded()
  await e.connect('a')
  e.clock.advance(90 * minute)
  return e
}

const generation = (e: Embedded) => Number(e.current('grants', 'a').json.generation)
const bootstrapAgain = async (e: Embedded) => {
  await e.storeLogin('a', e.login)
  return e.bootstrap({ connection: 'a' })
}

describe('two refreshers that redeem at once', () => {
  it('commit one generation, and publish what was committed', async () => {
    const e = await due()
    const dependencies = afterRedeeming(e, barrier(2))
    const answers = await Promise.all([1, 2].map(() => handlersOver(dependencies).refresh()))
    expect(answers.map(({ refreshed }) => refreshed).sort()).toEqual([0, 1])
    expect(e.told.outcomes.map(({ outcome }) => outcome.kind).sort()).toEqual(['refreshed', 'superseded'])
    expect(e.refreshRequests()).toBe(2)
    expect(generation(e)).toBe(2)
    expect(e.secret('grants', 'a').versions.size).toBe(2)
    expect(e.problems('a')).toEqual([])
  })

  it('do not mistake a stale read of the parent for a label that was moved back', async () => {
    const e = await due()
    const parent = await e.dependencies.store.read({ room: 'grants', name: 'a' })
    const stale = withStore(e, (store) => ({
      read: async (id, versionId) =>
        'room' in id && id.room === 'grants' && versionId === undefined ? parent : store.read(id, versionId),
    }))
    const late = { ...stale, tokenEndpoint: afterRedeeming(e, () => e.refresh()).tokenEndpoint }
    await handlersOver(late).refresh()
    expect(e.told.last('a')).toEqual({ kind: 'superseded' })
    expect(e.secret('grants', 'a').versions.size).toBe(2)
    expect(e.problems('a')).toEqual([])
  })
})

describe('a refresher and a bootstrap', () => {
  it('that bootstraps while the refresher redeems: the stale refresher drops out', async () => {
    const e = await due()
    await handlersOver(afterRedeeming(e, () => bootstrapAgain(e))).refresh()
    expect(e.told.last('a')).toEqual({ kind: 'superseded' })
    expect(e.current('grants', 'a').json.bootstrapped_at).toBe(e.current('grants', 'a').json.refreshed_at)
    expect(generation(e)).toBe(2)
    expect(e.problems('a')).toEqual([])
  })

  it('that refreshes while the bootstrap redeems: the bootstrap comes above it', async () => {
    const e = await due()
    await e.storeLogin('a', e.login)
    await handlersOver(afterRedeeming(e, () => e.refresh())).bootstrap({ connection: 'a' })
    expect(generation(e)).toBe(3)
    expect(e.current('grants', 'a').json.bootstrapped_at).toBe(e.current('grants', 'a').json.refreshed_at)
    expect(e.problems('a')).toEqual([])
  })

  it('that refreshes just before the bootstrap commits: the bootstrap comes above it', async () => {
    const e = await due()
    await e.storeLogin('a', e.login)
    let refreshed = false
    const dependencies = withStore(e, (store) => ({
      put: async (write, stage) => {
        if ('room' in write && write.room === 'grants' && !refreshed) {
          refreshed = true
          await e.refresh()
        }
        return store.put(write, stage)
      },
    }))
    await handlersOver(dependencies).bootstrap({ connection: 'a' })
    expect(generation(e)).toBe(3)
    expect(e.current('grants', 'a').json.bootstrapped_at).not.toBe('2027-01-01T00:00:00.000Z')
    expect(e.problems('a')).toEqual([])
  })

  it('that bootstraps between the commit and the publication of a refresh: apps see the bootstrap', async () => {
    const e = await due()
    const dependencies = withStore(e, (store) => ({
      put: async (write, stage) => {
        const written = await store.put(write, stage)
        if ('room' in write && write.room === 'grants') await bootstrapAgain(e)
        return written
      },
    }))
    await handlersOver(dependencies).refresh()
    expect(e.current('connections', 'a').json).toMatchObject({ generation: 3 })
    // The refresher's tags came last and concern an older version, which costs a read.
    await e.tickAfter(5)
    expect(e.problems('a')).toEqual([])
  })
})

describe('two bootstraps', () => {
  it('of one login at once send the password once', async () => {
    const e = await embedded()
    await e.storeLogin('a', e.login)
    const ended = await Promise.allSettled([1, 2].map(() => e.bootstrap({ connection: 'a' })))
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(e.entra.requests.get('password')).toBe(1)
    expect(e.problems('a')).toEqual([])
  })

  it('of one login: the second learns that it was tried, while the first is still asking', async () => {
    const e = await embedded()
    await e.storeLogin('a', e.login)
    const second = () => expect(e.bootstrap({ connection: 'a' })).rejects.toThrow('request login_already_tried: ')
    await handlersOver(afterRedeeming(e, second)).bootstrap({ connection: 'a' })
    expect(e.entra.requests.get('password')).toBe(1)
    expect(e.problems('a')).toEqual([])
  })

  it('of logins of their own both end, and apps see the newer generation', async () => {
    const e = await embedded()
    await e.storeLogin('a', e.login)
    await e.storeLogin('b', { ...e.login, connection: 'a' })
    const dependencies = afterRedeeming(e, barrier(2))
    const login = e.secret('logins', 'b').name
    await Promise.all([{ connection: 'a' }, { connection: 'a', login }].map(handlersOver(dependencies).bootstrap))
    expect(generation(e)).toBe(2)
    await e.tickAfter(5)
    expect(e.problems('a')).toEqual([])
  })
})

describe('a person who moves AWSCURRENT of a grant back', () => {
  const moveBack = async (e: Embedded, versionId: string) => {
    const { arn: SecretId } = e.secret('grants', 'a')
    const RemoveFromVersionId = e.current('grants', 'a').versionId
    const VersionStage = 'AWSCURRENT'
    const move = { SecretId, VersionStage, MoveToVersionId: versionId, RemoveFromVersionId }
    await e.aws.send(new UpdateSecretVersionStageCommand(move))
  }

  it('back to one that is not due brings it above what apps have seen, at the next tick', async () => {
    const e = await embedded()
    await e.connect('a')
    const { versionId } = e.current('grants', 'a')
    await e.refresh({ connections: ['a'], force: true })
    await moveBack(e, versionId)
    await e.tickAfter(6)
    expect(generation(e)).toBe(3)
    expect(e.problems('a')).toEqual([])
  })

  it.each([
    ['two minutes after a refresh', 1, 2],
    ['hours after', 4, 20],
  ])('%s does not stop the refreshing, and apps go on and never back', async (_, refreshes, minutes) => {
    const e = await embedded()
    await e.connect('a')
    const { versionId } = e.current('grants', 'a')
    for (let refresh = 0; refresh < refreshes; refresh++) await e.tickAfter(75)
    const before = Number(e.current('connections', 'a').json.generation)
    expect(before).toBe(refreshes + 1)
    e.clock.advance(minutes * minute)
    await moveBack(e, versionId)
    let seen = before
    let lowest = Number.POSITIVE_INFINITY
    for (const end = e.clock.now() + 6 * hour; e.clock.now() < end; ) {
      await e.tickAfter(5)
      const { json } = e.current('connections', 'a')
      expect(Number(json.generation)).toBeGreaterThanOrEqual(seen)
      seen = Number(json.generation)
      lowest = Math.min(lowest, (Date.parse(String(json.expires_at)) - e.clock.now()) / minute)
    }
    expect(lowest).toBeGreaterThanOrEqual(15)
    expect(e.problems('a')).toEqual([])
  })
})

it('keeps under AWSPREVIOUS what a person has edited while a refresh was in flight', async () => {
  const e = await due()
  await handlersOver(afterRedeeming(e, () => e.edit('grants', 'a', { scope: 'edited' }))).refresh()
  const edited = labelled(e.secret('grants', 'a'), 'AWSPREVIOUS')
  expect(JSON.parse(edited?.string ?? '')).toMatchObject({ scope: 'edited', generation: 1 })
  expect(e.problems('a')).toEqual([])
})
