// What people are notified: every change of state, once, and nothing that passes by itself.

import { describe, expect, it } from 'vitest'
import { clientSecretWarningDays, tags } from '../../../../lambda/contract.ts'
import { remedyFor, remedyOf, storeFailure } from '../../../../lambda/core/failures/failure-table.ts'
import {
  type FailureState,
  failureTags,
  readStatus,
  successTags,
  type Tags,
} from '../../../../lambda/core/tags/status.ts'
import { type Announcement, type Outcome, type StoredEntry, StoreFailure } from '../../../../lambda/ports.ts'
import { Notifier } from '../../../../lambda/usecases/reporting/notifier.ts'
import { ManualClock } from '../../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../../support/core-refusing.ts'
import { day, hour, later, minute, noon, sampleGrant, sampleState, timing } from '../../../support/core-samples.ts'
import { CollectedTelemetry } from '../../../support/telemetry.ts'

const endless = { remainingMilliseconds: () => Number.MAX_SAFE_INTEGER }
const version = '3f1a2b3c-0000-4000-8000-00000000ab00'
const refreshed: Outcome = {
  kind: 'refreshed',
  times: { mode: 'fresh', generation: 4, expiresAt: later(hour), refreshedAt: noon },
}

const needed = (change: Partial<FailureState> = {}): FailureState =>
  sampleState({ status: 'action-required', class: 'reauthorize', code: 'AADSTS50173', ...change })

/** A connection of the sample client, its tags as a success has left them at noon. */
const connection = (name: string, more: Tags = {}): StoredEntry => ({
  room: 'grants',
  name,
  arn: `arn:${name}`,
  currentVersionId: version,
  tags: { ...successTags(name, sampleGrant({ refreshed_at: later(-30 * day) }), version, timing), ...more },
})

const client = (more: Tags = {}, name = 'sample-client'): StoredEntry => ({
  room: 'clients',
  name,
  arn: `arn:${name}`,
  currentVersionId: version,
  tags: more,
})

const failing = (entry: StoredEntry, state: FailureState): StoredEntry => ({
  ...entry,
  tags: { ...entry.tags, ...failureTags(state, version) },
})

/** Over secrets that keep their tags; `failWith`: the events cannot be announced. */
const world = (...entries: readonly StoredEntry[]) => {
  const stored = new Map(entries.map((entry) => [`${entry.room}/${entry.name}`, entry]))
  const clock = new ManualClock(noon)
  const telemetry = new CollectedTelemetry()
  const announced: Announcement[] = []
  const outage: { failure?: StoreFailure } = {}
  const dependencies = refusingDependencies({
    clock,
    telemetry,
    events: {
      announce: async (all) => {
        if (outage.failure !== undefined) throw outage.failure
        announced.push(...all)
      },
    },
    store: {
      ...refusingStore,
      describe: async (id) => stored.get(`${id.room}/${id.name}`),
      tag: async (id, added) => {
        const key = `${id.room}/${id.name}`
        const entry = stored.get(key)
        if (entry === undefined) throw new Error(`${key} is not stored here`)
        stored.set(key, { ...entry, tags: { ...entry.tags, ...added } })
      },
    },
  })
  const get = (entry: StoredEntry): StoredEntry => stored.get(`${entry.room}/${entry.name}`) ?? entry
  return {
    clock,
    telemetry,
    announced,
    outage,
    get,
    set: (entry: StoredEntry) => void stored.set(`${entry.room}/${entry.name}`, entry),
    notifier: () => new Notifier(dependencies),
    /** A tick in which all of them are listed and nothing happens to any. */
    look: async () => {
      const notifier = new Notifier(dependencies)
      for (const entry of stored.values()) notifier.see(entry, readStatus(entry.tags, entry.currentVersionId))
      await notifier.notify(endless)
    },
  }
}

/** What recording a failure gives back. */
const outcomeOf = (newest: StoredEntry, state: FailureState): Outcome => ({
  kind: 'failed',
  failure: { class: state.class, code: state.code, remedy: remedyOf(state.class, state.code) },
  recorded: { entry: newest, state, before: undefined },
})

const names = (announced: readonly Announcement[]): readonly string[] => announced.map(({ name }) => name)
const storeDown = new StoreFailure(storeFailure('ThrottlingException'), true)

describe('a connection that needs a person', () => {
  const a = connection('a')

  it('is reported with all that a person needs to act', async () => {
    const { notifier, announced } = world(a)
    const one = notifier()
    one.happened(a, outcomeOf(a, needed({ since: later(-5 * minute) })))
    await one.notify(endless)
    expect(announced).toEqual([
      {
        name: 'Connection Action Required',
        detail: {
          prefix: 'token-refresher',
          connection: 'a',
          client: 'sample-client',
          class: 'reauthorize',
          code: 'AADSTS50173',
          remedy: remedyFor({ remedy: remedyOf('reauthorize', 'AADSTS50173') }, { connection: 'a' }),
          since: later(-5 * minute).toISOString(),
          access_token_expires_at: later(hour).toISOString(),
          runbook: 'docs/runbook.md#reauthorize',
        },
      },
    ])
  })

  it('is reported without a time where no access token was ever published', async () => {
    const bare = { ...a, tags: {} }
    const { notifier, announced } = world(bare)
    const one = notifier()
    one.happened(bare, outcomeOf(bare, needed()))
    await one.notify(endless)
    expect(announced[0]?.detail).not.toHaveProperty('access_token_expires_at')
    expect(announced[0]?.detail.client).toBe('')
  })

  it('has a tag afterwards that says so, and a line in the log', async () => {
    const { notifier, get, telemetry, announced } = world(a)
    const one = notifier()
    one.happened(a, outcomeOf(a, needed()))
    await one.notify(endless)
    expect(get(a).tags[tags.told]).toBe('action-required reauthorize:AADSTS50173')
    expect(telemetry.announcements).toEqual(announced)
  })

  it('is reported once, though it fails in every tick', async () => {
    const { notifier, announced, get, look, set, clock } = world(a)
    for (let count = 1; count <= 3; count++) {
      const state = needed({ failures: count, failed: new Date(clock.now()) })
      set(failing(get(a), state))
      const one = notifier()
      one.happened(get(a), outcomeOf(get(a), state))
      await one.notify(endless)
      clock.advance(day)
      await look()
    }
    expect(announced).toHaveLength(1)
  })

  it('is reported once when two ticks overlap and the tags of the later one say that it was reported', async () => {
    const { notifier, announced, get } = world(a)
    const [one, other] = [notifier(), notifier()]
    one.happened(a, outcomeOf(a, needed()))
    await one.notify(endless)
    other.happened(a, outcomeOf(get(a), needed()))
    await other.notify(endless)
    expect(announced).toHaveLength(1)
  })

  it.each(['transient', 'throttled', 'reauthorize'] as const)(
    'is not reported while it is retried: %s',
    async (name) => {
      const { notifier, announced, set, look } = world(a)
      const state = needed({ status: 'retrying', class: name, failed: later(-hour) })
      const one = notifier()
      one.happened(a, outcomeOf(a, state))
      await one.notify(endless)
      set(failing(a, state))
      await look()
      expect(announced).toEqual([])
    },
  )

  it('is not reported where nothing was recorded, or another process was first', async () => {
    const { notifier, announced } = world(a)
    const one = notifier()
    const failure = storeFailure('AccessDeniedException')
    for (const outcome of [{ kind: 'failed', failure }, { kind: 'superseded' }, { kind: 'waiting' }] as const) {
      one.happened(a, outcome)
    }
    await one.notify(endless)
    expect(announced).toEqual([])
  })

  it('is not announced for a failure of its client, which is announced once', async () => {
    const { announced, set, look } = world(a)
    const state = needed({ class: 'client', code: 'AADSTS7000222', concerns: 'held', failed: later(-hour) })
    set(failing(a, state))
    await look()
    expect(announced).toEqual([])
  })

  it('is reported of a client that is not stored, for there is no client record to announce', async () => {
    const { notifier, announced } = world(a)
    const one = notifier()
    one.happened(a, outcomeOf(a, needed({ class: 'client', code: 'client_not_known' })))
    await one.notify(endless)
    expect(names(announced)).toEqual(['Connection Action Required'])
    expect(announced[0]?.detail).toMatchObject({ code: 'client_not_known', runbook: 'docs/runbook.md#client' })
  })

  it('is reported beside the others, each of its own', async () => {
    const [b, c] = [connection('b'), connection('c', { [tags.told]: 'action-required' })]
    const { notifier, announced, get } = world(a, b, c)
    const one = notifier()
    for (const entry of [a, b, c]) one.happened(entry, outcomeOf(entry, needed()))
    await one.notify(endless)
    expect(announced.map(({ detail }) => detail.connection)).toEqual(['a', 'b'])
    for (const entry of [a, b]) expect(get(entry).tags[tags.told]).toBe('action-required reauthorize:AADSTS50173')
    expect(get(c).tags[tags.told]).toBe('action-required')
  })
})

describe('a client at fault', () => {
  const a = connection('a')
  const state = needed({ class: 'client', code: 'AADSTS7000222' })

  it('is reported once, whichever of its connections found out', async () => {
    const [b, atFault] = [connection('b'), client()]
    const { notifier, announced, get } = world(a, b, atFault)
    const one = notifier()
    for (const entry of [a, b]) one.happened(entry, outcomeOf(atFault, state))
    await one.notify(endless)
    expect(announced).toEqual([
      {
        name: 'Client Action Required',
        detail: {
          prefix: 'token-refresher',
          client: 'sample-client',
          class: 'client',
          code: 'AADSTS7000222',
          remedy: remedyFor({ remedy: remedyOf('client', 'AADSTS7000222') }, { client: 'sample-client' }),
          since: state.since.toISOString(),
          runbook: 'docs/runbook.md#client',
        },
      },
    ])
    expect(get(atFault).tags[tags.told]).toBe('action-required client:AADSTS7000222')
    expect(get(a).tags).not.toHaveProperty(tags.told)
  })

  it('is reported to work again, once its connections are refreshed', async () => {
    const atFault = client({ [tags.told]: 'action-required' })
    const { notifier, announced, get } = world(atFault)
    const one = notifier()
    one.clientWorks(atFault)
    await one.notify(endless)
    expect(announced).toEqual([
      {
        name: 'Client Recovered',
        detail: {
          prefix: 'token-refresher',
          client: 'sample-client',
          since: noon.toISOString(),
          runbook: 'docs/runbook.md#actionrequired',
        },
      },
    ])
    expect(get(atFault).tags[tags.told]).toBe('healthy')
  })

  it.each([{}, { [tags.told]: 'healthy' }])(
    'is not reported to work again where no one was notified that it did not: %j',
    async (told) => {
      const { notifier, announced } = world(client(told))
      const one = notifier()
      one.clientWorks(client(told))
      await one.notify(endless)
      expect(announced).toEqual([])
    },
  )
})

describe('a connection that works again', () => {
  it('is reported where its failure was, once', async () => {
    const a = connection('a', { [tags.told]: 'action-required' })
    const { notifier, announced, get } = world(a)
    for (let count = 0; count < 3; count++) {
      const one = notifier()
      one.happened(get(a), refreshed)
      await one.notify(endless)
    }
    expect(announced).toEqual([
      {
        name: 'Connection Recovered',
        detail: {
          prefix: 'token-refresher',
          connection: 'a',
          client: 'sample-client',
          since: noon.toISOString(),
          runbook: 'docs/runbook.md#actionrequired',
        },
      },
    ])
    expect(get(a).tags[tags.told]).toBe('healthy')
  })

  it.each([
    ['nothing was reported', connection('a')],
    ['people think that all is well', connection('a', { [tags.told]: 'healthy' })],
    ['it was only retried', failing(connection('a'), sampleState({ failed: later(-minute) }))],
  ])('is not reported of where %s', async (_, a) => {
    const { notifier, announced } = world(a)
    const one = notifier()
    one.happened(a, refreshed)
    await one.notify(endless)
    expect(announced).toEqual([])
  })

  it('is reported again when it fails again', async () => {
    const a = connection('a')
    const { notifier, announced, get } = world(a)
    for (let count = 0; count < 2; count++) {
      for (const outcome of [outcomeOf(get(a), needed()), refreshed]) {
        const one = notifier()
        one.happened(get(a), outcome.kind === 'failed' ? outcomeOf(get(a), needed()) : outcome)
        await one.notify(endless)
      }
    }
    const [failed, recovered] = ['Connection Action Required', 'Connection Recovered']
    expect(names(announced)).toEqual([failed, recovered, failed, recovered])
  })
})

describe('what could not be announced', () => {
  const a = connection('a')

  it('is thrown as a failure of the store, and nothing says that it was reported', async () => {
    const { notifier, announced, get, telemetry, outage } = world(a)
    outage.failure = storeDown
    const one = notifier()
    one.happened(a, outcomeOf(a, needed()))
    await expect(one.notify(endless)).rejects.toBe(storeDown)
    expect(announced).toEqual([])
    expect(telemetry.announcements).toEqual([])
    expect(get(a)).toEqual(a)
  })

  it.each([
    ['a connection', 'ten minutes', 10 * minute, a, needed(), 'Connection Action Required'],
    // Another shard may have found it out, and does not tell of it.
    ['a client', 'no time', 0, client(), needed({ class: 'client', code: 'AADSTS7000222' }), 'Client Action Required'],
  ] as const)(
    'of %s is reported when it is seen more than %s later, and not before',
    async (_, __, wait, entry, change, name) => {
      const { announced, look, set, clock } = world(entry)
      set(failing(entry, { ...change, failed: noon }))
      clock.advance(wait)
      await look()
      expect(announced).toEqual([])
      clock.advance(1)
      await look()
      expect(names(announced)).toEqual([name])
      clock.advance(day)
      await look()
      expect(announced).toHaveLength(1)
    },
  )

  it('is reported as of when it began, and how long apps can go on', async () => {
    const { announced, look, set, clock } = world(a)
    set(failing(a, needed({ failed: noon, since: later(-2 * day) })))
    clock.advance(11 * minute)
    await look()
    expect(announced[0]?.detail).toMatchObject({
      since: later(-2 * day).toISOString(),
      access_token_expires_at: later(hour).toISOString(),
    })
  })

  it('of a recovery is reported with the next refresh', async () => {
    const broken = connection('a', { [tags.told]: 'action-required' })
    const { notifier, announced, get, outage } = world(broken)
    for (const failure of [storeDown, undefined]) {
      if (failure === undefined) delete outage.failure
      else outage.failure = failure
      const one = notifier()
      one.happened(get(broken), refreshed)
      await one.notify(endless).catch(() => {})
    }
    expect(names(announced)).toEqual(['Connection Recovered'])
  })

  it('makes no call where there is nothing to announce', async () => {
    const { look, notifier } = world(a, client())
    await look()
    await notifier().notify(endless)
  })
})

describe('a client secret that expires', () => {
  const expiring = (after: number, more: Tags = {}) =>
    client({ [tags.clientSecretExpires]: later(after).toISOString(), ...more })

  it('is reported with its day and what to do', async () => {
    const { announced, look, get } = world(expiring(20 * day))
    await look()
    expect(announced).toEqual([
      {
        name: 'Client Secret Expiring',
        detail: {
          prefix: 'token-refresher',
          client: 'sample-client',
          class: 'client',
          code: 'client_secret_expiring',
          remedy: expect.stringMatching(/^Create a new client secret .*\.$/),
          since: noon.toISOString(),
          client_secret_expires_at: later(20 * day).toISOString(),
          runbook: 'docs/runbook.md#clientsecretexpiring',
        },
      },
    ])
    expect(get(expiring(0)).tags[tags.clientSecretWarned]).toBe(`${later(20 * day).toISOString()} 30`)
  })

  it.each([
    [60, undefined],
    [30, 60],
    [7, 30],
  ])('is reported %d days before, and not a millisecond earlier', async (days, warned) => {
    const expires = later(days * day + 1).toISOString()
    const before = warned === undefined ? {} : { [tags.clientSecretWarned]: `${expires} ${warned}` }
    const { announced, look, clock } = world(client({ [tags.clientSecretExpires]: expires, ...before }))
    await look()
    expect(announced).toEqual([])
    clock.advance(1)
    await look()
    expect(names(announced)).toEqual(['Client Secret Expiring'])
  })

  it('is reported on exactly the days of the contract', () => {
    expect(clientSecretWarningDays).toEqual([60, 30, 7])
  })

  it('is reported three times over its last months, and once more of the next one', async () => {
    const secret = expiring(90 * day)
    const { announced, look, clock, get, set } = world(secret)
    const days: number[] = []
    for (let passed = 0; passed <= 100; passed++) {
      const before = announced.length
      await look()
      await look()
      if (announced.length > before) days.push(90 - passed)
      clock.advance(day)
    }
    expect(days).toEqual([60, 30, 7])
    expect(announced).toHaveLength(3)
    const tagsNow = { ...get(secret).tags, [tags.clientSecretExpires]: new Date(clock.now() + 50 * day).toISOString() }
    set({ ...secret, tags: tagsNow })
    await look()
    await look()
    expect(announced).toHaveLength(4)
  })

  it('is reported once when it is past already, or was never seen in time', async () => {
    for (const after of [-day, 0, 3 * day]) {
      const { announced, look, get } = world(expiring(after))
      await look()
      await look()
      expect(announced).toHaveLength(1)
      expect(get(expiring(after)).tags[tags.clientSecretWarned]).toMatch(/ 7$/)
    }
  })

  it.each(['', 'never', undefined])('is not reported where its day is %j', async (expires) => {
    const { announced, look } = world(client(expires === undefined ? {} : { [tags.clientSecretExpires]: expires }))
    await look()
    expect(announced).toEqual([])
  })

  it('is reported again when the warning was lost', async () => {
    const { announced, look, outage, get } = world(expiring(20 * day))
    outage.failure = storeDown
    await expect(look()).rejects.toBe(storeDown)
    expect(get(expiring(0)).tags).not.toHaveProperty(tags.clientSecretWarned)
    delete outage.failure
    await look()
    expect(announced).toHaveLength(1)
  })

  it('is reported beside the fault of its client', async () => {
    const { announced, look, set } = world(client())
    set(failing(expiring(-hour), needed({ class: 'client', code: 'AADSTS7000222', failed: later(-hour) })))
    await look()
    expect(names(announced).toSorted()).toEqual(['Client Action Required', 'Client Secret Expiring'])
  })

  it('is a matter of clients, regardless of what the tags of a connection say', async () => {
    const { announced, look } = world(connection('a', { [tags.clientSecretExpires]: later(day).toISOString() }))
    await look()
    expect(announced).toEqual([])
  })
})

describe('each announcement', () => {
  it('can be written as tags that the service takes', async () => {
    const a = connection('a')
    const { notifier, get, look } = world(a, client({ [tags.clientSecretExpires]: later(day).toISOString() }))
    const one = notifier()
    one.happened(a, outcomeOf(a, needed()))
    await one.notify(endless)
    await look()
    for (const entry of [get(a), get(client())]) {
      for (const value of Object.values(entry.tags)) expect(value).toMatch(/^[A-Za-z0-9 +\-=._:/@]{0,256}$/)
    }
  })
})
