// A tick of token-refresher as it is deployed, over its real ports. Only its clock does not wait: the pace that keeps
// below the store's quota would hide what a refresh costs.

import { eventBridgeEvents } from '../../lambda/adapters/event-bridge.ts'
import { secretsManagerClient, secretsManagerStore } from '../../lambda/adapters/secrets-manager.ts'
import { systemRandom } from '../../lambda/adapters/system.ts'
import { powertoolsTelemetry } from '../../lambda/adapters/telemetry.ts'
import { httpTokenEndpoint } from '../../lambda/adapters/token-endpoint.ts'
import { defaultRunbookUrl, defaultTiming, eventBusName } from '../../lambda/contract.ts'
import { refreshHandler } from '../../lambda/handlers.ts'
import { prefix } from '../stand-in/world.ts'
import { SkippingClock } from './skipping-clock.ts'

/** Longer than a token lives. */
const untilDueMilliseconds = 2 * 3_600_000

/** As long as it takes: no tick ends early. */
const remainingMilliseconds = 1e9

export interface AwsAccess {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

export const tickOfOurs = (access: AwsAccess) => {
  const clock = new SkippingClock()
  const settings = {
    prefix,
    timing: defaultTiming,
    privateKeyArn: undefined,
    publishedKeyArn: undefined,
    replicaRegions: [],
    runbookUrl: defaultRunbookUrl,
    tokenEndpointHosts: [],
    allowLoopbackHttp: true,
  }
  const handler = refreshHandler({
    clock,
    settings,
    random: systemRandom,
    store: secretsManagerStore(secretsManagerClient(access), settings),
    tokenEndpoint: httpTokenEndpoint({ clock }),
    telemetry: powertoolsTelemetry({ serviceName: prefix, allMetrics: true }),
    events: eventBridgeEvents(eventBusName(prefix), access),
  })
  return async (): Promise<void> => {
    clock.skip(untilDueMilliseconds)
    await handler({}, { getRemainingTimeInMillis: () => remainingMilliseconds })
  }
}
