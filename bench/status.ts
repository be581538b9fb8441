// `token-refresher status` of one connection, beside a process that does nothing but load the SDK's client and list.

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { secretsManagerClient } from '../lambda/adapters/secrets-manager.ts'
import { defaultTiming, secretName } from '../lambda/contract.ts'
import { encodeGrant } from '../lambda/core/secrets/grant.ts'
import { successTags } from '../lambda/core/tags/status.ts'
import { realClock } from '../local/clock.ts'
import { startServices } from '../local/services.ts'
import { sampleGrant } from '../test/support/core-samples.ts'
import { besides, type Summary, shown, summarize, tableOf } from './figures.ts'

const launcher = fileURLToPath(new URL('../cli/launcher.cjs', import.meta.url))

const compileCache = new URL('../cli/compile-cache.cjs', import.meta.url).href

const sdkAlone = `
import { keepCompiledCode } from ${JSON.stringify(compileCache)}
keepCompiledCode()
const { ListSecretsCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
const { SecretList } = await new SecretsManagerClient({}).send(new ListSecretsCommand({}))
if (SecretList?.length !== 1) process.exit(1)
`

const milliseconds = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn(process.execPath, [...args], { env, stdio: 'ignore' })
    child.once('error', reject)
    child.once('close', (status) => {
      if (status === 0) resolve(performance.now() - began)
      else reject(new Error(`${args[0]} ended with ${status}`))
    })
  })

/** @returns milliseconds of the command beside those of the SDK alone; both keep compiled code in a folder of their own */
export const measureStatus = async (repetitions: number, say: (text: string) => void): Promise<Summary> => {
  const services = await startServices({ clock: realClock })
  const home = mkdtempSync(join(tmpdir(), 'token-refresher-bench-'))
  const keys = { accessKeyId: 'bench', secretAccessKey: randomUUID() }
  const aws = secretsManagerClient({ endpoint: services.awsUrl, region: 'eu-central-1', credentials: keys })
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_ENDPOINT_URL: services.awsUrl,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  }
  const alone: number[] = []
  const ours: number[] = []
  try {
    const [grant, id] = [sampleGrant(), randomUUID()]
    await aws.send(
      new CreateSecretCommand({
        Name: secretName('token-refresher', 'grants', 'sales-mailbox'),
        ClientRequestToken: id,
        SecretString: encodeGrant(grant).reveal(),
        Tags: Object.entries(successTags('sales-mailbox', grant, id, defaultTiming)).map(([Key, Value]) => ({
          Key,
          Value,
        })),
      }),
    )
    // The first of each writes what the others find compiled.
    for (let times = 0; times <= repetitions; times++) {
      alone.push(await milliseconds(['--input-type=module', '--eval', sdkAlone], env))
      ours.push(await milliseconds([launcher, 'status'], env))
    }
  } finally {
    aws.destroy()
    await services.close()
    rmSync(home, { recursive: true, force: true })
  }
  const [base, mine] = [alone.slice(1), ours.slice(1)]
  const ratio = besides(mine, base)
  const rows = [
    ['the SDK loaded, one list', shown(summarize(base), 0), '1.00'],
    ['token-refresher status', shown(summarize(mine), 0), shown(ratio)],
  ]
  say(`${repetitions} processes each\n${tableOf(['one connection', 'ms', '× the SDK alone'], rows)}`)
  return ratio
}
