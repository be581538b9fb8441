// The ports of refresher and bootstrap as they are deployed.

import { environment, eventBusName } from '../contract.ts'
import type { Dependencies } from '../ports.ts'
import { eventBridgeEvents } from './event-bridge.ts'
import { httpGraph } from './graph.ts'
import { secretsManagerClient, secretsManagerStore } from './secrets-manager.ts'
import { type Environment, readSettings } from './settings.ts'
import { systemClock, systemRandom } from './system.ts'
import { powertoolsTelemetry } from './telemetry.ts'
import { httpTokenEndpoint } from './token-endpoint.ts'

/** @throws Error when the environment is not valid */
export const systemDependencies = (variables: Environment): Dependencies => {
  const settings = readSettings(variables)
  return {
    clock: systemClock,
    random: systemRandom,
    store: secretsManagerStore(secretsManagerClient(), settings),
    tokenEndpoint: httpTokenEndpoint({ clock: systemClock }),
    telemetry: powertoolsTelemetry({
      serviceName: settings.prefix,
      allMetrics: variables[environment.metrics] !== 'alarms',
    }),
    events: eventBridgeEvents(eventBusName(settings.prefix)),
    settings,
  }
}

/**
 * Those of the bootstrap function, which renews client secrets if the deployment allows it.
 *
 * @throws Error when the environment is not valid
 */
export const bootstrapDependencies = (variables: Environment): Dependencies => ({
  ...systemDependencies(variables),
  graph: variables[environment.clientSecretRenewal] === 'on' ? httpGraph({ clock: systemClock }) : undefined,
})
