// Status in tags: two groups that do not undo one another, and nothing believed that does not fit its version.

import { describe, expect, it } from 'vitest'
import { failureClasses, pauseIsOver, tags } from '../../../../lambda/contract.ts'
import { dueAt } from '../../../../lambda/core/due.ts'
import { aadsts, errors, isCode, ownFailures, transports } from '../../../../lambda/core/failures/failure-table.ts'
import { clientName } from '../../../../lambda/core/secrets/client.ts'
import type { Grant } from '../../../../lambda/core/secrets/grant.ts'
import { clientTags } from '../../../../lambda/core/tags/client-tags.ts'
import {
  type FailureState,
  failureTags,
  nextLook,
  readStatus,
  recoveredTags,
  successTags,
  type Tags,
} from '../../../../lambda/core/tags/status.ts'
import {
  day,
  hour,
  later,
  minute,
  noon,
  sampleClient,
  sampleGrant,
  sampleState,
  timing,
} from '../../../support/core-samples.ts'

const version = '3f1a2b3c-0000-4000-8000-00000000ab00'
const next = '3f1a2b3c-0000-4000-8000-00000000ab01'
const connection = 'sales-mailbox'

const success = (change: Partial<Grant> = {}, versionId = version): Tags =>
  successTags(connection, sampleGrant(change), versionId, timing)

const state = (change: Partial<FailureState> = {}): FailureState =>
  sampleState({
    failures: 2,
    failed: later(33 * minute),
    since: later(28 * minute),
    retry: later(38 * minute),
    ...change,
  })

const failure = (change: Partial<FailureState> = {}, versionId = version): Tags => failureTags(state(change), versionId)

const without = (all: Tags, key: string): Tags =>
  Object.fromEntries(Object.entries(all).filter(([name]) => name !== key))

const ownKeys = { connection: tags.connection, status: tags.status }
/** For people: nothing is decided by them. */
const hintKeys = [tags.account, tags.missingScope, tags.ending, tags.publish]
const successKeys = [tags.client, tags.mode, tags.refreshed, tags.expires, tags.refreshBy, tags.due, tags.seal]
const failureKeys = [tags.failed, tags.since, tags.reason, tags.failures, tags.retry, tags.failureSeal]
/** Versions before did not write them, so a seal without them holds. */
const addedKeys = [tags.refusals, tags.concerns]

describe('the tags of a success', () => {
  it('tell how the connection is', () => {
    expect(readStatus(success(), version)).toMatchObject({
      status: 'healthy',
      client: 'sample-client',
      mode: 'fresh',
      refreshed: noon,
      expires: later(hour),
      refreshBy: later(90 * day),
      next: dueAt(sampleGrant(), timing),
      failure: undefined,
    })
  })

  it('are the keys of the contract, next to the connection and its status', () => {
    expect(Object.keys(success()).toSorted()).toEqual(
      [...Object.values(ownKeys), ...successKeys, ...hintKeys].toSorted(),
    )
  })

  it.each(['sample-client', 'https://app.example.com/client', 'a'.repeat(300)])(
    'name the secret of the client whose id is %s',
    (client_id) => {
      expect(readStatus(success({ client_id }), version).client).toBe(clientName(client_id))
    },
  )

  it.each(successKeys)('are not believed when %s is missing', (key) => {
    expect(readStatus(without(success(), key), version).next).toBeUndefined()
  })

  it.each([
    [tags.client, 'another-client'],
    [tags.mode, 'keep-alive'],
    [tags.mode, 'unheard-of'],
    [tags.refreshed, later(minute).toISOString()],
    [tags.refreshed, '2026-11-23T12:00:00Z'],
    [tags.expires, later(day).toISOString()],
    [tags.refreshBy, later(day).toISOString()],
    [tags.due, later(day).toISOString()],
    [tags.due, 'never'],
    [tags.seal, ''],
    [tags.seal, 'AAAAAAAAAAAAAAAA'],
  ])('are not believed when %s was edited to %j', (key, value) => {
    expect(readStatus({ ...success(), [key]: value }, version).next).toBeUndefined()
  })

  it.each(['', '\n', 'sample-client\nfresh'])('are not believed when values moved between keys (%j)', (client) => {
    expect(readStatus({ ...success(), [tags.client]: client, [tags.mode]: '' }, version).next).toBeUndefined()
  })

  it('are not believed of another version, nor of none', () => {
    expect(readStatus(success(), next).next).toBeUndefined()
    expect(readStatus(success(), undefined).next).toBeUndefined()
    expect(readStatus(success(), undefined).status).toBe('healthy')
  })

  it('are still shown when they are not believed', () => {
    expect(readStatus(success(), next)).toMatchObject({ refreshed: noon, expires: later(hour), mode: 'fresh' })
  })

  it('may be gone altogether, or be those of another process', () => {
    for (const all of [{}, { owner: 'sales' }, { [tags.mode]: 'x', [tags.due]: 'y' }]) {
      expect(readStatus(all, version)).toMatchObject({
        status: 'healthy',
        mode: undefined,
        refreshed: undefined,
        expires: undefined,
        refreshBy: undefined,
        next: undefined,
        failure: undefined,
      })
    }
  })
})

describe('the tags of a failure', () => {
  const both = { ...success(), ...failure() }

  it.each(['retrying', 'action-required'] as const)('tell of %s: what, how often and until when', (status) => {
    const one = state({ status, class: 'reauthorize', code: 'AADSTS50173' })
    const all = { ...success(), ...failureTags(one, version) }
    expect(readStatus(all, version)).toMatchObject({ status, next: one.retry, failure: one })
    expect(all[tags.reason]).toBe('reauthorize AADSTS50173')
  })

  it('are the keys of the contract, next to the status, and name no connection', () => {
    expect(Object.keys(failure()).toSorted()).toEqual([tags.status, ...failureKeys, ...addedKeys].toSorted())
  })

  it('leave what a success has written', () => {
    expect(readStatus(both, version)).toMatchObject({ refreshed: noon, expires: later(hour), client: 'sample-client' })
  })

  it('tell of a connection that no success was ever written of', () => {
    expect(readStatus(failure(), version)).toMatchObject({ status: 'retrying', next: later(38 * minute) })
  })

  it.each([...failureKeys, ...addedKeys])('are not believed when %s is missing', (key) => {
    expect(readStatus(without(both, key), version)).toMatchObject({ status: 'healthy', failure: undefined })
  })

  it.each([
    [tags.failed, later(34 * minute).toISOString()],
    [tags.since, later(27 * minute).toISOString()],
    [tags.since, 'long ago'],
    [tags.reason, 'reauthorize AADSTS50173'],
    [tags.reason, 'transient'],
    [tags.failures, '1'],
    [tags.failures, 'many'],
    [tags.refusals, '2'],
    [tags.refusals, 'many'],
    [tags.concerns, 'client'],
    [tags.concerns, 'held'],
    [tags.concerns, 'unheard-of'],
    [tags.retry, later(365 * day).toISOString()],
    [tags.retry, 'never'],
    [tags.failureSeal, ''],
  ])('are not believed when %s was edited to %j', (key, value) => {
    expect(readStatus({ ...both, [key]: value }, version)).toMatchObject({ status: 'healthy', failure: undefined })
  })

  it('are not believed of another version, nor of none', () => {
    expect(readStatus(both, next).failure).toBeUndefined()
    expect(readStatus(both, undefined)).toMatchObject({ status: 'healthy', next: undefined, failure: undefined })
  })

  it.each(failureClasses)('carry class %s', (name) => {
    expect(readStatus(failure({ class: name }), version).failure?.class).toBe(name)
  })
})

describe('the tags of a client', () => {
  const failed = failure({ status: 'action-required', class: 'client', code: 'AADSTS7000222' })

  it('tell of its failure as those of a connection do', () => {
    expect(readStatus(failed, version)).toMatchObject({
      status: 'action-required',
      next: later(38 * minute),
      failure: { class: 'client', code: 'AADSTS7000222', since: later(28 * minute) },
    })
  })

  it('tell that its failure is over once it has recovered, in every order', () => {
    const over = recoveredTags(later(33 * minute))
    for (const all of [
      { ...failed, ...over },
      { ...over, ...failed },
    ]) {
      expect(readStatus(all, version)).toMatchObject({ status: 'healthy', failure: undefined, next: undefined })
    }
  })

  it('tell of a failure that is newer than the recovery', () => {
    const all = { ...failed, ...recoveredTags(later(33 * minute - 1)) }
    expect(readStatus(all, version).failure).toMatchObject({ code: 'AADSTS7000222' })
  })

  it('of a recovery are its time and the status, for people', () => {
    expect(recoveredTags(noon)).toEqual({ [tags.refreshed]: noon.toISOString(), [tags.status]: 'healthy' })
  })

  it('do not concern another version of the client, which may be the mended one', () => {
    expect(readStatus(failed, next)).toMatchObject({ status: 'healthy', failure: undefined })
  })
})

describe('what people were notified', () => {
  it('belongs to no group, so that no writer undoes it', () => {
    for (const written of [success(), failure(), recoveredTags(noon)]) expect(written).not.toHaveProperty(tags.told)
    const all = { ...success(), ...failure() }
    for (const told of ['action-required', 'healthy', '']) {
      expect(readStatus({ ...all, [tags.told]: told }, version)).toEqual(readStatus(all, version))
    }
  })
})

describe('two writers', () => {
  const orders = (one: Tags, other: Tags): readonly (readonly [string, Tags])[] => [
    ['the success last', { ...one, ...other }],
    ['the failure last', { ...other, ...one }],
  ]

  it.each(orders(failure(), success()))('do not undo a newer failure of this version, %s', (_, all) => {
    expect(readStatus(all, version)).toMatchObject({ status: 'retrying', next: later(38 * minute) })
  })

  it.each(orders(failure(), success({ refreshed_at: later(34 * minute) })))(
    'do not undo a newer success of this version, %s',
    (_, all) => {
      const due = dueAt(sampleGrant({ refreshed_at: later(34 * minute) }), timing)
      expect(readStatus(all, version)).toMatchObject({ status: 'healthy', next: due, failure: undefined })
    },
  )

  it.each(orders(failure(), success({ refreshed_at: later(34 * minute) }, next)))(
    'do not undo the success of a newer version, %s',
    (_, all) => {
      expect(readStatus(all, next)).toMatchObject({ status: 'healthy', failure: undefined })
      expect(readStatus(all, next).next).toBeDefined()
    },
  )

  it.each(orders(failure({}, next), success()))('tell of a failure of the newer version, %s', (_, all) => {
    expect(readStatus(all, next)).toMatchObject({ status: 'retrying', next: later(38 * minute) })
  })

  it('at the same moment: the success counts', () => {
    const all = { ...success({ refreshed_at: later(33 * minute) }), ...failure() }
    expect(readStatus(all, version).failure).toBeUndefined()
    const earlier = { ...success({ refreshed_at: later(33 * minute - 1) }), ...failure() }
    expect(readStatus(earlier, version).failure).toBeDefined()
  })

  it.each(['healthy', 'retrying', 'anything', ''])('may leave the status tag at %j: the seal knows better', (text) => {
    const all = { ...success(), ...failure({ status: 'action-required' }), [tags.status]: text }
    expect(readStatus(all, version).status).toBe('action-required')
  })
})

describe('a paused connection', () => {
  it.each([
    ['the tag of its own', { [tags.paused]: noon.toISOString() }],
    ['an empty tag of its own', { [tags.paused]: '' }],
    ['a yes with a blank', { [tags.paused]: 'yes ' }],
    ['a tag that says nothing known', { [tags.paused]: 'perhaps' }],
    ['the status tag', { [tags.status]: 'paused' }],
  ])('is known by %s', (_, change) => {
    expect(readStatus({ ...success(), ...change }, version).status).toBe('paused')
    expect(readStatus({ ...success(), ...failure(), ...change }, version).status).toBe('paused')
    expect(readStatus(change, undefined).status).toBe('paused')
  })

  it('is paused no longer after a bootstrap has ended the pause', () => {
    expect(readStatus({ ...success(), [tags.paused]: pauseIsOver }, version).status).toBe('healthy')
    expect(readStatus({ ...success(), ...failure(), [tags.paused]: pauseIsOver }, version).status).toBe('retrying')
  })

  it.each(['no', 'No', ' NO ', 'false', 'False', '0', 'off', 'OFF '])('is none where the tag says %j', (text) => {
    expect(readStatus({ ...success(), [tags.paused]: text }, version).status).toBe('healthy')
  })

  it('stays paused regardless of what a refresh writes', () => {
    const all = { [tags.paused]: noon.toISOString(), ...success(), ...failure() }
    expect(readStatus(all, version).status).toBe('paused')
  })

  it('still tells of its failure and its next attempt', () => {
    const all = { ...success(), ...failure(), [tags.paused]: noon.toISOString() }
    expect(readStatus(all, version)).toMatchObject({ next: later(38 * minute), failure: { code: 'http_503' } })
  })
})

describe('every tag value', () => {
  const allowed = /^[A-Za-z0-9 +\-=._:/@]{0,256}$/

  it.each([
    '0b5e6f70-1111-4111-9111-11111111cd11',
    '12345-abc.apps.googleusercontent.com',
    'https://app.example.com/client',
    'a'.repeat(256),
    'a'.repeat(257),
    'app~1',
    'a|b',
    '{guid}',
    'a,b',
    '50%',
    'clé',
  ])('of a success is one that the service takes, for client %s', (client_id) => {
    for (const value of Object.values(success({ client_id }))) expect(value).toMatch(allowed)
  })

  it('of a failure is one that the service takes, for every code there is', () => {
    const codes = [
      ...Object.keys(aadsts).map((code) => `AADSTS${code}`),
      ...[errors, transports, ownFailures].flatMap((table) => Object.keys(table)),
      'a'.repeat(64),
      'urn:ietf:params.x_y-z',
    ]
    for (const code of codes) {
      expect(isCode(code), code).toBe(true)
      for (const name of failureClasses) {
        for (const value of Object.values(failure({ class: name, code }))) expect(value).toMatch(allowed)
      }
    }
  })

  it('stays so over years of failures', () => {
    const failures = 1_000_000
    for (const value of Object.values(failure({ failures }))) expect(value).toMatch(allowed)
    expect(readStatus(failure({ failures }), version).failure?.failures).toBe(failures)
  })

  it('is one of at most 40 tags, with room for those of the owner among 50', () => {
    const keys = Object.values(tags)
    expect(new Set(keys).size).toBe(keys.length)
    const onClientsOnly = new Set(Object.keys(clientTags(sampleClient(), 'Mail.Read')))
    expect(keys.filter((key) => !onClientsOnly.has(key)).length).toBeLessThanOrEqual(40)
    for (const key of keys) expect(key).toMatch(/^token-refresher:[a-z-]{1,40}$/)
  })
})

describe('when the refresher has to look next', () => {
  const grant = sampleGrant()
  const tags = successTags('a', grant, 'version', timing)
  const look = (all: Tags, now: Date) => nextLook(readStatus(all, 'version'), now.getTime())

  it('is what the tags say', () => {
    expect(look(tags, noon)).toEqual(dueAt(grant, timing))
  })

  it.each([
    [2 * minute, true],
    [2 * minute + 1, false],
  ])('is now when they were written by a clock that was %d ms ahead: believed: %s', (ahead, believed) => {
    expect(look(tags, later(-ahead)) !== undefined).toBe(believed)
    const failure = sampleState({ failed: later(ahead), since: later(ahead), retry: later(day) })
    const failing = { ...tags, ...failureTags(failure, 'version') }
    expect(look(failing, noon) !== undefined).toBe(believed)
  })
})
