// Every row of the failure table, as the provider's answer to a refresh and to a password: what it leads to over days.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientSecretWarningDays, type FailureClass, secretName, tags } from '../../../lambda/contract.ts'
import { classifyReply, type Grant } from '../../../lambda/core/classify.ts'
import { aadsts } from '../../../lambda/core/failure-table.ts'
import { readStatus } from '../../../lambda/core/status.ts'
import { labelled } from '../../../local/secrets-manager/service.ts'
import { day, type Embedded, embedded, minute } from '../../support/embedded.ts'

const codesOf = (grant: Grant) =>
  Object.entries(aadsts)
    .filter(([, row]) => row.grants.includes(grant))
    .map(([code]) => Number(code))

interface Case {
  readonly code: number
  readonly connection: string
  readonly clientId: string
  /** As the classifier judges the embedded provider's answer. */
  expected: { readonly class: FailureClass; readonly code: string; readonly remedy: string }
}

/** Class `client`, but perhaps one user's own affair: with one connection, nobody else confirms that it is the client's. */
const perUser = [50105, 65001, 90094, 90095]

const days = 2
const refreshCodes = codesOf('refresh_token')

describe('a refresh that is always answered with', () => {
  let stack: Embedded
  const cases = new Map<number, Case>()
  const asked = new Map<string, number>()

  beforeAll(async () => {
    stack = await embedded({ keep: true })
    const { entra } = stack
    const tenantId = entra.addTenant({}).id
    for (const code of refreshCodes) {
      const connection = `code-${code}`
      const { clientId } = entra.addClient({ tenantId, multiTenant: true })
      await stack.connect(connection, { client_id: clientId, client_secret: entra.addClientSecret(clientId).value })
      cases.set(code, { code, connection, clientId, expected: await judged(code) })
      entra.answerWith({ code, times: Number.MAX_SAFE_INTEGER, when: { clientId, grantType: 'refresh_token' } })
    }
    stack.faults.entra = ({ body }) => {
      const clientId = new URLSearchParams(body).get('client_id') ?? ''
      asked.set(clientId, (asked.get(clientId) ?? 0) + 1)
      return undefined
    }
    const end = stack.clock.now() + days * day
    while (stack.clock.now() < end) await stack.tickAfter(5)
  }, 240_000)

  afterAll(() => stack.close())

  /** What the embedded provider says for the code, through the classifier. */
  const judged = async (code: number): Promise<Case['expected']> => {
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
          detailType !== 'Connection Bootstrapped' && (detail.connection === connection || detail.client === clientId),
      )

  const clientStatus = ({ clientId }: Case) => {
    const secret = stack.secret('clients', clientId)
    return readStatus(Object.fromEntries(secret.tags ?? []), labelled(secret, 'AWSCURRENT')?.id)
  }

  test.each(refreshCodes)('AADSTS%i has the status, reason and next attempt of its class', (code) => {
    const it = one(code)
    const { expected } = it
    const own = stack.status(it.connection)
    const person = expected.class !== 'transient' && expected.class !== 'throttled'
    expect(own.status).toBe(person ? 'action-required' : 'retrying')
    expect(own.failure).toMatchObject({ class: expected.class, code: expected.code })
    const ofClient = expected.class === 'throttled' || (expected.class === 'client' && !perUser.includes(code))
    const governed = ofClient ? clientStatus(it) : own
    const wait = (governed.next?.getTime() ?? 0) - stack.clock.now()
    if (person) expect(wait).toBeGreaterThan(-5 * minute)
    expect(wait).toBeLessThanOrEqual(person ? 25 * 60 * minute : 10 * minute)
    expect(stack.secret('grants', it.connection).tags?.get(tags.reason)).toBe(`${expected.class} ${expected.code}`)
  })

  test.each(refreshCodes)(
    'AADSTS%i is told once when it needs a person, with its remedy, and never otherwise',
    (code) => {
      const it = one(code)
      const { class: kind, code: name, remedy } = it.expected
      const events = eventsOf(it)
      if (kind === 'transient' || kind === 'throttled') return expect(events).toEqual([])
      expect(events.map(({ detailType }) => detailType)).toEqual([
        kind === 'client' && !perUser.includes(code) ? 'Client Action Required' : 'Connection Action Required',
      ])
      expect(events[0]?.detail).toMatchObject({ class: kind, code: name, remedy, runbook: `docs/runbook.md#${kind}` })
    },
  )

  test.each(refreshCodes)('AADSTS%i is not asked about more often than its class allows', (code) => {
    const it = one(code)
    const count = asked.get(it.clientId) ?? 0
    const { class: kind } = it.expected
    // A definite refusal: the first, a second opinion (and the previous token, once), and a probe a day.
    const doubtful = code === 70000 || code === 9002313 ? 1 : 0
    const definite = (kind === 'reauthorize' ? 2 : 1) + doubtful + days
    // A passing one: every other tick at most, and one more try each time.
    const most =
      kind === 'transient'
        ? (days * day) / (5 * minute)
        : kind === 'throttled'
          ? (days * day) / (5 * minute) / 2
          : definite
    expect(count).toBeGreaterThan(0)
    expect(count).toBeLessThanOrEqual(most)
  })

  test('all of them count in the metrics', () => {
    const { connections, actionRequired } = stack.told.ticks.at(-1) ?? {}
    expect(connections).toBe(refreshCodes.length)
    const inNeed = [...cases.values()].filter(({ expected }) => !['transient', 'throttled'].includes(expected.class))
    expect(actionRequired).toBeGreaterThanOrEqual(inNeed.length)
    const failed = new Set(stack.told.ticks.flatMap((tick) => Object.keys(tick.failed)))
    expect([...failed].toSorted()).toEqual(
      [...new Set([...cases.values()].map(({ expected }) => expected.class))].toSorted(),
    )
  })

  test('all come back by themselves within a day of being answered as usual, and it is told as loudly', async () => {
    stack.entra.answerAsUsual()
    const end = stack.clock.now() + 26 * 60 * minute
    while (stack.clock.now() < end) await stack.tickAfter(5)
    for (const it of cases.values()) {
      expect([it.code, stack.status(it.connection).status]).toEqual([it.code, 'healthy'])
      const told = eventsOf(it).map(({ detailType }) => detailType)
      expect([it.code, told.length]).toEqual([it.code, told.length === 0 ? 0 : 2])
      if (told.length > 0) expect(told[1]).toMatch(/Recovered$/)
    }
    expect(stack.told.ticks.at(-1)?.actionRequired).toBe(0)
  }, 120_000)
})

describe('a password that is answered with', () => {
  test.each(codesOf('password'))('AADSTS%i is refused with class, code and remedy, and sent once', async (code) => {
    const stack = await embedded()
    const { entra } = stack
    entra.answerWith({ code })
    const refusal = await stack.connect('sales-mailbox').catch((error: unknown) => error)
    if (!(refusal instanceof Error)) throw new Error('the bootstrap was not refused')
    expect(refusal.message).toMatch(/^(transient|throttled|reauthorize|policy|account|client|request|refused) \w+: /)
    expect(entra.requests.get('password')).toBe(1)
    // Gone after a definite answer, good or bad; kept when the provider has not judged it.
    const kept = stack.secretsManager.inspect(secretName('token-refresher', 'logins', 'sales-mailbox')) !== undefined
    expect(kept).toBe(/^(transient|throttled) /.test(refusal.message))
    expect(stack.leaks(refusal.message)).toEqual([])
    expect(refusal.message).not.toContain(stack.userName)
  })
})

test('a client secret that expires is warned of at 60, 30 and 7 days, once each', async () => {
  const stack = await embedded()
  const expires = new Date(stack.clock.now() + 80 * day)
  await stack.connect('sales-mailbox', { client_secret_expires_at: expires.toISOString(), mode: 'keep-alive' })
  const warned: number[] = []
  for (let hours = 0; hours < 79 * 24; hours++) {
    const before = stack.eventBus.entries.length
    await stack.tickAfter(63)
    const expiring = stack.eventBus.entries
      .slice(before)
      .filter(({ detailType }) => detailType === 'Client Secret Expiring')
    for (const _ of expiring) warned.push(Math.round((expires.getTime() - stack.clock.now()) / day))
  }
  expect(warned).toEqual([...clientSecretWarningDays])
})
