// Five hundred connections of one client, when something fails for all of them at once.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { badGateway } from '../../../local/loopback-server.ts'
import { type Embedded, embedded, hour, minute } from '../../support/embedded.ts'
import { withoutNetwork } from '../../support/without-network.ts'

const many = 500
const names = Array.from({ length: many }, (_, index) => `mailbox-${index}`)

const requests = (stack: Embedded): number => stack.entra.requests.get('refresh_token') ?? 0

const tickUntil = async (stack: Embedded, moment: number, each: () => void = () => {}): Promise<void> => {
  while (stack.clock.now() < moment) {
    await stack.tickAfter(5)
    each()
  }
}

/** A tick each 5 minutes for three hours, then one each 15: still four in the time in which one attempt is allowed. */
const tickThrough = async (stack: Embedded, moment: number, each: () => void): Promise<void> => {
  await tickUntil(stack, stack.clock.now() + 3 * hour, each)
  while (stack.clock.now() < moment) {
    await stack.tickAfter(15)
    each()
  }
}

/** What apps read, and nothing but what they read. */
const lowestValidity = (stack: Embedded): number =>
  Math.min(
    ...names.map((name) => {
      const { expires_at } = stack.current('connections', name).json
      return (Date.parse(String(expires_at)) - stack.clock.now()) / minute
    }),
  )

const everyoneIsHealthy = (stack: Embedded): boolean =>
  names.every((name) => stack.status(name).status === 'healthy') && lowestValidity(stack) >= 15

describe('five hundred connections', () => {
  let stack: Embedded
  let keyId: string
  let clientId: string
  let entra: Embedded['entra']
  let eventsBefore = 0

  /** What was reported before this test. */
  const forget = (): void => {
    eventsBefore = stack.eventBus.entries.length
    stack.told.outcomes.splice(0)
    stack.told.tokenRequests.splice(0)
  }

  const events = (): string[] => stack.eventBus.entries.slice(eventsBefore).map(({ detailType }) => detailType)

  beforeAll(async () => {
    stack = await embedded({ reach: withoutNetwork, keep: true })
    entra = stack.entra
    clientId = entra.addClient({ tenantId: entra.addTenant({}).id, multiTenant: true }).clientId
    const secret = entra.addClientSecret(clientId)
    keyId = secret.keyId
    for (const name of names) await stack.connect(name, { client_id: clientId, client_secret: secret.value })
    forget()
  }, 300_000)

  afterAll(() => stack.close())

  test('an expired client secret is one message and a probe an hour, and all are well in the tick after it is mended', async () => {
    const before = stack.clock.now()
    entra.removeClientSecret(clientId, keyId)
    let perTick = 0
    const first = requests(stack)
    let last = requests(stack)
    await tickThrough(stack, before + 25 * hour, () => {
      perTick = Math.max(perTick, requests(stack) - last)
      last = requests(stack)
    })
    // Two connections find out.
    expect(perTick).toBeLessThanOrEqual(2)
    // These two, the probe of the next tick, and one an hour.
    expect(requests(stack)).toBeLessThanOrEqual(first + 2 + 1 + 25)
    expect(events()).toEqual(['Client Action Required'])
    const { actionRequired, connections } = stack.told.ticks.at(-1) ?? {}
    expect(connections).toBe(many)
    expect(actionRequired).toBeGreaterThan(0)

    const { value } = entra.addClientSecret(clientId)
    const stored = stack.current('clients', clientId).json.client_secrets
    await stack.edit('clients', clientId, { client_secrets: [{ value }, ...(Array.isArray(stored) ? stored : [])] })
    await stack.tickAfter(5)
    expect(everyoneIsHealthy(stack)).toBe(true)
    expect(events().at(-1)).toBe('Client Recovered')
  }, 300_000)

  test('an outage of 26 hours leaves nothing but retrying, asks little, and all are well within two ticks', async () => {
    forget()
    stack.faults.entra = () => badGateway
    const before = requests(stack)
    const begin = stack.clock.now()
    const states = new Set<string>()
    let ticks = 0
    await tickThrough(stack, begin + 26 * hour, () => {
      ticks++
      for (const { outcome } of stack.told.outcomes.splice(0)) {
        if (outcome.kind === 'failed') states.add(outcome.recorded?.state.status ?? 'none')
      }
    })
    expect([...states]).toEqual(['retrying'])
    // Three find out, each asking twice. The others are spared, but for one attempt of their own before they lapse.
    expect(stack.told.tokenRequests.length).toBeLessThanOrEqual(ticks * 6 + 2 * 2 * many)
    expect(requests(stack)).toBe(before)
    expect(lowestValidity(stack)).toBeLessThan(0)

    stack.faults.entra = undefined
    await stack.tickAfter(5)
    const order = stack.told.outcomes
      .filter(({ outcome }) => outcome.kind === 'refreshed')
      .map(({ connection }) => connection)
    const due = order.map((name) => Date.parse(String(stack.current('grants', name).json.refreshed_at)))
    // Sixty-four are under way at once, and a busy machine may stall one request or another: the order holds on the whole.
    const half = Math.floor(due.length / 2)
    const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
    expect(median(due.slice(0, half))).toBeLessThan(median(due.slice(half)))
    await stack.tickAfter(5)
    expect(everyoneIsHealthy(stack)).toBe(true)
    // One message for five hundred connections, and one when it is over.
    expect(events()).toEqual(['Client Refresh Delayed', 'Client Recovered'])
  }, 300_000)

  test('a throttling provider is asked for each connection no sooner than it said, and for few of them in a tick', async () => {
    const retryAfterSeconds = 1200
    const asked = new Map<string, number[]>()
    const perTick: number[] = []
    stack.faults.entra = ({ body }) => {
      const token = new URLSearchParams(body).get('refresh_token') ?? ''
      asked.set(token, [...(asked.get(token) ?? []), stack.clock.now()])
      const headers = { 'retry-after': String(retryAfterSeconds), 'content-type': 'text/plain' }
      return { kind: 'answer', answer: { status: 429, headers, body: 'Too Many Requests' } }
    }
    const all = (): number => [...asked.values()].reduce((sum, times) => sum + times.length, 0)
    let before = 0
    await tickUntil(stack, stack.clock.now() + 6 * hour, () => {
      perTick.push(all() - before)
      before = all()
    })
    const gaps = [...asked.values()].flatMap((times) => times.slice(1).map((at, index) => at - (times[index] ?? 0)))
    expect(gaps.length).toBeGreaterThan(3)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(retryAfterSeconds * 1000)
    // Two find out. Each of the others gets one attempt before it lapses, and then waits with them.
    expect(all()).toBeLessThanOrEqual(many + 2 * perTick.length)
    expect(perTick.filter((count) => count > 2).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(many)

    stack.faults.entra = undefined
    await tickUntil(stack, stack.clock.now() + retryAfterSeconds * 1000 + 10 * minute)
    expect(everyoneIsHealthy(stack)).toBe(true)
  }, 300_000)
})
