// Both functions from their assets, each in its own process and with its own role, against the embedded services.

import { randomUUID } from 'node:crypto'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { secretsManagerClient } from '../../lambda/adapters/secrets-manager.ts'
import { defaultPrefix, type Room, secretName } from '../../lambda/contract.ts'
import { realClock } from '../../local/clock.ts'
import { authorizer } from '../../local/iam/authorizer.ts'
import { defaultPlace } from '../../local/iam/role.ts'
import { labelled } from '../../local/secrets-manager/service.ts'
import { addAccess, startServices } from '../permissions/services.ts'
import { leaksIn, secretValuesIn } from './leaks.ts'
import { type Synthesized, startFunction } from './synthesized.ts'

type Json = Record<string, unknown>

export const startRunning = async (synthesized: Synthesized) => {
  const { refresh, bootstrap } = synthesized
  const { keyPolicies, environment } = refresh
  const authorize = authorizer({ principals: new Map(Object.entries(synthesized)), keyPolicies })
  const services = await startServices({ clock: realClock, authorize })
  const { secretsManager, eventBus, entra } = services
  const surroundings = { endpoint: services.awsUrl, region: defaultPlace.region, secretAccessKey: randomUUID() }
  const functions = {
    refresh: await startFunction(refresh, { ...surroundings, accessKeyId: 'refresh' }),
    bootstrap: await startFunction(bootstrap, { ...surroundings, accessKeyId: 'bootstrap' }),
  }
  const credentials = { accessKeyId: 'operator', secretAccessKey: randomUUID() }
  const operator = secretsManagerClient({ endpoint: services.awsUrl, region: defaultPlace.region, credentials })
  const { login } = addAccess(services)
  const said: unknown[] = []
  const stored = (room: Room, name: string) => secretsManager.inspect(secretName(defaultPrefix, room, name))
  const invoke = async (name: keyof Synthesized, event: unknown) => {
    const invoked = await functions[name].invoke(event)
    said.push(invoked)
    return invoked
  }
  return {
    functions,
    entra,
    eventBus,
    login,
    refresh: (event: unknown) => invoke('refresh', event),
    bootstrap: (event: unknown) => invoke('bootstrap', event),
    storeLogin: async (connection: string, change: Json = {}) => {
      const KmsKeyId = environment.TOKEN_REFRESHER_PRIVATE_KEY_ARN
      const SecretString = JSON.stringify({ ...login, ...change })
      const Name = secretName(defaultPrefix, 'logins', connection)
      await operator.send(new CreateSecretCommand({ Name, SecretString, ...(KmsKeyId && { KmsKeyId }) }))
    },
    stored,
    value: (room: Room, name: string): Json => {
      const secret = stored(room, name)
      return JSON.parse((secret && labelled(secret, 'AWSCURRENT')?.string) ?? '{}')
    },
    /** Pieces of secret values in what was printed, answered, told and tagged. After `stop`, when all is printed. */
    leaks: (connection: string): readonly string[] => {
      const secrets = (['clients', 'grants', 'connections'] as const).flatMap((room) => {
        const secret = stored(room, room === 'clients' ? login.client_id : connection)
        return secret === undefined ? [] : [secret]
      })
      const versions = secrets.flatMap((secret) => [...secret.versions.values()])
      const values = secretValuesIn([login, ...versions.map(({ string = '{}' }): unknown => JSON.parse(string))])
      const printed = Object.values(functions).map((one) => one.printed)
      const tags = secrets.map((secret) => [...(secret.tags ?? [])])
      return leaksIn([...printed, JSON.stringify([said, eventBus.entries, tags])].join('\n'), values)
    },
    stop: async () => {
      operator.destroy()
      await Promise.all(Object.values(functions).map((one) => one.stop()))
      await services.close()
    },
  }
}
