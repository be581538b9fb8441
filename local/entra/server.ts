// The embedded Entra behind a real HTTP server on loopback.

import { type FaultSource, LoopbackServer } from '../loopback-server.ts'
import { Entra, type EntraOptions } from './service.ts'

export interface RunningEntra {
  readonly entra: Entra
  readonly server: LoopbackServer
  readonly url: string
  close(): Promise<void>
}

/** @param options.port any free one when absent */
export const startEntra = async (
  options: EntraOptions & { readonly port?: number; readonly faults?: FaultSource },
): Promise<RunningEntra> => {
  const { port = 0, faults, ...entraOptions } = options
  const entra = new Entra(entraOptions)
  const server = await LoopbackServer.start({
    handle: (request) => entra.handle(request),
    port,
    audience: 'browsers',
    ...(faults !== undefined && { faults }),
  })
  return { entra, server, url: server.url, close: () => server.close() }
}
