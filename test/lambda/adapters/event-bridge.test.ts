// Events over a real socket to the embedded event bus: all of them are taken, or the failure is a value of ours.

import { describe, expect, it, onTestFinished } from 'vitest'
import { eventBridgeEvents } from '../../../lambda/adapters/event-bridge.ts'
import { type Announcement, StoreFailure } from '../../../lambda/ports.ts'
import { ManualClock } from '../../../local/clock.ts'
import { EventBus } from '../../../local/event-bus.ts'
import { type Fault, type LoopbackAnswer, LoopbackServer } from '../../../local/loopback-server.ts'
import { noon } from '../../support/core-samples.ts'

interface Options {
  /** For the request with this number, counted from 0. */
  readonly faults?: (request: number) => Fault | undefined
  readonly maxAttempts?: number
}

const listening = async ({ faults = () => undefined, maxAttempts = 1 }: Options = {}) => {
  const bus = new EventBus({ clock: new ManualClock(noon) })
  const sizes: number[] = []
  const server = await LoopbackServer.start({
    faults: ({ body }) => faults(sizes.push(JSON.parse(body).Entries.length) - 1),
    handle: (request) => bus.handle(request) ?? { status: 404 },
  })
  onTestFinished(() => server.close())
  const credentials = { accessKeyId: 'me', secretAccessKey: 'mine' }
  const events = eventBridgeEvents('token-refresher', {
    endpoint: server.url,
    region: 'eu-central-1',
    credentials,
    maxAttempts,
  })
  return { bus, events, server, sizes }
}

const announcement = (connection: string): Announcement => ({
  name: 'Connection Action Required',
  detail: {
    prefix: 'token-refresher',
    connection,
    client: 'sample-client',
    class: 'reauthorize',
    code: 'AADSTS50173',
    remedy: 'Sign in again as "Zoë".',
    since: noon.toISOString(),
    runbook: 'docs/runbook.md#reauthorize',
  },
})

const many = (count: number) => Array.from({ length: count }, (_, index) => announcement(`mailbox-${index}`))

const answering = (status: number, body: object): Fault => ({
  kind: 'answer',
  answer: {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  } satisfies LoopbackAnswer,
})

const failureOf = async (work: Promise<void>): Promise<StoreFailure> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof StoreFailure) return error
  throw new Error('no StoreFailure was thrown')
}

describe('an announcement', () => {
  it('is an event of our source, with its name and its detail to the letter', async () => {
    const { bus, events } = await listening()
    const [one] = many(1)
    await events.announce(many(1))
    expect(bus.entries).toEqual([
      {
        bus: 'token-refresher',
        source: 'token-refresher',
        detailType: one?.name,
        detail: one?.detail,
        at: noon.getTime(),
      },
    ])
  })

  it('that is none asks no one', async () => {
    const { events, sizes } = await listening()
    await events.announce([])
    expect(sizes).toEqual([])
  })

  it.each([
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
    [30, [10, 10, 10]],
  ])('goes with others, ten at a time: %d in %j', async (count, batches) => {
    const { bus, events, sizes } = await listening()
    await events.announce(many(count))
    expect(sizes).toEqual(batches)
    expect(bus.entries.map(({ detail }) => detail)).toEqual(many(count).map(({ detail }) => detail))
  })
})

describe('what was not taken', () => {
  const taken = { EventId: '0b5e6f70-1111-4111-9111-11111111cd11' }
  const refused = { ErrorCode: 'ThrottlingException', ErrorMessage: 'about anna@example.com' }

  it('is a failure of the store, where one entry among others was refused', async () => {
    const body = { FailedEntryCount: 1, Entries: [taken, refused, taken] }
    const { events } = await listening({ faults: () => answering(200, body) })
    const error = await failureOf(events.announce(many(3)))
    expect(error).toMatchObject({ passing: true, failure: { class: 'store', code: 'ThrottlingException' } })
    expect(error.message).not.toContain('anna')
  })

  it('has the name of the error where no table knows it', async () => {
    const body = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: 'x' }] }
    const { events } = await listening({ faults: () => answering(200, body) })
    expect((await failureOf(events.announce(many(1)))).failure).toMatchObject({
      class: 'store',
      code: 'MalformedDetail',
      unknown: true,
    })
  })

  it('ends the announcing: what comes after is announced another time', async () => {
    const body = { FailedEntryCount: 1, Entries: [refused] }
    const { bus, events, sizes } = await listening({
      faults: (request) => (request === 1 ? answering(200, body) : undefined),
    })
    await failureOf(events.announce(many(25)))
    expect(sizes).toEqual([10, 10])
    expect(bus.entries).toHaveLength(10)
  })

  it('is a failure of the store, where access is denied, without the words of the service', async () => {
    const body = {
      __type: 'AccessDeniedException',
      message: 'User: arn:aws:iam::111122223333:user/anna is not authorized',
    }
    const { events } = await listening({ faults: () => answering(400, body) })
    const error = await failureOf(events.announce(many(1)))
    expect(error).toMatchObject({ passing: false, failure: { class: 'store', code: 'AccessDeniedException' } })
    expect(error.message).not.toContain('anna')
  })

  it('is a failure of the store, where no one listens', async () => {
    const { events, server } = await listening()
    await server.close()
    expect(await failureOf(events.announce(many(1)))).toMatchObject({
      passing: true,
      failure: { class: 'store', code: 'ECONNREFUSED' },
    })
  })
})

describe('a service that is down for a moment', () => {
  it('is asked up to three times', async () => {
    const down = answering(500, { __type: 'InternalException', message: 'down' })
    const { bus, events, sizes } = await listening({
      faults: (request) => (request < 2 ? down : undefined),
      maxAttempts: 3,
    })
    await events.announce(many(2))
    expect(sizes).toEqual([2, 2, 2])
    expect(bus.entries).toHaveLength(2)
  })
})
