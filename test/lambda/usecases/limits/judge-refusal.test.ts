// Whom a refusal is about: the connection alone, perhaps its client, or a client that two connections show to be at fault.

import { describe, expect, it } from 'vitest'
import type { Failure } from '../../../../lambda/core/failures/failure.ts'
import type { Client } from '../../../../lambda/core/secrets/client.ts'
import {
  type ConnectionStatus,
  type FailureState,
  readStatus,
  successTags,
} from '../../../../lambda/core/tags/status.ts'
import type { StoredEntry } from '../../../../lambda/ports.ts'
import { CircuitBreakers } from '../../../../lambda/usecases/limits/circuit-breakers.ts'
import {
  isBecauseOfClient,
  judgeRefusal,
  ownRefusalContext,
  type RefusalContext,
} from '../../../../lambda/usecases/limits/judge-refusal.ts'
import { ManualClock } from '../../../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../../../support/core-refusing.ts'
import {
  later,
  minute,
  noon,
  sampleClient,
  sampleFailure,
  sampleGrant,
  sampleState,
  timing,
} from '../../../support/core-samples.ts'

const client = 'sample-client'
const version = '3f1a2b3c-0000-4000-8000-00000000ab00'
const ago = (minutes: number): Date => later(-minutes * minute)

const shared = sampleClient()
const ofTenant = sampleClient({ token_endpoint: 'https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token' })
const elsewhere = sampleClient({ token_endpoint: 'https://idp.example.com/oauth2/token' })

const expired = sampleFailure({ class: 'client', code: 'AADSTS7000222', concerns: 'client' })
const unknown = sampleFailure({ class: 'refused', code: 'AADSTS999999' })

const entry = (name: string, refreshed: Date): StoredEntry => ({
  room: 'grants',
  name,
  arn: `arn:${name}`,
  currentVersionId: version,
  tags: successTags(name, sampleGrant({ refreshed_at: refreshed }), version, timing),
})

/** As it is listed: refreshed then, and refused since, or not. */
const listed = (refreshed: Date, failure?: Partial<FailureState>): ConnectionStatus => {
  const status = readStatus(entry('any', refreshed).tags, version)
  return failure === undefined ? status : { ...status, failure: sampleState(failure) }
}

const refusedSince = (minutes: number) =>
  listed(ago(minutes + 30), { class: 'client', concerns: 'client', refusals: 1, since: ago(minutes) })

interface Given {
  /** As the tick has listed them, `a` among them. */
  readonly connections?: Readonly<Record<string, ConnectionStatus>>
  /** What `describe` shows of them now. @default it may not be called */
  readonly newest?: Readonly<Record<string, Date>>
  /** Due in this tick, and not asked yet. */
  readonly waiting?: readonly string[]
  readonly failure?: Failure
  readonly client?: Client
  readonly refusals?: number
  readonly since?: Date
  /** What asking another connection brings. */
  readonly another?: (breakers: CircuitBreakers) => void
  /** What is known before. */
  readonly before?: (breakers: CircuitBreakers) => void
}

/** A refusal of connection `a`. */
const judging = async (given: Given) => {
  const { connections = {}, newest, waiting = [], refusals = 1, since = ago(5) } = given
  const breakers = new CircuitBreakers()
  for (const [name, status] of Object.entries(connections)) breakers.see(name, status, noon.getTime())
  given.before?.(breakers)
  const described: string[] = []
  const asked: unknown[] = []
  const describeNewest = async ({ name }: { readonly name: string }) => {
    described.push(name)
    const refreshed = newest?.[name]
    return refreshed && entry(name, refreshed)
  }
  const dependencies = refusingDependencies({
    clock: new ManualClock(noon),
    store: { ...refusingStore, ...(newest && { describe: describeNewest }) },
  })
  const context: RefusalContext = {
    breakers,
    startedAt: noon.getTime(),
    waiting: () => waiting,
    askAnother: async (...all) => {
      asked.push(all)
      given.another?.(breakers)
    },
  }
  const concerns = await judgeRefusal(dependencies, context, {
    connection: 'a',
    client: given.client ?? shared,
    failure: given.failure ?? expired,
    row: { refusals, since },
  })
  return { concerns, described, asked, breakers }
}

const three = { a: listed(ago(60)), b: listed(ago(60)), c: listed(ago(60)) }

describe('a refusal for the client’s sake', () => {
  it.each([
    ['client', 'client', shared, true],
    ['client', 'client', elsewhere, true],
    ['client', 'policy', shared, true],
    ['tenant', 'client', ofTenant, true],
    ['tenant', 'client', shared, false],
    ['tenant', 'client', elsewhere, false],
    ['tenant', 'policy', ofTenant, false],
    ['connection', 'client', ofTenant, false],
    [undefined, 'client', ofTenant, false],
  ] as const)('is one that concerns the %s, of class %s, at %j: %j', (concerns, name, { token_endpoint }, expected) => {
    const failure = sampleFailure({ class: name, ...(concerns && { concerns }) })
    expect(isBecauseOfClient(failure, sampleClient({ token_endpoint }))).toBe(expected)
  })
})

describe('a refusal concerns the connection alone', () => {
  it.each([
    ['its account or grant is refused', sampleFailure({ class: 'reauthorize', concerns: 'connection' })],
    ['it passes by itself', sampleFailure({ class: 'transient', concerns: 'client' })],
    ['it is throttled', sampleFailure({ class: 'throttled', concerns: 'client' })],
    ['the store failed', sampleFailure({ class: 'store', concerns: 'client' })],
    ['a tenant of several refuses it', sampleFailure({ class: 'client', concerns: 'tenant' })],
  ])('where %s, and counts for nothing', async (_, failure) => {
    const { concerns, breakers } = await judging({ connections: three, failure, refusals: 5 })
    expect(concerns).toBe('connection')
    expect(breakers.evidence(client).standing).toEqual([])
  })

  it('where a policy of its own tenant refuses it', async () => {
    const failure = sampleFailure({ class: 'policy', concerns: 'tenant' })
    expect(await judging({ connections: three, failure, client: ofTenant, refusals: 5 })).toMatchObject({
      concerns: 'connection',
    })
  })

  it('where another connection was refreshed since it is refused', async () => {
    const connections = { ...three, b: listed(ago(4)) }
    expect(await judging({ connections, refusals: 5 })).toMatchObject({ concerns: 'connection', asked: [] })
    expect(await judging({ connections, refusals: 5, failure: unknown })).toMatchObject({ concerns: 'connection' })
  })
})

describe('a first refusal', () => {
  it('may concern the client, which is not at fault yet', async () => {
    const { concerns, breakers, asked } = await judging({ connections: three })
    expect([concerns, breakers.isAtFault(client), breakers.isOpen(client), asked]).toEqual(['client', false, false, []])
  })

  it('of the only connection may concern the client', async () => {
    expect(await judging({ connections: { a: listed(ago(60)) } })).toMatchObject({ concerns: 'client' })
  })

  it('of a client that is at fault already is held', async () => {
    const before = (breakers: CircuitBreakers) => breakers.markAtFault(client)
    expect(await judging({ connections: three, before })).toMatchObject({ concerns: 'held' })
  })

  it('concerns the client in its own tenant', async () => {
    const failure = sampleFailure({ class: 'client', concerns: 'tenant' })
    expect(await judging({ connections: three, failure, client: ofTenant })).toMatchObject({ concerns: 'client' })
  })
})

describe('a client is at fault', () => {
  it('where two connections are refused in this tick, without a call of the store', async () => {
    const before = (breakers: CircuitBreakers) => breakers.evidence(client).refuse('b', noon.getTime())
    const { concerns, breakers } = await judging({ connections: three, since: noon, waiting: ['c'], before })
    expect([concerns, breakers.isAtFault(client), breakers.isOpen(client)]).toEqual(['held', true, true])
  })

  it('where its only connection is refused twice', async () => {
    const { concerns, breakers, asked } = await judging({ connections: { a: listed(ago(60)) }, refusals: 2 })
    expect([concerns, breakers.isAtFault(client), asked]).toEqual(['held', true, []])
  })

  it('where another one was refused before, and its newest tags say no other', async () => {
    const connections = { ...three, b: refusedSince(20) }
    const { concerns, described } = await judging({ connections, newest: { a: ago(60), b: ago(50) }, since: noon })
    expect([concerns, described]).toEqual(['held', ['b']])
  })
})

describe('a list that lags', () => {
  const connections = { ...three, b: refusedSince(20) }

  it('does not put a client at fault that has refreshed the other connection meanwhile', async () => {
    const { concerns, breakers } = await judging({ connections, newest: { b: ago(1) } })
    expect([concerns, breakers.isAtFault(client)]).toEqual(['connection', false])
  })

  it('does not put a client at fault that has refreshed a connection which is listed as due', async () => {
    const waiting = ['c']
    const { concerns, described } = await judging({ connections, newest: { b: ago(50), c: ago(2) }, waiting })
    expect([concerns, described]).toEqual(['connection', ['b', 'a', 'c']])
  })

  it('does not put a client at fault where the other refusal is over', async () => {
    const { concerns } = await judging({ connections, newest: { b: ago(10) }, since: ago(5) })
    expect(concerns).toBe('client')
  })

  it('is believed after eight connections were looked up', async () => {
    const waiting = Array.from({ length: 20 }, (_, index) => `waiting-${index}`)
    const { concerns, described } = await judging({ connections, newest: {}, waiting })
    expect([concerns, described.length]).toEqual(['held', 8])
  })
})

describe('a second opinion', () => {
  it('is asked for with another connection at the second refusal', async () => {
    const { concerns, asked } = await judging({ connections: three, refusals: 2 })
    expect(asked).toEqual([[client, 'a', ago(5).getTime()]])
    expect(concerns).toBe('client')
  })

  it.each<readonly [string, (breakers: CircuitBreakers) => void, FailureState['concerns']]>([
    ['is refreshed', (breakers) => breakers.evidence(client).refreshed(noon.getTime()), 'connection'],
    ['is refused too', (breakers) => breakers.markAtFault(client), 'held'],
    ['gets no answer', () => {}, 'client'],
  ])('decides: the other connection %s', async (_, another, expected) => {
    expect(await judging({ connections: three, refusals: 2, another })).toMatchObject({ concerns: expected })
  })

  it('is not available outside of a tick', async () => {
    const dependencies = refusingDependencies({ clock: new ManualClock(noon) })
    const refusal = { connection: 'a', client: shared, failure: expired, row: { refusals: 9, since: ago(5) } }
    expect(await judgeRefusal(dependencies, ownRefusalContext(), refusal)).toBe('client')
  })
})

describe('a refusal with an unknown code', () => {
  const alone = { a: listed(ago(120)) }

  it.each([
    [2, 60, 'client'],
    [3, 59, 'client'],
    [3, 60, 'held'],
  ] as const)('of the only connection, %i times in %i minutes: %s', async (refusals, minutes, expected) => {
    const given = { connections: alone, failure: unknown, refusals, since: ago(minutes) }
    expect(await judging(given)).toMatchObject({ concerns: expected })
  })

  it('puts no client at fault before it has lasted, regardless of what other connections say', async () => {
    const connections = { ...three, b: refusedSince(20) }
    expect(await judging({ connections, failure: unknown, refusals: 2 })).toMatchObject({ concerns: 'client' })
  })

  it('puts the client at fault once it has lasted and another connection says the same', async () => {
    const connections = { a: listed(ago(120)), b: listed(ago(120), { class: 'refused', since: ago(90) }) }
    const given = { connections, failure: unknown, refusals: 3, since: ago(61), newest: {} }
    expect(await judging(given)).toMatchObject({ concerns: 'held', described: ['b', 'a'] })
  })
})
