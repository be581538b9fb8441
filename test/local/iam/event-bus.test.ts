// PutEvents through the SDK: what is kept, what is refused entry by entry, and what is refused as a whole.

import { EventBridge, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { EventBus, type EventBusOptions } from '../../../local/event-bus.ts'
import { LoopbackServer } from '../../../local/loopback-server.ts'
import type { AccessRequest } from '../../../local/secrets-manager/access.ts'

const setUp = async (options: EventBusOptions = {}) => {
  const bus = new EventBus({ clock: new ManualClock(5), ...options })
  const server = await LoopbackServer.start({ handle: (request) => bus.handle(request) ?? { status: 404 } })
  const credentials = { accessKeyId: 'me', secretAccessKey: 'mine' }
  const aws = new EventBridge({ endpoint: server.url, region: 'eu-central-1', credentials, maxAttempts: 1 })
  onTestFinished(() => {
    aws.destroy()
    return server.close()
  })
  return { bus, put: (...Entries: PutEventsRequestEntry[]) => aws.putEvents({ Entries }) }
}

const good = { Source: 'shop', DetailType: 'Order Placed', Detail: '{"order":1}' }

test('what is sent is kept, with its time', async () => {
  const { bus, put } = await setUp()
  const { FailedEntryCount, Entries } = await put(good)
  expect(FailedEntryCount).toBe(0)
  expect(Entries).toEqual([{ EventId: expect.stringMatching(/^[0-9a-f-]{36}$/) }])
  expect(bus.entries).toEqual([
    { bus: 'default', source: 'shop', detailType: 'Order Placed', detail: { order: 1 }, at: 5 },
  ])
})

test('each bus is asked for by its name or its ARN, and a bus that is not there is an error', async () => {
  const { bus, put } = await setUp({ buses: ['mail'] })
  await put({ ...good, EventBusName: 'mail' })
  await put({ ...good, EventBusName: 'arn:aws:events:eu-central-1:123456789012:event-bus/mail' }, good)
  expect(bus.entries.map((entry) => entry.bus)).toEqual(['mail', 'mail', 'default'])
  await expect(put({ ...good, EventBusName: 'other' })).rejects.toThrow()
})

describe('an entry of its own is refused', () => {
  test.each<[string, PutEventsRequestEntry, string]>([
    ['without a source', { ...good, Source: '' }, 'InvalidArgument'],
    ['without a detail type', { Source: 'shop', Detail: '{}' }, 'InvalidArgument'],
    ['without a detail', { Source: 'shop', DetailType: 'x' }, 'InvalidArgument'],
    ['whose detail is no JSON', { ...good, Detail: '{' }, 'MalformedDetail'],
    ['whose detail is no object', { ...good, Detail: '[1]' }, 'MalformedDetail'],
    ['in the name of AWS', { ...good, Source: 'aws.s3' }, 'NotAuthorizedForSourceException'],
  ])('%s, and the others are taken', async (_, entry, code) => {
    const { bus, put } = await setUp()
    const { FailedEntryCount, Entries } = await put(good, entry)
    expect(FailedEntryCount).toBe(1)
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, code])
    expect(bus.entries).toHaveLength(1)
  })
})

describe('a request as a whole is refused', () => {
  test('with no entry or more than ten', async () => {
    const { bus, put } = await setUp()
    await expect(put()).rejects.toMatchObject({ name: 'ValidationException' })
    await expect(put(...Array.from({ length: 11 }, () => good))).rejects.toMatchObject({ name: 'ValidationException' })
    await put(...Array.from({ length: 10 }, () => good))
    expect(bus.entries).toHaveLength(10)
  })

  test('when one entry may not be sent', async () => {
    const asked: AccessRequest[] = []
    const authorize = (request: AccessRequest) => {
      asked.push(request)
      return request.context['events:source'] === 'shop' ? undefined : 'no'
    }
    const { bus, put } = await setUp({ authorize })
    await expect(put(good, { ...good, Source: 'bank' })).rejects.toMatchObject({ name: 'AccessDeniedException' })
    expect(bus.entries).toEqual([])
    expect(asked[0]).toEqual({
      principal: { accessKeyId: 'me' },
      action: 'events:PutEvents',
      resource: 'arn:aws:events:eu-central-1:123456789012:event-bus/default',
      context: { 'events:source': 'shop', 'events:detail-type': 'Order Placed' },
    })
  })
})

test('what is for another service is left to it', () => {
  const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body: '' }
  expect(new EventBus().handle(request)).toBeUndefined()
})
