// The embedded stack in one process: the services, and both functions' handlers over them, on one clock.

import { randomUUID } from 'node:crypto'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { eventBridgeEvents } from '../lambda/adapters/event-bridge.ts'
import { httpGraph } from '../lambda/adapters/graph.ts'
import { httpAgent, tokenEndpointLimits } from '../lambda/adapters/http.ts'
import { kmsMacs } from '../lambda/adapters/macs.ts'
import { secretsManagerClient, secretsManagerStore } from '../lambda/adapters/secrets-manager.ts'
import { systemRandom } from '../lambda/adapters/system.ts'
import { httpTokenEndpoint } from '../lambda/adapters/token-endpoint.ts'
import { stsWebIdentity } from '../lambda/adapters/web-identity.ts'
import {
  type BootstrapAnswer,
  type BootstrapEvent,
  type ClientRefusal,
  type ClientSecretAnswer,
  type ClientSecretEvent,
  defaultPrefix,
  defaultRunbookUrl,
  defaultTiming,
  defaultTokenEndpointHosts,
  eventBusName,
  type FederationAnswer,
  type FederationEvent,
  type LinkAnswer,
  type LinkEvent,
  longestTickSeconds,
  type RefreshAnswer,
  type RefreshEvent,
  type RenewalAnswer,
  type RenewalEvent,
  type RenewalsAnswer,
  type Timing,
} from '../lambda/contract.ts'
import { entraHosts } from '../lambda/core/login/authority.ts'
import { bootstrapHandler, type LambdaContext, refreshHandler } from '../lambda/handlers.ts'
import type { Dependencies, Random, Settings, Telemetry } from '../lambda/ports.ts'
import { roleName } from '../lib/settings/role-name.ts'
import type { Clock } from './clock.ts'
import { defaultPlace } from './iam/role.ts'
import { routed } from './route.ts'
import { type Services, type ServicesOptions, startServices } from './services.ts'
import { signInKeyArn, startSignInPage } from './sign-in-page.ts'
import { newAccessKeyId } from './strangers.ts'

export interface StackOptions extends Omit<ServicesOptions, 'functions'> {
  readonly telemetry: Telemetry
  /** @default token-refresher */
  readonly prefix?: string
  /** @default as deployed */
  readonly timing?: Timing
  /** @default from the operating system */
  readonly random?: Random
  /** Whether people sign in by a link. @default no */
  readonly signIn?: boolean
  /** Whether the setting `webIdentity` is on. @default no */
  readonly webIdentity?: boolean
  /** Whether the setting `clientSecretRenewal` is on. @default no */
  readonly clientSecretRenewal?: boolean
  /** Replaces the way in which a client of Secrets Manager reaches the services. @default over a socket */
  readonly reach?: (client: SecretsManagerClient, services: Services) => void
}

export interface Stack extends Services {
  /** An operator's or an app's client. */
  readonly aws: SecretsManagerClient
  readonly dependencies: Dependencies
  /** Where people sign in by a link, with a slash at the end. Undefined: they do not. */
  readonly signInUrl: string | undefined
  readonly refresh: (event?: RefreshEvent) => Promise<RefreshAnswer>
  readonly bootstrap: (event: BootstrapEvent) => Promise<BootstrapAnswer>
  /** The bootstrap function too. */
  readonly makeLink: (event: LinkEvent) => Promise<LinkAnswer>
  /** One of the two functions: as which role it authenticates clients, and whether the provider accepts that. */
  readonly federate: (by: 'refresh' | 'bootstrap', event: FederationEvent) => Promise<FederationAnswer | ClientRefusal>
  /** The bootstrap function too. */
  readonly changeClientSecret: (event: ClientSecretEvent) => Promise<ClientSecretAnswer>
  /** The bootstrap function too: turns the renewal of a client secret on or off. */
  readonly manageRenewal: (event: RenewalEvent) => Promise<RenewalAnswer | ClientRefusal>
  /** The bootstrap function too, as its schedule starts it. */
  readonly renewClientSecrets: () => Promise<RenewalsAnswer>
}

/** The settings of a deployment, except for the keys and for providers on loopback. */
export const embeddedSettings = (prefix: string = defaultPrefix, timing: Timing = defaultTiming): Settings => ({
  prefix,
  timing,
  privateKeyArn: undefined,
  publishedKeyArn: undefined,
  replicaRegions: [],
  runbookUrl: defaultRunbookUrl,
  tokenEndpointHosts: defaultTokenEndpointHosts,
  allowLoopbackHttp: true,
})

/** ARNs of the roles, with the names that a deployment gives them. */
export const rolesOf = (prefix: string = defaultPrefix) => {
  const { accountId, region } = defaultPlace
  const arn = (name: string) => `arn:aws:iam::${accountId}:role/${roleName(prefix, name, region)}`
  return { refresh: arn('refresh'), bootstrap: arn('bootstrap') }
}

/** The remaining time of an invocation, as Lambda reports it, on the stack's own clock. */
const invocation = (clock: Clock, seconds: number): LambdaContext => {
  const end = clock.now() + seconds * 1000
  return { getRemainingTimeInMillis: () => end - clock.now() }
}

/** As deployed. */
const bootstrapSeconds = 120

export const startStack = async (options: StackOptions): Promise<Stack> => {
  const { clock, telemetry, random = systemRandom, prefix = defaultPrefix, timing = defaultTiming } = options
  const accessKeyId = newAccessKeyId('embedded')
  const roleKeys = { refresh: newAccessKeyId('refresh'), bootstrap: newAccessKeyId('bootstrap') }
  const callers = new Set([accessKeyId, ...Object.values(roleKeys)])
  const roles = rolesOf(prefix)
  const roleArns = new Map([
    [roleKeys.refresh, roles.refresh],
    [roleKeys.bootstrap, roles.bootstrap],
  ])
  const services = await startServices({
    eventBuses: [eventBusName(prefix)],
    callers,
    roleArnOf: (key) => roleArns.get(key),
    ...options,
  })
  const page = options.signIn ? await startSignInPage() : undefined
  const settings = { ...embeddedSettings(prefix, timing), signInUrl: page?.url }
  const access = {
    endpoint: services.awsUrl,
    region: defaultPlace.region,
    credentials: { accessKeyId, secretAccessKey: randomUUID() },
  }
  // A login names Microsoft's host, here and in a deployment.
  const microsoft = new Map(entraHosts.map((host) => [`https://${host}`, services.entraUrl]))
  microsoft.set('https://graph.microsoft.com', services.entraUrl)
  const dispatcher = routed(httpAgent(tokenEndpointLimits), microsoft)
  const reaching = (): SecretsManagerClient => {
    const made = secretsManagerClient(access)
    options.reach?.(made, services)
    return made
  }
  const client = reaching()
  const macs = page && kmsMacs(signInKeyArn, access)
  const dependencies: Dependencies = {
    clock,
    random,
    telemetry,
    settings,
    store: secretsManagerStore(client, settings),
    tokenEndpoint: httpTokenEndpoint({ clock, dispatcher }),
    events: eventBridgeEvents(eventBusName(prefix), access),
    macs,
    graph: options.clientSecretRenewal ? httpGraph({ clock, dispatcher }) : undefined,
  }
  const asRole = (role: keyof typeof roleKeys): Dependencies => {
    const credentials = { ...access.credentials, accessKeyId: roleKeys[role] }
    const webIdentity = options.webIdentity ? stsWebIdentity(clock, { ...access, credentials }) : undefined
    return { ...dependencies, webIdentity }
  }
  const refresh = refreshHandler(asRole('refresh'))
  const bootstrap = bootstrapHandler(asRole('bootstrap'))
  if (macs) page?.open({ ...dependencies, macs }, (event) => bootstrap(event, invocation(clock, bootstrapSeconds)))
  return {
    ...services,
    signInUrl: page?.url,
    aws: reaching(),
    dependencies: asRole('refresh'),
    refresh: (event = {}) => refresh(event, invocation(clock, longestTickSeconds(timing))),
    bootstrap: (event) => bootstrap(event, invocation(clock, bootstrapSeconds)),
    makeLink: (event) => bootstrap(event, invocation(clock, bootstrapSeconds)),
    federate: (by, event) => (by === 'refresh' ? refresh : bootstrap)(event, invocation(clock, bootstrapSeconds)),
    changeClientSecret: (event) => bootstrap(event, invocation(clock, bootstrapSeconds)),
    manageRenewal: (event) => bootstrap(event, invocation(clock, bootstrapSeconds)),
    renewClientSecrets: () => bootstrap({ renewal: 'due' }, invocation(clock, bootstrapSeconds)),
    close: async () => {
      client.destroy()
      await Promise.all([services.close(), dispatcher.close(), page?.close()])
    },
  }
}
