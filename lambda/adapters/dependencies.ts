// The ports as they are in a deployed function.

import { randomUUID } from 'node:crypto'
import { environment, eventBusName } from '../contract.ts'
import type { Clock, Dependencies, Random } from '../ports.ts'
import { eventBridgeEvents } from './event-bridge.ts'
import { secretsManagerClient, secretsManagerStore } from './secrets-manager.ts'
import { type Environment, readSettings } from './settings.ts'
import { powertoolsTelemetry } from './telemetry.ts'
import { httpTokenEndpoint } from './token-endpoint.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

export const systemRandom: Random = { fraction: () => Math.random(), uuid: () => randomUUID() }

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
