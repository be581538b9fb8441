// The service on a loopback port.

import { type FaultSource, LoopbackServer } from '../loopback-server.ts'
import { type SecretsManagerOptions, SecretsManagerService } from './service.ts'

export interface SecretsManagerServerOptions extends SecretsManagerOptions {
  /** @default 0: any free port */
  readonly port?: number
  /** @default no faults */
  readonly faults?: FaultSource
}

export interface RunningSecretsManager {
  readonly service: SecretsManagerService
  readonly server: LoopbackServer
  /** What AWS_ENDPOINT_URL has to be. */
  readonly url: string
  close(): Promise<void>
}

export const startSecretsManager = async (options: SecretsManagerServerOptions): Promise<RunningSecretsManager> => {
  const { port, faults, ...serviceOptions } = options
  const service = new SecretsManagerService(serviceOptions)
  const server = await LoopbackServer.start({
    handle: (request) => service.handle(request),
    ...(port !== undefined && { port }),
    ...(faults && { faults }),
  })
  return { service, server, url: server.url, close: () => server.close() }
}
