// The embedded stack: both services on loopback, and both functions' handlers over them, on one clock.

import { randomUUID } from 'node:crypto'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { systemRandom } from '../lambda/adapters/dependencies.ts'
import { eventBridgeEvents } from '../lambda/adapters/event-bridge.ts'
import { httpAgent, tokenEndpointLimits } from '../lambda/adapters/http.ts'
import { secretsManagerClient, secretsManagerStore } from '../lambda/adapters/secrets-manager.ts'
import { httpTokenEndpoint } from '../lambda/adapters/token-endpoint.ts'
import {
  type BootstrapAnswer,
  type BootstrapEvent,
  defaultPrefix,
  defaultRunbookUrl,
  defaultTiming,
  type RefreshAnswer,
  type RefreshEvent,
  type Timing,
} from '../lambda/contract.ts'
import { entraHosts } from '../lambda/core/authority.ts'
import { bootstrapHandler, type LambdaContext, refreshHandler } from '../lambda/handlers.ts'
import type { Dependencies, Random, Telemetry } from '../lambda/ports.ts'
import type { Clock } from './clock.ts'
import { startEntra } from './entra/server.ts'
import type { Entra, EntraOptions } from './entra/service.ts'
import { EventBus } from './event-bus.ts'
import { functionEndpoint } from './function-endpoint.ts'
import { type FaultSource, LoopbackServer } from './loopback-server.ts'
import { routed } from './route.ts'
import { type SecretsManagerOptions, SecretsManagerService } from './secrets-manager/service.ts'

export interface StackOptions {
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** @default token-refresher */
  readonly prefix?: string
  /** @default as deployed */
  readonly timing?: Timing
  /** @default from the operating system */
  readonly random?: Random
  readonly secretsManager?: Omit<SecretsManagerOptions, 'clock'> & { readonly port?: number }
  readonly entra?: Omit<EntraOptions, 'clock'> & { readonly port?: number }
}

/** Set one to have requests fail; undefined again, and all is well. */
export interface Faults {
  aws: FaultSource | undefined
  entra: FaultSource | undefined
}

export interface Stack {
  readonly faults: Faults
  readonly secretsManager: SecretsManagerService
  readonly entra: Entra
  readonly eventBus: EventBus
  /** What AWS_ENDPOINT_URL has to be: Secrets Manager, and both functions by name. */
  readonly awsUrl: string
  readonly entraUrl: string
  readonly servers: { readonly aws: LoopbackServer; readonly entra: LoopbackServer }
  /** An operator's or an app's client. */
  readonly aws: SecretsManagerClient
  readonly dependencies: Dependencies
  readonly refresh: (event?: RefreshEvent) => Promise<RefreshAnswer>
  readonly bootstrap: (event: BootstrapEvent) => Promise<BootstrapAnswer>
  close(): Promise<void>
}

/** An invocation's end, as Lambda tells it, on the stack's own clock. */
const invocation = (clock: Clock, seconds: number): LambdaContext => {
  const end = clock.now() + seconds * 1000
  return { getRemainingTimeInMillis: () => end - clock.now() }
}

/** As deployed. */
const refreshSeconds = 270
const bootstrapSeconds = 120

export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { clock, telemetry, random = systemRandom, prefix = defaultPrefix, timing = defaultTiming } = options
  const faults: Faults = { aws: undefined, entra: undefined }
  const { port: awsPort = 0, ...secretsManagerOptions } = options.secretsManager ?? {}
  const secretsManager = new SecretsManagerService({ clock, ...secretsManagerOptions })
  const { entra, server: entraServer } = await startEntra({
    clock,
    ...options.entra,
    faults: (request) => faults.entra?.(request),
  })

  const eventBus = new EventBus({ clock })
  const settings = {
    prefix,
    timing,
    privateKeyArn: undefined,
    publishedKeyArn: undefined,
    runbookUrl: defaultRunbookUrl,
    allowLoopbackHttp: true,
  }
  const awsServer = await LoopbackServer.start({
    port: awsPort,
    handle: (request) => functions(request) ?? eventBus.handle(request) ?? secretsManager.handle(request),
    faults: (request) => faults.aws?.(request),
  })
  const access = {
    endpoint: awsServer.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: randomUUID() },
  }
  const dispatcher = routed(httpAgent(tokenEndpointLimits), microsoftTo(entraServer.url))
  const client = secretsManagerClient(access)
  const dependencies: Dependencies = {
    clock,
    random,
    telemetry,
    settings,
    store: secretsManagerStore(client, settings),
    tokenEndpoint: httpTokenEndpoint({ clock, dispatcher }),
    events: eventBridgeEvents(access),
  }
  const refresh = refreshHandler(dependencies)
  const bootstrap = bootstrapHandler(dependencies)
  const functions = functionEndpoint(prefix, {
    refresh: (event) => refresh(event, invocation(clock, refreshSeconds)),
    bootstrap: (event) => bootstrap(event, invocation(clock, bootstrapSeconds)),
  })

  return {
    faults,
    secretsManager,
    entra,
    eventBus,
    awsUrl: awsServer.url,
    entraUrl: entraServer.url,
    servers: { aws: awsServer, entra: entraServer },
    aws: secretsManagerClient(access),
    dependencies,
    refresh: (event = {}) => refresh(event, invocation(clock, refreshSeconds)),
    bootstrap: (event) => bootstrap(event, invocation(clock, bootstrapSeconds)),
    close: async () => {
      client.destroy()
      await Promise.all([awsServer.close(), entraServer.close(), dispatcher.close()])
    },
  }
}

const microsoftTo = (url: string): ReadonlyMap<string, string> =>
  new Map(entraHosts.map((host) => [`https://${host}`, url]))
