// Every row of the failure table, as the provider's answer to every refresh of a connection: what it leads to over days.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultRunbookUrl, tags } from '../../../lambda/contract.ts'
import { classifyReply, type GrantType } from '../../../lambda/core/failures/classify.ts'
import type { Failure } from '../../../lambda/core/failures/failure.ts'
import { aadsts, remedyFor } from '../../../lambda/core/failures/failure-table.ts'
import { type ConnectionStatus, readStatus } from '../../../lambda/core/tags/status.ts'
import { labelled } from '../../../local/secrets-manager/service.ts'
import { day, type Embedded, embedded, hour, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const codesOf = (grant: GrantType) =>
  Object.entries(aadsts)
    .filter(([, row]) => row.grants.includes(grant))
    .map(([code]) => Number(code))

/** Each code has a connection of its own, which is the only one of its client. */
interface Case {
  readonly code: number
  readonly connection: string
  readonly clientId: string
  /** As the classifier judges the embedded provider's answer. */
  readonly failure: Failure
}

interface Tick {
  readonly at: number
  /** Clients that the provider was asked with. */
  readonly asked: readonly string[]
}

/** No table knows it. */
const unknownCode = 999_999
const tableCodes = codesOf('refresh_token')
const refreshCodes = [...tableCodes, unknownCode]

const isPassing = ({ failure }: Case) => failure.class === 'transient' || failure.class === 'throttled'
const needsPerson = (it: Case) => !isPassing(it)
/** Refused twice, its only connection shows that the client is at fault. An unknown code can be about the client too. */
const isOfClient = (it: Case) => needsPerson(it) && (it.failure.concerns === 'client' || it.failure.class === 'refused')

const isWithin = (age: number, from: number, to: number) => from <= age && age <= to

const minutesBetween = (times: readonly number[]) =>
  times.slice(1).map((at, index) => (at - (times[index] ?? at)) / minute)

describe('a refresh that is always answered with', () => {
  let stack: Embedded
  const cases = new Map<number, Case>()
  const ticks: Tick[] = []
  let asked: string[] = []
  /** When the latest tick began. */
  let now = 0

  const tickFor = async (milliseconds: number, everyMinutes: number) => {
    for (const end = now + milliseconds; now < end; ) {
      asked = []
      now += everyMinutes * minute
      // A tick takes a little of the clock's time.
      stack.clock.moveTo(now)
      await stack.refresh()
      ticks.push({ at: now, asked })
    }
  }

  beforeAll(async () => {
    stack = await embedded({ reach: withoutNetwork, keep: true })
    const { entra } = stack
    const tenantId = entra.addTenant({}).id
    for (const code of refreshCodes) {
      const connection = `code-${code}`
      const { clientId } = entra.addClient({ tenantId, multiTenant: true })
      await stack.connect(connection, { client_id: clientId, client_secret: entra.addClientSecret(clientId).value })
      cases.set(code, { code, connection, clientId, failure: await judged(code) })
      entra.answerWith({ code, times: Number.MAX_SAFE_INTEGER, when: { clientId, grantType: 'refresh_token' } })
    }
    stack.faults.entra = ({ body }) => {
      asked.push(new URLSearchParams(body).get('client_id') ?? '')
      return undefined
    }
    now = stack.clock.now()
    // The first refreshes are due within an hour; what passes by itself is reported after another hour.
    await tickFor(2.5 * hour, 5)
    await tickFor(25 * hour, 60)
    await tickFor(1.25 * day, 120)
  }, 120_000)

  afterAll(() => stack.close())

  /** What the embedded provider says for the code, through the classifier. */
  const judged = async (code: number): Promise<Failure> => {
    const { entra, entraUrl, login } = stack
    const clientId = randomUUID()
    entra.answerWith({ code, when: { clientId } })
    const body = new URLSearchParams({
      client_id: clientId,
      grant_type: 'refresh_token',
      client_secret: login.client_secret ?? '',
    })
    const answer = await fetch(`${entraUrl}/organizations/oauth2/v2.0/token`, { method: 'POST', body })
    const reply = { kind: 'answer', status: answer.status, body: await answer.text(), receivedAt: 0 } as const
    return classifyReply(reply, 'refresh_token')
  }

  const one = (code: number): Case => {
    const found = cases.get(code)
    if (found === undefined) throw new Error(`no case for ${code}`)
    return found
  }

  const eventsOf = ({ connection, clientId }: Case) =>
    stack.eventBus.entries
      .map(({ detailType, detail }) => ({ detailType, detail: Object(detail) }))
      .filter(
        ({ detailType, detail }) =>
          !/Bootstrapped|Published/.test(detailType) &&
          (detail.connection === connection || detail.client === clientId),
      )

  const clientStatus = ({ clientId }: Case): ConnectionStatus => {
    const secret = stack.secret('clients', clientId)
    return readStatus(Object.fromEntries(secret.tags ?? []), labelled(secret, 'AWSCURRENT')?.id)
  }

  /** How often the provider was asked in each tick in which it was asked at all. */
  const requestsOf = ({ clientId }: Case) =>
    ticks
      .map(({ at, asked }) => ({ at, count: asked.filter((id) => id === clientId).length }))
      .filter(({ count }) => count > 0)

  test.each(refreshCodes)('AADSTS%i has the status, reason and next attempt of its class', (code) => {
    const it = one(code)
    const { class: kind, code: name } = it.failure
    const own = stack.status(it.connection)
    expect(own.status).toBe(needsPerson(it) ? 'action-required' : 'retrying')
    expect(own.failure).toMatchObject({ class: kind, code: name, concerns: isOfClient(it) ? 'held' : 'connection' })
    expect(stack.secret('grants', it.connection).tags?.get(tags.reason)).toBe(`${kind} ${name}`)
    const ofClient = clientStatus(it)
    expect(ofClient.status).toBe(isOfClient(it) ? 'action-required' : 'healthy')
    if (isOfClient(it)) expect(ofClient.failure).toMatchObject({ class: kind, code: name, concerns: 'client' })
    const wait = ((isOfClient(it) ? ofClient : own).next?.getTime() ?? 0) - stack.clock.now()
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(isPassing(it) ? 10 * minute : isOfClient(it) ? hour : day)
  })

  test.each(refreshCodes)('AADSTS%i is reported once, with its remedy and the heading of the runbook', (code) => {
    const it = one(code)
    const { connection, clientId } = it
    const { class: kind, code: name } = it.failure
    const remedy = remedyFor(it.failure, { connection, client: clientId })
    const [event, ...more] = eventsOf(it)
    expect(more).toEqual([])
    expect(event?.detailType).toBe(
      isPassing(it)
        ? 'Connection Refresh Delayed'
        : isOfClient(it)
          ? 'Client Action Required'
          : 'Connection Action Required',
    )
    const runbook = `${defaultRunbookUrl}#${kind}`
    expect(event?.detail).toMatchObject({ connection, client: clientId, class: kind, code: name, runbook })
    const next = / Next attempt at 20[\d-]+T[\d:.]+Z\.$/
    expect(event?.detail.remedy.replace(next, '')).toBe(remedy)
    expect(next.test(event?.detail.remedy)).toBe(isPassing(it))
    expect(remedy).not.toMatch(/<connection>|<client id>/)
  })

  test.each(refreshCodes)('AADSTS%i is asked about as often as its class allows', (code) => {
    const it = one(code)
    const requests = requestsOf(it)
    // A transient failure is tried once more in the same tick.
    expect(Math.max(...requests.map(({ count }) => count))).toBe(it.failure.class === 'transient' ? 2 : 1)
    const times = requests.map(({ at }) => at)
    const [first = 0] = times
    const during = (from: number, to: number) => minutesBetween(times.filter((at) => isWithin(at - first, from, to)))
    if (isPassing(it)) return expect(Math.max(...during(0, 90 * minute))).toBeLessThanOrEqual(15)
    const [second = 0, third = 0] = minutesBetween(times)
    if (it.failure.class !== 'refused') {
      // The next tick asks again after one refusal, and probes a client that two refusals showed to be at fault.
      expect([second, third]).toEqual([5, isOfClient(it) ? 5 : 60])
    }
    expect(new Set(during(2.5 * hour, 25 * hour))).toEqual(new Set([60]))
    const later = during(24 * hour, 3 * day)
    // The ticks are two hours apart then.
    if (isOfClient(it)) return expect(Math.max(...later)).toBe(120)
    expect(later).toHaveLength(2)
    expect(later[1]).toBeGreaterThanOrEqual(24 * 60)
    expect(later[1]).toBeLessThanOrEqual(26 * 60)
  })

  test('all of them count in the metrics', () => {
    const { connections, actionRequired } = stack.told.ticks.at(-1) ?? {}
    expect(connections).toBe(refreshCodes.length)
    expect(actionRequired).toBe([...cases.values()].filter(needsPerson).length)
    const failed = new Set(stack.told.ticks.flatMap((tick) => Object.keys(tick.failed)))
    expect([...failed].toSorted()).toEqual(
      [...new Set([...cases.values()].map(({ failure }) => failure.class))].toSorted(),
    )
  })

  test('all come back once the provider answers as usual, as soon as they are asked about, and it is reported', async () => {
    const statuses = (some: (it: Case) => boolean) =>
      new Set([...cases.values()].filter(some).map(({ connection }) => stack.status(connection).status))
    stack.entra.answerAsUsual()
    await tickFor(15 * minute, 5)
    expect(statuses(isPassing)).toEqual(new Set(['healthy']))
    await tickFor(45 * minute, 45)
    expect(statuses(isOfClient)).toEqual(new Set(['healthy']))
    await tickFor(23 * hour, 23 * 60)
    for (const it of cases.values()) {
      expect([it.code, stack.status(it.connection).status, clientStatus(it).status]).toEqual([
        it.code,
        'healthy',
        'healthy',
      ])
      const reported = eventsOf(it).map(({ detailType }) => detailType)
      expect([it.code, ...reported.slice(1)]).toEqual([
        it.code,
        isOfClient(it) ? 'Client Recovered' : 'Connection Recovered',
      ])
    }
    expect(stack.told.ticks.at(-1)?.actionRequired).toBe(0)
  }, 60_000)
})
