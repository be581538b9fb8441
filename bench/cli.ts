// The operator's command: how long `--help` takes beside an empty process, and what `status` takes with many connections.

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { secretsManagerClient } from '../lambda/adapters/secrets-manager.ts'
import { defaultTiming, secretName } from '../lambda/contract.ts'
import { successTags } from '../lambda/core/tags/status.ts'
import { realClock } from '../local/clock.ts'
import { startServices } from '../local/services.ts'
import { sampleGrant } from '../test/support/core-samples.ts'
import { shown, summarize } from './figures.ts'

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
const repetitions = 20

interface Measured {
  readonly milliseconds: number
  readonly megabytes: number
}

/** The process itself tells its largest resident set when it ends. */
const measure = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Measured> =>
  new Promise((resolve, reject) => {
    const report = 'process.on("exit",()=>process.stderr.write("\\nrss "+process.resourceUsage().maxRSS))'
    const began = performance.now()
    const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(report)}`, ...args], {
      env: { PATH: process.env.PATH, ...env },
    })
    let stderr = ''
    child.stdout.resume()
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', () => {
      const kilobytes = Number(/rss (\d+)/.exec(stderr)?.[1])
      resolve({ milliseconds: performance.now() - began, megabytes: kilobytes / 1024 })
    })
  })

const summary = (values: readonly number[]): string => shown(summarize(values), 0)

const help: Measured[] = []
const empty: Measured[] = []
for (let times = 0; times < repetitions; times++) {
  empty.push(await measure(['--eval', '0']))
  help.push(await measure([main, '--help']))
}
const milliseconds = (all: readonly Measured[]) => all.map((one) => one.milliseconds)
console.log(`milliseconds: median (min to max) of ${repetitions} interleaved`)
console.log(`an empty process         ${summary(milliseconds(empty))}`)
console.log(`token-refresher --help   ${summary(milliseconds(help))}`)

console.log('\nstatus --json against the embedded stack, 5 times each')
for (const count of [1, 100, 5000]) {
  const services = await startServices({ clock: realClock })
  const credentials = { accessKeyId: 'bench', secretAccessKey: randomUUID() }
  const aws = secretsManagerClient({ endpoint: services.awsUrl, region: 'eu-central-1', credentials })
  for (let start = 0; start < count; start += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, count - start) }, async (_, index) => {
        const name = `box-${start + index}`
        const id = randomUUID()
        const tags = successTags(name, sampleGrant(), id, defaultTiming)
        await aws.send(
          new CreateSecretCommand({
            Name: secretName('token-refresher', 'grants', name),
            ClientRequestToken: id,
            SecretString: '{}',
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          }),
        )
      }),
    )
  }
  const env = {
    AWS_ENDPOINT_URL: services.awsUrl,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: randomUUID(),
  }
  const runs: Measured[] = []
  services.secretsManager.calls.clear()
  for (let times = 0; times < 5; times++) runs.push(await measure([main, 'status', '--json'], env))
  const calls = [...services.secretsManager.calls].map(([name, number]) => `${number / 5} ${name}`).join(', ')
  console.log(
    `${String(count).padStart(5)} connections: ${summary(milliseconds(runs))} ms, ${calls}, ` +
      `${summary(runs.map(({ megabytes }) => megabytes))} MB`,
  )
  aws.destroy()
  await services.close()
}
