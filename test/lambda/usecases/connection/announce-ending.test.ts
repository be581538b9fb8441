// A grant that ends although it is refreshed is announced once, early enough, and again only for another end.

import { describe, expect, it } from 'vitest'
import { tags } from '../../../../lambda/contract.ts'
import { failureTags, readStatus, successTags, type Tags } from '../../../../lambda/core/tags/status.ts'
import type { StoredEntry } from '../../../../lambda/ports.ts'
import { announceEnding } from '../../../../lambda/usecases/connection/announce-ending.ts'
import { ManualClock } from '../../../../local/clock.ts'
import { withFields } from '../../../../local/entra/on-demand.ts'
import { refusingDependencies } from '../../../support/core-refusing.ts'
import { day, later, noon, sampleGrant, sampleState, timing } from '../../../support/core-samples.ts'
import { embedded } from '../../../support/embedded.ts'
import { startOddProvider } from '../../../support/odd-provider.ts'
import { withoutNetwork } from '../../../support/without-network.ts'

const version = '3f1a2b3c-0000-4000-8000-00000000ab00'
const signedIn = later(-3 * day)
const end = later(7 * day, signedIn)
const grant = sampleGrant({ ends_at: end, bootstrapped_at: signedIn, refreshed_at: signedIn })

const entry = (more: Tags = {}, room: StoredEntry['room'] = 'grants'): StoredEntry => ({
  room,
  name: 'sales',
  arn: 'arn:sales',
  currentVersionId: version,
  tags: { ...successTags('sales', grant, version, timing), ...more },
})

const announced = (at: Date, one = entry()) =>
  announceEnding(refusingDependencies({ clock: new ManualClock(at) }), one, readStatus(one.tags, version))

describe('the end of a grant', () => {
  it('is announced with its day, and with what to type', () => {
    expect(announced(later(-day, end))).toEqual({
      announcement: {
        name: 'Connection Ending',
        detail: {
          prefix: 'token-refresher',
          connection: 'sales',
          client: 'sample-client',
          code: 'connection_ending',
          remedy: 'Sign in again before then: token-refresher bootstrap sales',
          since: later(-day, end).toISOString(),
          ends_at: end.toISOString(),
          runbook: 'docs/runbook.md#connectionending',
        },
      },
      about: entry(),
      tag: { [tags.endingNotified]: end.toISOString() },
      isMade: expect.any(Function),
    })
  })

  it('was announced, or is over, where newer tags say so', () => {
    const isMade = (newest: Tags) => announced(later(-day, end))?.isMade({ tags: { ...entry().tags, ...newest } })
    expect(isMade({})).toBe(false)
    expect(isMade({ [tags.endingNotified]: noon.toISOString() })).toBe(false)
    expect(isMade({ [tags.endingNotified]: end.toISOString() })).toBe(true)
    expect(isMade({ [tags.ending]: '' })).toBe(true)
  })

  it.each([
    ['in the middle of a week', later(-3.5 * day, end), true],
    ['a millisecond before that', later(-3.5 * day - 1, end), false],
    ['a millisecond before the end', later(-1, end), true],
    ['at the end, when the provider refuses', end, false],
  ])('%s is announced: %s', (_, at, told) => {
    expect(announced(at) !== undefined).toBe(told)
  })

  const near = later(-day, end)
  it.each<readonly [string, StoredEntry]>([
    ['it was', entry({ [tags.endingNotified]: end.toISOString() })],
    ['a person is asked to sign in already', entry(failureTags(sampleState({ status: 'action-required' }), version))],
    ['no end is known', entry({ [tags.ending]: '' })],
    ['the tag is nonsense', entry({ [tags.ending]: 'soon' })],
    ['half of the tag is missing', entry({ [tags.ending]: end.toISOString() })],
    ['it is a client that has the tag', entry({}, 'clients')],
  ])('is not announced when %s', (_, one) => {
    expect(announced(near, one)).toBeUndefined()
  })

  it('is announced again for another end', () => {
    expect(announced(near, entry({ [tags.endingNotified]: noon.toISOString() }))).toBeDefined()
  })
})

describe('the end of a paused connection', () => {
  const paused = { [tags.paused]: 'yes' }
  const lasting = sampleGrant({ refreshed_at: noon })
  const pausedEntry = (more: Tags = {}): StoredEntry => {
    return { ...entry(), tags: { ...successTags('sales', lasting, version, timing), ...paused, ...more } }
  }
  const dies = lasting.refresh_by

  it('is announced a fortnight before its refresh token dies, and says how to resume', () => {
    expect(announced(later(-14 * day - 1, dies), pausedEntry())).toBeUndefined()
    expect(announced(later(-14 * day, dies), pausedEntry())?.announcement.detail).toMatchObject({
      connection: 'sales',
      remedy: expect.stringContaining('token-refresher resume sales'),
      ends_at: dies.toISOString(),
    })
  })

  it('is announced once, and not for one that is not paused', () => {
    const at = later(-day, dies)
    expect(announced(at, pausedEntry({ [tags.endingNotified]: dies.toISOString() }))).toBeUndefined()
    expect(announced(at, pausedEntry({ [tags.paused]: 'off' }))).toBeUndefined()
  })

  it('is over where newer tags say that it was resumed or refreshed', () => {
    const isMade = (more: Tags) => announced(later(-day, dies), pausedEntry())?.isMade({ tags: pausedEntry(more).tags })
    expect(isMade({})).toBe(false)
    expect(isMade({ [tags.paused]: 'no' })).toBe(true)
    expect(isMade({ [tags.refreshBy]: noon.toISOString() })).toBe(true)
  })

  it('is the end of its grant where that comes first', () => {
    expect(announced(later(-day, end), entry(paused))?.announcement.detail).toMatchObject({
      ends_at: end.toISOString(),
    })
  })
})

describe('a connection whose provider ends every grant after seven days', () => {
  it('is announced once a week, and a new sign-in counts from itself without saying so again', async () => {
    const e = await embedded({ reach: withoutNetwork })
    const answer = await e.connect('a', { grant_ends_after_days: 7 })
    const signIns = [e.clock.now()]
    expect(answer.ends_at).toBe(new Date(e.clock.now() + 7 * day).toISOString())
    const told = () => e.told.announcements.filter(({ name }) => name === 'Connection Ending')
    const ticks = async (days: number) => {
      for (let hours = 0; hours < days * 24; hours += 2) await e.tickAfter(2 * 60)
    }
    await ticks(3.4)
    expect(told()).toEqual([])
    await ticks(2)
    expect(told()).toHaveLength(1)
    expect(await e.tags('a')).toMatchObject({ [tags.endingNotified]: answer.ends_at })
    await e.connect('a')
    signIns.push(e.clock.now())
    await ticks(5)
    const ends = signIns.map((time) => new Date(time + 7 * day).toISOString())
    expect(told().map(({ detail }) => detail.ends_at)).toEqual(ends)
    expect(e.current('grants', 'a').json).toMatchObject({ refresh_by: ends[1], ends_at: ends[1] })
    expect(e.problems('a')).toEqual([])
  })
})

describe('a connection whose provider lets the end of its refresh token come nearer (keycloak issue 41191)', () => {
  it('is announced once, and not while the end moves', async () => {
    const [e, provider] = [await embedded({ reach: withoutNetwork }), await startOddProvider()]
    const began = e.clock.now()
    let endsAt: number | undefined
    provider.fields = {
      get refresh_expires_in() {
        return ((endsAt ?? e.clock.now() + 30 * day) - e.clock.now()) / 1000
      },
    }
    await e.storeLogin('a', {
      token_endpoint: provider.tokenEndpoint,
      client_id: 'the-client',
      client_secret: 'made-up',
      grant_type: 'refresh_token',
      refresh_token: provider.first,
    })
    await e.bootstrap({ connection: 'a' })
    const told = () => e.told.announcements.filter(({ name }) => name === 'Connection Ending')
    const ticks = async (days: number) => {
      for (let hours = 0; hours < days * 24; hours += 4) await e.tickAfter(4 * 60)
    }
    await ticks(8)
    expect(told()).toEqual([])
    endsAt = began + 12 * day
    await ticks(3)
    expect(told().map(({ detail }) => detail.ends_at)).toEqual([new Date(endsAt).toISOString()])
    endsAt = undefined
    await ticks(1)
    expect(e.current('grants', 'a').json).not.toHaveProperty('ends_at')
    expect(await e.tags('a')).toMatchObject({ [tags.ending]: '' })
    expect(told()).toHaveLength(1)
  })
})

describe('a scope that is granted in part', () => {
  it('is said at the bootstrap and in the tags, and published as granted also after an answer without one', async () => {
    const e = await embedded({ reach: withoutNetwork })
    e.entra.shapeNext(withFields({ scope: 'Mail.Read' }))
    const answer = await e.connect('a', { scope: 'Mail.Read Mail.Send offline_access' })
    expect(answer.missing_scope).toBe('Mail.Send')
    expect(await e.tags('a')).toMatchObject({ [tags.missingScope]: 'Mail.Send' })
    for (const scope of [undefined, '', null]) {
      e.entra.shapeNext(withFields({ scope }))
      expect(await e.tickAfter(90)).toMatchObject({ refreshed: 1 })
      expect(e.current('connections', 'a').json.scope).toBe('Mail.Read')
    }
    expect(await e.tags('a')).toMatchObject({ [tags.missingScope]: 'Mail.Send' })
    e.entra.shapeNext(withFields({ scope: 'Mail.Read Mail.Send' }))
    await e.tickAfter(90)
    expect(await e.tags('a')).toMatchObject({ [tags.missingScope]: '' })
  })
})
