// node bench/sign-in-page.ts: how long a fresh process takes to open a link to sign in, beside one that refuses a bad address.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import * as v from 'valibot'
import { secretsManagerClient } from '../lambda/adapters/secrets-manager.ts'
import { startDeployedStack } from '../local/deployed-stack.ts'
import { coldStart } from '../local/functions/cold-start.ts'
import { shown, summarize, tableOf } from './figures.ts'

const repetitions = 15
const directory = mkdtempSync(join(tmpdir(), 'token-refresher-sign-in-page-'))
const stack = await startDeployedStack({ assembly: join(directory, 'cdk.out'), settings: { signIn: 'on' } })
try {
  const { entra, processes, tokenEndpoint, awsUrl, accessKeys } = stack
  const tenant = entra.addTenant({ domains: ['example.com'] })
  const { userName, password } = entra.addUser({ tenantId: tenant.id, userName: 'sales@example.com' })
  const { clientId } = entra.addClient({ tenantId: tenant.id, multiTenant: true })
  const { value } = entra.addClientSecret(clientId)
  const credentials = { accessKeyId: accessKeys.administrator, secretAccessKey: 'local' }
  const aws = secretsManagerClient({ endpoint: awsUrl, region: 'eu-central-1', credentials })
  const login = { token_endpoint: tokenEndpoint, client_id: clientId, client_secret: value, userName, password }
  const SecretString = JSON.stringify({ ...login, scope: 'Mail.ReadWrite' })
  await aws.send(new CreateSecretCommand({ Name: 'token-refresher/logins/a', SecretString }))
  await stack.invoke('bootstrap', { connection: 'a' })
  const made = await stack.invoke('bootstrap', { connection: 'a', link: { days: 3, by: 'bench' } })
  const { link } = v.parse(v.object({ link: v.string() }), made)
  const { signIn } = processes
  if (signIn === undefined) throw new Error('there is no sign-in function')
  const asked = { 'a link': new URL(link).search.slice(1), 'a bad address': 'link=none' }
  const times = new Map(Object.keys(asked).map((name) => [name, [] as number[]]))
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [name, rawQueryString] of Object.entries(asked)) {
      const requestContext = { domainName: new URL(link).host, http: { method: 'GET' } }
      const { milliseconds, invoked } = await coldStart(signIn, { rawPath: '/', rawQueryString, requestContext })
      const status = 'answer' in invoked ? Object(invoked.answer).statusCode : invoked.errorMessage
      if (status !== (name === 'a link' ? 200 : 400)) throw new Error(`${name} was answered ${status}`)
      times.get(name)?.push(milliseconds)
    }
  }
  const rows = [...times].map(([name, all]) => [name, shown(summarize(all), 0)])
  console.log(`${repetitions} fresh processes each, from their start to the page\n${tableOf(['', 'ms'], rows)}`)
} finally {
  await stack.close()
  rmSync(directory, { recursive: true, force: true })
}
