// The embedded stack as the tests use it: a clock that stands still, a tenant, a client, a user.

import { randomUUID } from 'node:crypto'
import { CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { onTestFinished } from 'vitest'
import { type Room, secretName } from '../../lambda/contract.ts'
import { ManualClock } from '../../local/clock.ts'
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts'
import { CollectedTelemetry } from './telemetry.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export interface Embedded extends Stack {
  readonly clock: ManualClock
  readonly told: CollectedTelemetry
  /** A login of a user and a client that the embedded Entra knows. */
  readonly login: Record<string, string>
  readonly userName: string
  readonly clientId: string
  /** Stores a login and bootstraps it. */
  connect(connection: string, change?: Record<string, unknown>): ReturnType<Stack['bootstrap']>
  storeLogin(connection: string, login: unknown): Promise<void>
  /** Ticks once, `minutes` later. */
  tickAfter(minutes: number): ReturnType<Stack['refresh']>
  value(room: Room, name: string): Promise<Record<string, unknown>>
  tags(connection: string): Promise<Record<string, string>>
}

export const embedded = async (options: Partial<StackOptions> = {}): Promise<Embedded> => {
  const clock = new ManualClock(Date.parse('2027-01-01T00:00:00Z'))
  const told = new CollectedTelemetry()
  const stack = await startStack({ clock, telemetry: told, ...options })
  onTestFinished(() => stack.close())
  const { entra, aws } = stack
  const tenant = entra.addTenant({ domains: ['example.com'] })
  const client = entra.addClient({ tenantId: tenant.id, multiTenant: true })
  const secret = entra.addClientSecret(client.clientId)
  const userName = `${randomUUID()}@example.com`
  const user = entra.addUser({ tenantId: tenant.id, userName })
  const login = {
    client_id: client.clientId,
    scope: 'Directory.ReadWrite.All offline_access',
    grant_type: 'password',
    client_secret: secret.value,
    userName,
    password: user.password,
  }
  const prefix = stack.dependencies.settings.prefix

  const storeLogin = async (connection: string, value: unknown) => {
    const SecretString = typeof value === 'string' ? value : JSON.stringify(value)
    await aws.send(new CreateSecretCommand({ Name: secretName(prefix, 'logins', connection), SecretString }))
  }

  return {
    ...stack,
    clock,
    told,
    login,
    userName,
    clientId: client.clientId,
    storeLogin,
    connect: async (connection, change = {}) => {
      await storeLogin(connection, { ...login, ...change })
      return stack.bootstrap({ connection })
    },
    tickAfter: (minutes) => {
      clock.advance(minutes * minute)
      return stack.refresh()
    },
    value: async (room, name) => {
      const answer = await aws.send(new GetSecretValueCommand({ SecretId: secretName(prefix, room, name) }))
      return JSON.parse(answer.SecretString ?? '')
    },
    tags: async (connection) => {
      const answer = await aws.send(new DescribeSecretCommand({ SecretId: secretName(prefix, 'grants', connection) }))
      return Object.fromEntries((answer.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
    },
  }
}
