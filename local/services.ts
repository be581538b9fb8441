// The embedded services on loopback, on one clock: AWS behind one endpoint, and Entra.

import type { Clock } from './clock.ts'
import { startEntra } from './entra/server.ts'
import type { Entra, EntraOptions } from './entra/service.ts'
import { EventBus } from './event-bus.ts'
import { defaultPlace } from './iam/role.ts'
import { embeddedKms } from './kms.ts'
import { type FaultSource, type LoopbackAnswer, type LoopbackRequest, LoopbackServer } from './loopback-server.ts'
import { principalOf } from './secrets-manager/access.ts'
import { ServiceError } from './secrets-manager/errors.ts'
import { type Authorize, type SecretsManagerOptions, SecretsManagerService } from './secrets-manager/service.ts'
import { failure } from './secrets-manager/wire.ts'
import { WebIdentityIssuer } from './web-identity/issuer.ts'
import { answerWebIdentity } from './web-identity/sts.ts'

export interface ServicesOptions {
  readonly clock: Clock
  /** @default everything is allowed */
  readonly authorize?: Authorize
  readonly secretsManager?: Omit<SecretsManagerOptions, 'clock' | 'authorize'> & { readonly port?: number }
  readonly entra?: Omit<EntraOptions, 'clock'> & { readonly port?: number }
  /** Access key ids that the AWS endpoint answers. @default every one */
  readonly callers?: ReadonlySet<string>
  /** ARN of the role whose session has this access key, for web identity tokens. @default none */
  readonly roleArnOf?: (accessKeyId: string) => string | undefined
  /** Names of the event buses in addition to the default one. @default token-refresher */
  readonly eventBuses?: readonly string[]
  /** Other services at the AWS endpoint; undefined when a request is for none of them. @default none */
  readonly others?: (request: LoopbackRequest) => Promise<LoopbackAnswer> | LoopbackAnswer | undefined
}

/** A fault that makes requests fail; undefined: no fault. */
export interface Faults {
  aws: FaultSource | undefined
  entra: FaultSource | undefined
}

export interface Services {
  readonly faults: Faults
  readonly secretsManager: SecretsManagerService
  readonly eventBus: EventBus
  readonly entra: Entra
  /** The AWS account as an issuer of web identity tokens. It begins with outbound identity federation off. */
  readonly account: WebIdentityIssuer
  /** What AWS_ENDPOINT_URL has to be: Secrets Manager, EventBridge, and both functions by name. */
  readonly awsUrl: string
  readonly entraUrl: string
  /** Origin of Entra, for each of its tenants. */
  readonly tokenEndpoint: string
  readonly servers: { readonly aws: LoopbackServer; readonly entra: LoopbackServer }
  close(): Promise<void>
}

/** Error text of AWS. The signature is not verified: the random id is the secret. */
const unknownCaller = new ServiceError(
  'UnrecognizedClientException',
  'The security token included in the request is invalid.',
  403,
)

export const startServices = async (options: ServicesOptions): Promise<Services> => {
  const { clock, authorize, others } = options
  const faults: Faults = { aws: undefined, entra: undefined }
  const { port = 0, ...secretsManagerOptions } = options.secretsManager ?? {}
  const shared = { clock, ...defaultPlace, ...(authorize && { authorize }) }
  const secretsManager = new SecretsManagerService({ ...shared, ...secretsManagerOptions })
  const eventBus = new EventBus({ ...shared, ...(options.eventBuses && { buses: options.eventBuses }) })
  const account = new WebIdentityIssuer(clock)
  const { entra, server } = await startEntra({
    clock,
    keysOfIssuer: (issuer) => (issuer === account.issuer ? account.keys : undefined),
    ...options.entra,
    faults: (request) => faults.entra?.(request),
  })
  const { roleArnOf = () => undefined } = options
  const webIdentity = { account, roleArnOf, authorize: authorize ?? (() => undefined) }
  const kms = embeddedKms(authorize)
  const aws = await LoopbackServer.start({
    port,
    handle: (request) => {
      const { accessKeyId } = principalOf(request.headers.authorization)
      if (options.callers && !options.callers.has(accessKeyId)) return failure(unknownCaller)
      return (
        answerWebIdentity(webIdentity, request) ??
        others?.(request) ??
        kms(request) ??
        eventBus.handle(request) ??
        secretsManager.handle(request)
      )
    },
    faults: (request) => faults.aws?.(request),
  })
  return {
    faults,
    secretsManager,
    eventBus,
    entra,
    account,
    awsUrl: aws.url,
    entraUrl: server.url,
    tokenEndpoint: `${server.url}/organizations/oauth2/v2.0/token`,
    servers: { aws, entra: server },
    close: async () => {
      await Promise.all([aws.close(), server.close()])
    },
  }
}
