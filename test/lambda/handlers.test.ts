// Which events the handlers accept: a wrong one is refused with what it should be, before anything is touched.

import { describe, expect, it } from 'vitest'
import { bootstrapHandler, refreshHandler } from '../../lambda/handlers.ts'
import type { SecretStore } from '../../lambda/ports.ts'
import { ManualClock } from '../../local/clock.ts'
import { refusingDependencies, refusingStore } from '../support/core-refusing.ts'
import { made, noon } from '../support/core-samples.ts'
import { CollectedTelemetry } from '../support/telemetry.ts'

const context = { getRemainingTimeInMillis: () => 60_000 }
const clock = new ManualClock(noon)

/** An empty store, which tells what it was asked for. */
const emptyStore = (asked: unknown[]): SecretStore => ({
  ...refusingStore,
  list: async (room) => {
    asked.push(room)
    return { entries: [], next: undefined }
  },
  describe: async (id) => {
    asked.push(id)
    return undefined
  },
  read: async (id) => {
    asked.push(id)
    return undefined
  },
})

const refreshed = async (event: unknown) => {
  const asked: unknown[] = []
  const handler = refreshHandler(
    refusingDependencies({ clock, store: emptyStore(asked), telemetry: new CollectedTelemetry() }),
  )
  return { answer: await handler(event, context), asked }
}

const bootstrapped = async (event: unknown) => {
  const asked: unknown[] = []
  const handler = bootstrapHandler(
    refusingDependencies({ clock, store: emptyStore(asked), telemetry: new CollectedTelemetry() }),
  )
  const error: unknown = await handler(event, context).catch((thrown: unknown) => thrown)
  return { error, asked }
}

describe('the event of the refresher', () => {
  it.each([[{}], [{ shard: 0, of: 1 }], [{ shard: 3, of: 4 }], [{ force: false }]])(
    'may be %j, which is about all connections',
    async (event) => {
      const { answer, asked } = await refreshed(event)
      expect(answer).toEqual({ refreshed: 0, published: 0, fresh: 0, failed: {}, left: 0 })
      expect(asked).toEqual(['clients', 'grants'])
    },
  )

  it.each([
    [{ connections: [] }, []],
    [{ connections: ['a'] }, ['a']],
    [{ connections: ['a', 'b-2'], force: true }, ['a', 'b-2']],
    [{ connections: ['a'.repeat(63)], force: false }, ['a'.repeat(63)]],
  ])('may be %j, which is about the named ones', async (event, names) => {
    const { asked } = await refreshed(event)
    expect(asked).toEqual(names.map((name) => ({ room: 'grants', name })))
  })

  const secret = made('password')

  it.each([
    [undefined],
    [null],
    ['{}'],
    [7],
    [{ shard: 1 }],
    [{ of: 4 }],
    [{ shard: 4, of: 4 }],
    [{ shard: -1, of: 4 }],
    [{ shard: 0, of: 0 }],
    [{ shard: 0.5, of: 4 }],
    [{ shard: '0', of: '4' }],
    [{ shard: null, of: null }],
    [{ force: true }],
    [{ connections: 'a' }],
    [{ connections: [1] }],
    [{ connections: [''] }],
    [{ connections: ['-a'] }],
    [{ connections: ['A'] }],
    [{ connections: ['a_b'] }],
    [{ connections: ['a/b'] }],
    [{ connections: ['a\n'] }],
    [{ connections: ['a'.repeat(64)] }],
    [{ connections: ['a', 'B'] }],
    [{ connections: ['a'], force: 'yes' }],
    [{ set: { mode: 'fresh' } }],
    [{ connections: ['a'], set: { mode: 'stale' } }],
    [{ connections: ['a'], set: { scope: 'Mail.Read' } }],
    [{ connections: ['a'], set: 'fresh' }],
    [{ connection: 'a' }],
    [{ version: '0', source: 'aws.events', detail: {} }],
    [{ password: secret }],
  ])('may not be %j, and what it may be is reported', async (event) => {
    const handler = () => refreshHandler(refusingDependencies())(event, context)
    await expect(handler()).rejects.toThrow(TypeError)
    await expect(handler()).rejects.toThrow(
      'The event must be {} (all connections), {"shard": 1, "of": 4} with shard below of, or {"connections": ["name"], "force": true, "set": {"mode": "fresh", "publish": "access_token"}}, where a name is up to 63 lower-case letters, digits and hyphens.',
    )
    await expect(handler()).rejects.not.toThrow(secret)
  })
})

describe('the event of the bootstrap', () => {
  it('names the connection, whose login has the same name', async () => {
    const { asked, error } = await bootstrapped({ connection: 'sales-mailbox' })
    expect(asked).toEqual([{ room: 'logins', name: 'sales-mailbox' }])
    expect(error).toMatchObject({ message: expect.stringMatching(/^request login_not_found: /) })
  })

  it('may name a login of another name', async () => {
    const login = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-refresher/logins/mine-AbCdEf'
    const { asked } = await bootstrapped({ connection: 'a', login })
    expect(asked).toEqual([{ room: 'logins', name: 'mine' }])
  })

  it.each(['', '-a', 'A', 'a_b', 'a/b', 'a b', 'a\n', 'ä', 'a'.repeat(64), '../grants/a'])(
    'is refused for the name %j, with what a name is',
    async (connection) => {
      const { asked, error } = await bootstrapped({ connection })
      expect(asked).toEqual([])
      expect(error).toMatchObject({
        message: expect.stringMatching(/^request connection_name_not_valid: Choose a name of at most 63 /),
      })
    },
  )

  it.each(['a', '0', 'a-', 'a'.repeat(63)])('is accepted for the name %s', async (connection) => {
    expect((await bootstrapped({ connection })).asked).toEqual([{ room: 'logins', name: connection }])
  })

  it.each([
    [undefined],
    [null],
    [{}],
    ['sales-mailbox'],
    [['sales-mailbox']],
    [{ connection: 7 }],
    [{ connection: null }],
    [{ connections: ['a'] }],
    [{ connection: 'a', login: '' }],
    [{ connection: 'a', login: 7 }],
    [{ connection: 'a', login: null }],
    [{ connection: 'a', force: true }],
    [{ connection: 'a', password: made('password') }],
  ])('may not be %j, and what it may be is reported', async (event) => {
    const handler = () => bootstrapHandler(refusingDependencies())(event, context)
    await expect(handler()).rejects.toThrow(TypeError)
    await expect(handler()).rejects.toThrow(
      'The event must be {"connection": "name"}, with "login": "<secret id>" when the login has another name, or {"client": "<client id>", "login": "<secret id>"} for another client secret, with "connection": "name" to try it with, or {"connection": "name", "link": {"days": 3, "by": "who asks"}} for a link to sign in, or "link": {"again": true} for the newest one.',
    )
  })
})
