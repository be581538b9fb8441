// The embedded stack as the tests use it: a clock that stands still, a tenant, a client, a user.

import { randomUUID } from 'node:crypto'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import { onTestFinished } from 'vitest'
import { longestTickSeconds, type Room, secretName } from '../../lambda/contract.ts'
import { decodeGrant } from '../../lambda/core/secrets/grant.ts'
import { Redacted } from '../../lambda/core/secrets/redacted.ts'
import { type ConnectionStatus, readStatus } from '../../lambda/core/tags/status.ts'
import { bootstrapHandler, refreshHandler } from '../../lambda/handlers.ts'
import type { Dependencies, Events, Graph, SecretStore, Telemetry } from '../../lambda/ports.ts'
import { ManualClock } from '../../local/clock.ts'
import { labelled, type ReadonlySecret } from '../../local/secrets-manager/service.ts'
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts'
import { CollectedTelemetry } from './telemetry.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

type Json = Record<string, unknown>

export interface Embedded extends Stack {
  readonly clock: ManualClock
  readonly told: CollectedTelemetry
  /** A login of a user and a client that the embedded Entra knows. */
  readonly login: Record<string, string>
  readonly userName: string
  readonly clientId: string
  /** Of the client and the user. */
  readonly tenantId: string
  /** Stores a login and bootstraps it. */
  connect(connection: string, change?: Json): ReturnType<Stack['bootstrap']>
  /** Stores a login, in place of one that is there. */
  storeLogin(connection: string, login: unknown): Promise<void>
  /** Ticks once, `minutes` later. */
  tickAfter(minutes: number): ReturnType<Stack['refresh']>
  value(room: Room, name: string): Promise<Json>
  /** As a person does in the console: a new version with this text, or with these fields changed. */
  edit(room: Room, name: string, change: string | Json): Promise<void>
  tags(connection: string): Promise<Record<string, string>>
  setTags(connection: string, tags: Record<string, string>): Promise<void>
  /** The secret as it is stored now, without a call. */
  secret(room: Room, name: string): ReadonlySecret
  /** What AWSCURRENT holds now, without a call. */
  current(room: Room, name: string): { readonly versionId: string; readonly text: string; readonly json: Json }
  status(connection: string): ConnectionStatus
  /** What is wrong with a connection that should be in good health; empty when all is well. */
  problems(connection: string): string[]
  /** Which passwords, client secrets and tokens are in a text, in part or whole: there should be none. */
  leaks(text: string): string[]
  /** How often each operation of Secrets Manager is called while this is done. */
  callsDuring(work: () => Promise<unknown>): Promise<Record<string, number>>
  /** Token requests with a refresh token so far. */
  refreshRequests(): number
}

/** @param options `keep`: the caller closes the stack; otherwise it is closed when the test has finished */
export const embedded = async (options: Partial<StackOptions> & { keep?: boolean } = {}): Promise<Embedded> => {
  const clock = new ManualClock(Date.parse('2027-01-01T00:00:00Z'))
  const told = new CollectedTelemetry()
  const stack = await startStack({ clock, telemetry: told, ...options })
  if (options.keep !== true) onTestFinished(() => stack.close())
  const { entra, aws, secretsManager } = stack
  const nameOf = (room: Room, name: string) => secretName(stack.dependencies.settings.prefix, room, name)
  const { tenantId, ...login } = addAccess(entra)

  const put = (SecretId: string, SecretString: string) =>
    aws.send(new PutSecretValueCommand({ SecretId, SecretString }))

  const storeLogin = async (connection: string, value: unknown) => {
    const SecretString = typeof value === 'string' ? value : JSON.stringify(value)
    const Name = nameOf('logins', connection)
    if (secretsManager.inspect(Name) !== undefined) await put(Name, SecretString)
    else await aws.send(new CreateSecretCommand({ Name, SecretString }))
  }

  const secret = (room: Room, name: string): ReadonlySecret => {
    const found = secretsManager.inspect(nameOf(room, name))
    if (found === undefined) throw new Error(`there is no secret ${nameOf(room, name)}`)
    return found
  }

  const current = (room: Room, name: string) => {
    const version = labelled(secret(room, name), 'AWSCURRENT')
    if (version?.string === undefined) throw new Error(`${nameOf(room, name)} has no current text`)
    const text = version.string
    return {
      versionId: version.id,
      text,
      get json(): Json {
        return JSON.parse(text)
      },
    }
  }

  const status = (connection: string) =>
    readStatus(
      Object.fromEntries(secret('grants', connection).tags ?? []),
      labelled(secret('grants', connection), 'AWSCURRENT')?.id,
    )

  return {
    ...stack,
    clock,
    told,
    login,
    userName: login.userName,
    clientId: login.client_id,
    tenantId,
    storeLogin,
    secret,
    current,
    status,
    connect: async (connection, change = {}) => {
      await storeLogin(connection, { ...login, ...change })
      return stack.bootstrap({ connection })
    },
    tickAfter: (minutes) => {
      clock.advance(minutes * minute)
      return stack.refresh()
    },
    value: async (room, name) => {
      const answer = await aws.send(new GetSecretValueCommand({ SecretId: nameOf(room, name) }))
      return JSON.parse(answer.SecretString ?? '')
    },
    edit: async (room, name, change) => {
      const text = typeof change === 'string' ? change : JSON.stringify({ ...current(room, name).json, ...change })
      await put(nameOf(room, name), text)
    },
    tags: async (connection) => {
      const answer = await aws.send(new DescribeSecretCommand({ SecretId: nameOf('grants', connection) }))
      return Object.fromEntries((answer.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
    },
    setTags: async (connection, tags) => {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
      await aws.send(new TagResourceCommand({ SecretId: nameOf('grants', connection), Tags }))
    },
    problems: (connection) => {
      if (secretsManager.inspect(nameOf('connections', connection)) === undefined) return ['apps see nothing']
      const grant = current('grants', connection).json
      const published = current('connections', connection).json
      const { status: found, next } = status(connection)
      const wrong: Record<string, boolean> = {
        'a version of the grant does not decode': !everyVersionDecodes(secret('grants', connection)),
        'the stored refresh token is not accepted': !entra.wouldAccept(String(grant.refresh_token)),
        'apps see another generation than the grant has': published.generation !== grant.generation,
        'apps see another access token than the grant has': published.access_token !== grant.access_token,
        'the access token that apps see is not live': !entra.isLive(String(published.access_token)),
        [`the status is ${found}`]: found !== 'healthy',
        'the tags are not believed': next === undefined,
      }
      return Object.keys(wrong).filter((problem) => wrong[problem])
    },
    leaks: (text) => {
      const versions = (['grants', 'connections'] as const).flatMap((room) =>
        ['a', 'b'].flatMap((name) => [...(secretsManager.inspect(nameOf(room, name))?.versions.values() ?? [])]),
      )
      const tokens = versions.flatMap(({ string = '' }) => [...string.matchAll(/"(\w+_token)":"([^"]+)"/g)])
      const known = [
        ['password', login.password],
        ['client_secret', login.client_secret],
        ...tokens.map(([, key = '', value = '']) => [key, value] as const),
      ] as const
      return known
        .filter(([, value]) => [value.slice(0, 12), value.slice(-12)].some((piece) => text.includes(piece)))
        .map(([key]) => key)
    },
    callsDuring: async (work) => {
      const before = new Map(secretsManager.calls)
      await work()
      const counts = [...secretsManager.calls].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
      return Object.fromEntries(counts.filter(([, count]) => count > 0))
    },
    refreshRequests: () => entra.requests.get('refresh_token') ?? 0,
  }
}

/** A tenant, a client with one secret, and a user: as the request table of the IBM page. */
const addAccess = (entra: Stack['entra']) => {
  const tenant = entra.addTenant({ domains: ['example.com'] })
  const { clientId } = entra.addClient({ tenantId: tenant.id, multiTenant: true })
  const userName = `${randomUUID()}@example.com`
  return {
    tenantId: tenant.id,
    client_id: clientId,
    scope: 'Directory.ReadWrite.All offline_access',
    grant_type: 'password',
    client_secret: entra.addClientSecret(clientId).value,
    userName,
    password: entra.addUser({ tenantId: tenant.id, userName }).password,
  }
}

/** Every version of ours is a grant or a claim on one. A person's has an id that is random, not derived. */
const everyVersionDecodes = (secret: ReadonlySecret): boolean =>
  [...secret.versions.values()]
    .filter(({ id }) => id[14] === '8')
    .every(({ string = '' }) => decodeGrant(new Redacted(string)).ok || JSON.parse(string).claim !== undefined)

/** Both handlers over other ports, in invocations that last as long as deployed ones on this clock. */
export const handlersOver = (
  dependencies: Dependencies,
): Pick<Stack, 'refresh' | 'bootstrap' | 'manageRenewal' | 'renewClientSecrets'> => {
  const { clock } = dependencies
  const invocation = (seconds: number) => {
    const end = clock.now() + seconds * 1000
    return { getRemainingTimeInMillis: () => end - clock.now() }
  }
  const tickSeconds = longestTickSeconds(dependencies.settings.timing)
  return {
    refresh: (event = {}) => refreshHandler(dependencies)(event, invocation(tickSeconds)),
    bootstrap: (event) => bootstrapHandler(dependencies)(event, invocation(120)),
    manageRenewal: (event) => bootstrapHandler(dependencies)(event, invocation(120)),
    renewClientSecrets: () => bootstrapHandler(dependencies)({ renewal: 'due' }, invocation(120)),
  }
}

export type Around = <T>(
  call: keyof SecretStore | keyof Events | 'redeem' | `graph ${keyof Graph}`,
  run: () => Promise<T>,
) => Promise<T>

/** The same ports, with something around every call that leaves the process. */
export const interposed = (dependencies: Dependencies, around: Around): Dependencies => {
  const { store, tokenEndpoint, events, graph } = dependencies
  return {
    ...dependencies,
    events: { announce: (all) => around('announce', () => events.announce(all)) },
    tokenEndpoint: { redeem: (request) => around('redeem', () => tokenEndpoint.redeem(request)) },
    graph: graph && {
      list: (app) => around('graph list', () => graph.list(app)),
      add: (app, wanted) => around('graph add', () => graph.add(app, wanted)),
      remove: (app, keyId) => around('graph remove', () => graph.remove(app, keyId)),
    },
    store: {
      list: (room, from) => around('list', () => store.list(room, from)),
      readTogether: (ids) => around('readTogether', () => store.readTogether(ids)),
      read: (id, versionId) => around('read', () => store.read(id, versionId)),
      describe: (id) => around('describe', () => store.describe(id)),
      create: (write, tags) => around('create', () => store.create(write, tags)),
      put: (write, stage) => around('put', () => store.put(write, stage)),
      tag: (id, tags) => around('tag', () => store.tag(id, tags)),
      restore: (id) => around('restore', () => store.restore(id)),
      erase: (id) => around('erase', () => store.erase(id)),
    },
  }
}

/** Holds everyone who comes until this many have come. */
export const barrier = (parties: number): (() => Promise<void>) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let come = 0
  return () => {
    come += 1
    if (come === parties) resolve()
    return promise
  }
}

/** A process dies before or after one of its calls of a port, counted from 0; a dead process calls nothing more. */
export const dying = (dependencies: Dependencies, at: number, when: 'before' | 'after') => {
  const calls: string[] = []
  let dead = false
  const die = (): never => {
    dead = true
    throw new Crash('the process died here')
  }
  const mortal = interposed(dependencies, async (call, run) => {
    if (dead) die()
    const mine = calls.push(call) - 1 === at
    if (mine && when === 'before') die()
    const answer = await run()
    return mine ? die() : answer
  })
  // A dead process does not go on with the next connection either.
  const { telemetry } = dependencies
  const silenced: Telemetry = Object.create(telemetry, {
    defect: { value: (defect: Parameters<Telemetry['defect']>[0]) => (dead ? die() : telemetry.defect(defect)) },
  })
  return { ...handlersOver({ ...mortal, telemetry: silenced }), calls }
}

/** No failure that anything in the code knows. */
export class Crash extends Error {}
