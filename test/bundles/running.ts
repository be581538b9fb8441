// Both functions from their assets, each in its own process and with its own role, against the embedded services.

import { randomUUID } from 'node:crypto'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { secretsManagerClient } from '../../lambda/adapters/secrets-manager.ts'
import { defaultPrefix, environment as names, type Room, secretName } from '../../lambda/contract.ts'
import { clientName } from '../../lambda/core/secrets/client.ts'
import { realClock } from '../../local/clock.ts'
import { BareFunction } from '../../local/functions/bare-function.ts'
import { processOf, type Synthesized } from '../../local/functions/synthesized.ts'
import { authorizer } from '../../local/iam/authorizer.ts'
import { defaultPlace } from '../../local/iam/role.ts'
import { labelled } from '../../local/secrets-manager/service.ts'
import { startServices } from '../../local/services.ts'
import { addAccess } from '../permissions/access.ts'
import { secretValuesIn } from './leaks.ts'

type Json = Record<string, unknown>

export const startRunning = async (synthesized: Synthesized) => {
  const { refresh, bootstrap } = synthesized
  const { keyPolicies, environment } = refresh
  const authorize = authorizer({ principals: new Map(Object.entries(synthesized)), keyPolicies })
  const services = await startServices({ clock: realClock, authorize })
  const { secretsManager, eventBus, entra } = services
  const surroundings = { endpoint: services.awsUrl, region: defaultPlace.region, secretAccessKey: randomUUID() }
  const processes = {
    refresh: processOf(refresh, { ...surroundings, accessKeyId: 'refresh' }),
    bootstrap: processOf(bootstrap, { ...surroundings, accessKeyId: 'bootstrap' }),
  }
  const functions = {
    refresh: await BareFunction.start(processes.refresh),
    bootstrap: await BareFunction.start(processes.bootstrap),
  }
  const credentials = { accessKeyId: 'operator', secretAccessKey: randomUUID() }
  const operator = secretsManagerClient({ endpoint: services.awsUrl, region: defaultPlace.region, credentials })
  const { login } = addAccess(services)
  const said: unknown[] = []
  const stored = (room: Room, name: string) => secretsManager.inspect(secretName(defaultPrefix, room, name))
  const secretsOf = (connection: string) =>
    [
      stored('clients', clientName(login.client_id)),
      stored('grants', connection),
      stored('connections', connection),
    ].filter((secret) => secret !== undefined)
  const invoke = async (name: keyof typeof functions, event: unknown) => {
    const invoked = await functions[name].invoke(event)
    said.push(invoked)
    return invoked
  }
  return {
    functions,
    /** To start further ones with, for the measurement of a cold start. */
    processes,
    entra,
    eventBus,
    login,
    refresh: (event: unknown) => invoke('refresh', event),
    bootstrap: (event: unknown) => invoke('bootstrap', event),
    storeLogin: async (connection: string, change: Json = {}) => {
      const KmsKeyId = environment[names.privateKeyArn]
      const SecretString = JSON.stringify({ ...login, ...change })
      const Name = secretName(defaultPrefix, 'logins', connection)
      await operator.send(new CreateSecretCommand({ Name, SecretString, ...(KmsKeyId && { KmsKeyId }) }))
    },
    stored,
    value: (room: Room, name: string): Json => {
      const secret = stored(room, name)
      return JSON.parse((secret && labelled(secret, 'AWSCURRENT')?.string) ?? '{}')
    },
    /** Every value that was secret at some time. */
    secrets: (connection: string): readonly string[] => {
      const versions = secretsOf(connection).flatMap((secret) => [...secret.versions.values()])
      return secretValuesIn([login, ...versions.map(({ string = '{}' }): unknown => JSON.parse(string))])
    },
    /** What others than the functions' roles can see: printed, answered, told, tagged. Complete after `stop`. */
    seen: (connection: string): string => {
      const tags = secretsOf(connection).map((secret) => [...(secret.tags ?? [])])
      const printed = Object.values(functions).map((one) => one.printed)
      return [...printed, JSON.stringify([said, eventBus.entries, tags])].join('\n')
    },
    stop: async () => {
      operator.destroy()
      await Promise.all(Object.values(functions).map((one) => one.stop()))
      await services.close()
    },
  }
}
