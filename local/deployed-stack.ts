// The embedded stack as it is deployed: both bundles in processes of their own, allowed what their roles allow.

import { randomUUID } from 'node:crypto'
import pLimit from 'p-limit'
import { defaultPrefix } from '../lambda/contract.ts'
import { realClock } from './clock.ts'
import { functionEndpoint } from './function-endpoint.ts'
import { BareFunction, type BareFunctionOptions } from './functions/bare-function.ts'
import { processOf, synthesize } from './functions/synthesized.ts'
import { authorizer } from './iam/authorizer.ts'
import { defaultPlace } from './iam/role.ts'
import { type Services, type ServicesOptions, startServices } from './services.ts'

export interface DeployedStack extends Services {
  /** What their processes are started with. */
  readonly processes: Readonly<Record<'refresh' | 'bootstrap', BareFunctionOptions>>
  readonly invoke: (name: 'refresh' | 'bootstrap', event: unknown) => Promise<unknown>
  /** All that the functions have printed: their logs and metrics. */
  printed(): string
}

/** @param assembly where the cloud assembly is written */
export const startDeployedStack = async (
  assembly: string,
  options: Pick<ServicesOptions, 'secretsManager' | 'entra'>,
): Promise<DeployedStack> => {
  const { refresh, bootstrap } = synthesize(assembly)
  const principals = new Map([
    ['refresh', refresh],
    ['bootstrap', bootstrap],
  ])
  const endpoint = functionEndpoint(defaultPrefix, {
    refresh: (event) => invoke('refresh', event),
    bootstrap: (event) => invoke('bootstrap', event),
  })
  const services = await startServices({
    ...options,
    clock: realClock,
    authorize: authorizer({ principals, keyPolicies: refresh.keyPolicies }),
    functions: endpoint,
  })
  const role = (accessKeyId: string) => ({
    endpoint: services.awsUrl,
    region: defaultPlace.region,
    accessKeyId,
    secretAccessKey: randomUUID(),
  })
  const processes = {
    refresh: processOf(refresh, role('refresh')),
    bootstrap: processOf(bootstrap, role('bootstrap')),
  }
  const running = {
    refresh: await BareFunction.start(processes.refresh),
    bootstrap: await BareFunction.start(processes.bootstrap),
  }
  // A process works on one event at a time.
  const turns = { refresh: pLimit(1), bootstrap: pLimit(1) }

  const invoke = async (name: 'refresh' | 'bootstrap', event: unknown): Promise<unknown> => {
    const invoked = await turns[name](() => running[name].invoke(event))
    if ('answer' in invoked) return invoked.answer
    throw Object.assign(new Error(invoked.errorMessage), { name: invoked.errorType })
  }

  return {
    ...services,
    processes,
    invoke,
    printed: () => running.refresh.printed + running.bootstrap.printed,
    close: async () => {
      await Promise.all([running.refresh.stop(), running.bootstrap.stop()])
      await services.close()
    },
  }
}
