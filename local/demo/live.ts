// npm start -- --live: the same code with the real provider, in real time. Secrets stay in this process's memory.

import { randomUUID } from 'node:crypto'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { eventBridgeEvents } from '../../lambda/adapters/event-bridge.ts'
import { secretsManagerClient, secretsManagerStore } from '../../lambda/adapters/secrets-manager.ts'
import { systemClock, systemRandom } from '../../lambda/adapters/system.ts'
import { powertoolsTelemetry } from '../../lambda/adapters/telemetry.ts'
import { httpTokenEndpoint } from '../../lambda/adapters/token-endpoint.ts'
import { defaultPrefix, eventBusName, secretName } from '../../lambda/contract.ts'
import { bootstrapHandler, refreshHandler } from '../../lambda/handlers.ts'
import type { Dependencies } from '../../lambda/ports.ts'
import { realClock } from '../clock.ts'
import { EventBus } from '../event-bus.ts'
import { defaultPlace } from '../iam/role.ts'
import { inProcess } from '../in-process.ts'
import { SecretsManagerService } from '../secrets-manager/service.ts'
import { embeddedSettings } from '../stack.ts'

const connection = 'live'
const endless = { getRemainingTimeInMillis: () => Number.MAX_SAFE_INTEGER }

/** Secrets Manager and the event bus of this process, without a server, because the stored tokens are real. */
const startInProcess = () => {
  const settings = embeddedSettings()
  const secretsManager = new SecretsManagerService({ clock: realClock, ...defaultPlace })
  const bus = new EventBus({ clock: realClock, ...defaultPlace })
  const handler = inProcess((request) => bus.handle(request) ?? secretsManager.handle(request))
  const access = {
    region: defaultPlace.region,
    credentials: { accessKeyId: 'live', secretAccessKey: randomUUID() },
    requestHandler: handler,
  }
  const aws = secretsManagerClient(access)
  const dependencies: Dependencies = {
    clock: systemClock,
    random: systemRandom,
    telemetry: powertoolsTelemetry({ serviceName: defaultPrefix, allMetrics: true }),
    settings,
    store: secretsManagerStore(aws, settings),
    tokenEndpoint: httpTokenEndpoint({ clock: systemClock }),
    events: eventBridgeEvents(eventBusName(settings.prefix), access),
  }
  return { aws, dependencies }
}

/** Bootstraps once, then ticks until stopped. */
export const runLive = async (loginText: string): Promise<number> => {
  const stopped = new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
  const { aws, dependencies } = startInProcess()
  try {
    const Name = secretName(dependencies.settings.prefix, 'logins', connection)
    await aws.send(new CreateSecretCommand({ Name, SecretString: loginText }))
    const answer = await bootstrapHandler(dependencies)({ connection }, endless)
    process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\nA tick every 5 minutes; Ctrl-C stops.\n`)
    const refresh = refreshHandler(dependencies)
    const tick = () =>
      refresh({}, endless).then(
        (told) => process.stdout.write(`${JSON.stringify(told)}\n`),
        (error: unknown) => process.stderr.write(`tick failed: ${error instanceof Error ? error.message : error}\n`),
      )
    const ticks = setInterval(tick, dependencies.settings.timing.everyMinutes * 60_000)
    await stopped
    clearInterval(ticks)
    return 0
  } finally {
    aws.destroy()
  }
}
