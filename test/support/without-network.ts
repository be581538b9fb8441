// The SDK's client without a network: its commands go straight to the embedded Secrets Manager. For tests in which days pass,
// or that make many worlds, where signing and sockets are nine tenths of the work; the adapters' own tests have both.

import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SecretsManagerClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-secrets-manager'
import type { InitializeMiddleware } from '@smithy/types'
import type { LoopbackRequest } from '../../local/loopback-server.ts'
import type { Services } from '../../local/services.ts'

/** Members of answers that are times, in seconds on the wire. */
const times = [
  'CreatedDate',
  'DeletedDate',
  'DeletionDate',
  'LastAccessedDate',
  'LastChangedDate',
  'LastRotatedDate',
  'NextRotationDate',
]

/** Members of answers that are lists of objects with times. */
const lists = ['SecretList', 'SecretValues', 'Versions']

type Members = Record<string, unknown>

/** A reviver of `JSON.parse` would be called for each value of an answer, which takes longer than all else here. */
const withTimes = (members: Members): Members => {
  for (const name of times) {
    const value = members[name]
    if (typeof value === 'number') members[name] = new Date(value * 1000)
  }
  for (const name of lists) {
    const list = members[name]
    if (Array.isArray(list)) list.forEach(withTimes)
  }
  return members
}

/** To calls that make a version the SDK adds an id for it, where the caller has given none. */
const makesVersion = new Set(['CreateSecretCommand', 'PutSecretValueCommand'])

const requestOf = (command: string, input: object): LoopbackRequest => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: { 'x-amz-target': `secretsmanager.${command.replace(/Command$/, '')}` },
  body: JSON.stringify(makesVersion.has(command) ? { ClientRequestToken: randomUUID(), ...input } : input),
})

/** Faults of the stack apply, as far as they are answers. */
export const withoutNetwork = (client: SecretsManagerClient, services: Services): void => {
  const direct: InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =
    (_, { commandName = '' }) =>
    async ({ input }) => {
      // An answer never comes in the same turn of the event loop.
      await nextTurn()
      const request = requestOf(commandName, input)
      const fault = services.faults.aws?.(request)
      if (fault !== undefined && fault.kind !== 'answer') throw new Error(`a fault ${fault.kind} takes a network`)
      const { status, body = '' } = fault?.answer ?? services.secretsManager.handle(request)
      const parsed = JSON.parse(String(body))
      if (status === 200) return { output: { $metadata: {}, ...withTimes(parsed) }, response: {} }
      throw Object.assign(new Error(parsed.message ?? parsed.Message), { name: parsed.__type })
    }
  client.middlewareStack.add(direct, { step: 'initialize', priority: 'high', name: 'withoutNetwork' })
}
