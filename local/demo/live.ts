// npm start -- --live: the same code with the real provider, in real time. Secrets stay in this process's memory.

import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { powertoolsTelemetry } from '../../lambda/adapters/telemetry.ts'
import { httpTokenEndpoint } from '../../lambda/adapters/token-endpoint.ts'
import { secretName } from '../../lambda/contract.ts'
import { bootstrapHandler, refreshHandler } from '../../lambda/handlers.ts'
import { realClock } from '../clock.ts'
import { startStack } from '../stack.ts'

const connection = 'live'
const endless = { getRemainingTimeInMillis: () => Number.MAX_SAFE_INTEGER }

/** Bootstraps once, then ticks until stopped. */
export const runLive = async (loginText: string): Promise<number> => {
  const stopped = new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
  const stack = await startStack({ clock: realClock, telemetry: powertoolsTelemetry('token-refresher') })
  try {
    const dependencies = { ...stack.dependencies, tokenEndpoint: httpTokenEndpoint({ clock: realClock }) }
    const Name = secretName(dependencies.settings.prefix, 'logins', connection)
    await stack.aws.send(new CreateSecretCommand({ Name, SecretString: loginText }))
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
    await stack.close()
  }
}
