// The embedded services with the deployed policies in force, and both handlers over them, each with its own role.

import { randomUUID } from 'node:crypto'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { bootstrapFunction } from '../../lambda/adapters/bootstrap-function.ts'
import { eventBridgeEvents } from '../../lambda/adapters/event-bridge.ts'
import { httpGraph } from '../../lambda/adapters/graph.ts'
import { kmsMacs } from '../../lambda/adapters/macs.ts'
import { secretsManagerClient, secretsManagerStore } from '../../lambda/adapters/secrets-manager.ts'
import { readSettings } from '../../lambda/adapters/settings.ts'
import { systemRandom } from '../../lambda/adapters/system.ts'
import { httpTokenEndpoint } from '../../lambda/adapters/token-endpoint.ts'
import { stsWebIdentity } from '../../lambda/adapters/web-identity.ts'
import {
  defaultPrefix,
  environment,
  eventBusName,
  functionNames,
  type RefreshEvent,
  type Room,
  secretName,
} from '../../lambda/contract.ts'
import { bootstrapHandler, refreshHandler } from '../../lambda/handlers.ts'
import type { Dependencies } from '../../lambda/ports.ts'
import { signInHandler } from '../../lambda/sign-in-handler.ts'
import type { FunctionName } from '../../lib/permissions/permissions.ts'
import { ManualClock } from '../../local/clock.ts'
import { functionEndpoint } from '../../local/function-endpoint.ts'
import { defaultPlace } from '../../local/iam/role.ts'
import type { Authorize } from '../../local/secrets-manager/access.ts'
import { labelled } from '../../local/secrets-manager/service.ts'
import { startServices } from '../../local/services.ts'
import { CollectedSignIns } from '../support/sign-ins.ts'
import { CollectedTelemetry } from '../support/telemetry.ts'
import { addAccess } from './access.ts'
import type { Deployment } from './deployment.ts'
import { Guard } from './guard.ts'
import { type Row, roles } from './rows.ts'

export const minute = 60_000
export const day = 24 * 60 * minute

type Json = Record<string, unknown>

export type World = Awaited<ReturnType<typeof startWorld>>

/** @param removed a permission that its role does not have */
export const startWorld = async (deployment: Deployment, removed?: Row) => {
  const clock = new ManualClock(Date.parse('2027-01-01T00:00:00Z'))
  let deployed = deployment
  let guard = new Guard(deployment, removed)
  const names = functionNames(defaultPrefix)
  const unused = () => Promise.reject(new Error('no function starts the refresher'))
  const authorize: Authorize = (request) => guard.authorize(request)
  const endpoint = functionEndpoint({ names, authorize }, { refresh: unused, bootstrap: (event) => bootstrap(event) })
  const roleArnOf = (key: string) => deployed.functions[roles.find((role) => role === key) ?? 'signIn'].roleArn
  const services = await startServices({ clock, authorize, roleArnOf, others: endpoint })
  const { entra, secretsManager, eventBus } = services
  const access = (accessKeyId: string) => ({
    endpoint: services.awsUrl,
    region: defaultPlace.region,
    credentials: { accessKeyId, secretAccessKey: randomUUID() },
  })
  const clients: SecretsManagerClient[] = []
  const clientOf = (accessKeyId: string): SecretsManagerClient => {
    const client = secretsManagerClient(access(accessKeyId))
    clients.push(client)
    return client
  }

  const signInKey = deployment.functions.signIn.environment[environment.signInKeyArn] ?? ''
  const dependenciesOf = (role: FunctionName): Dependencies => {
    const variables = deployed.functions[role].environment
    const settings = readSettings({ ...variables, [environment.allowLoopbackHttp]: '1' })
    return {
      clock,
      random: systemRandom,
      settings,
      telemetry: new CollectedTelemetry(),
      store: secretsManagerStore(clientOf(role), settings),
      tokenEndpoint: httpTokenEndpoint({ clock }),
      events: eventBridgeEvents(eventBusName(settings.prefix), access(role)),
      macs: kmsMacs(signInKey, access(role)),
      webIdentity: stsWebIdentity(clock, access(role)),
      graph: variables[environment.clientSecretRenewal] === 'on' ? httpGraph({ clock }) : undefined,
    }
  }
  const bothDependencies = () => ({ refresh: dependenciesOf('refresh'), bootstrap: dependenciesOf('bootstrap') })
  let dependencies = bothDependencies()
  const operator = clientOf('operator')
  const about = (subject: string) =>
    eventBus.entries.filter(({ detail }) => JSON.stringify(detail).includes(`"${subject}"`))
  const { login, clientSecretKeyId } = addAccess(services)
  const nameOf = (room: Room, name: string): string => secretName(dependencies.refresh.settings.prefix, room, name)

  /** In place of one that is there, under the private key, as the guide tells operators to. */
  const storeLogin = async (name: string, change: Json = {}): Promise<void> => {
    const Name = nameOf('logins', name)
    const SecretString = JSON.stringify({ ...login, ...change })
    const KmsKeyId = dependencies.bootstrap.settings.privateKeyArn
    if (secretsManager.inspect(Name) !== undefined) {
      await operator.send(new PutSecretValueCommand({ SecretId: Name, SecretString }))
    } else {
      await operator.send(new CreateSecretCommand({ Name, SecretString, ...(KmsKeyId && { KmsKeyId }) }))
    }
  }

  /** One that ends: what may not be written is tried again until then. */
  const invocation = () => {
    const end = clock.now() + 2 * minute
    return { getRemainingTimeInMillis: () => end - clock.now() }
  }

  const bootstrap = (event: unknown, changed: Partial<Dependencies> = {}) =>
    bootstrapHandler({ ...dependencies.bootstrap, ...changed })(event, invocation())

  const signInAs = 'signIn' satisfies FunctionName
  const page = signInHandler({
    ...dependenciesOf(signInAs),
    macs: kmsMacs(signInKey, access(signInAs)),
    bootstrap: bootstrapFunction(names.bootstrap, access(signInAs)),
    telemetry: new CollectedSignIns(),
  })

  return {
    /** The sign-in page. */
    page,
    tokenEndpoint: services.tokenEndpoint,
    clock,
    get guard() {
      return guard
    },
    entra,
    account: services.account,
    /** ARNs of the roles that authenticate clients. */
    roleArns: [deployment.functions.refresh.roleArn, deployment.functions.bootstrap.roleArn],
    eventBus,
    get dependencies() {
      return dependencies
    },
    /** In place of the one before: other functions and roles, the same secrets. */
    deploy: (next: Deployment) => {
      deployed = next
      guard = new Guard(next)
      dependencies = bothDependencies()
    },
    login,
    /** Of the login's client secret at Entra. */
    clientSecretKeyId,
    bootstrap,
    storeLogin,
    connect: async (connection: string, change: Json = {}) => {
      await storeLogin(connection, change)
      return bootstrap({ connection })
    },
    refresh: (event: RefreshEvent = {}, changed: Partial<Dependencies> = {}) =>
      refreshHandler({ ...dependencies.refresh, ...changed })(event, invocation()),
    /** The secret as it is stored now, without a call. */
    secret: (room: Room, name: string) => secretsManager.inspect(nameOf(room, name)),
    value: (room: Room, name: string): Json => {
      const secret = secretsManager.inspect(nameOf(room, name))
      return JSON.parse((secret && labelled(secret, 'AWSCURRENT')?.string) ?? '{}')
    },
    tags: (room: Room, name: string): Json =>
      Object.fromEntries(secretsManager.inspect(nameOf(room, name))?.tags ?? []),
    /** As an operator does, so that it can be brought back. */
    remove: async (room: Room, name: string): Promise<void> => {
      const SecretId = nameOf(room, name)
      const { ReplicationStatus = [] } = await operator.send(new DescribeSecretCommand({ SecretId }))
      const RemoveReplicaRegions = ReplicationStatus.flatMap(({ Region }) => Region ?? [])
      if (RemoveReplicaRegions.length > 0)
        await operator.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions }))
      await operator.send(new DeleteSecretCommand({ SecretId }))
    },
    /** Names of the events about this connection or client. */
    told: (subject: string): readonly string[] => about(subject).map(({ detailType }) => detailType),
    /** Whether one of these events carries a link to sign in. */
    linked: (subject: string): boolean => about(subject).some(({ detail }) => 'sign_in_link' in Object(detail)),
    close: async () => {
      for (const client of clients) client.destroy()
      await services.close()
    },
  }
}
