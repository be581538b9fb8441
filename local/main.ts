// npm run local: the embedded stack in real time until stopped, its state on disk.

import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import colors from 'picocolors'
import { defaultTiming } from '../lambda/contract.ts'
import { type DeployedStack, startDeployedStack } from './deployed-stack.ts'
import { followHabits } from './entra/habits/file.ts'
import { replaceFile } from './entra/state-file.ts'
import { defaultPlace } from './iam/role.ts'

const usage = `Usage: npm run local -- [options]

Runs an embedded AWS Secrets Manager, an embedded Microsoft Entra and both functions, as they are deployed, in real time
until stopped.

  --port N         port of the AWS endpoint; Entra has the next one (default: 4599)
  --directory DIR  where the state is kept (default: .token-refresher)
  --operator-policy FILE
                   an IAM policy document: what the operator may do (default: everything). A second access key is
                   printed, to which it does not apply
  --alarm-email ADDRESS
                   who is subscribed to the alarms, as with the setting alarmEmail (default: you@example.com). No mail
                   is sent; the subscription counts as confirmed
  --habits FILE    how the embedded Entra answers differently, for whom and how often, as JSON; read again whenever
                   the file changes (see local/entra/habits/file.ts and habit.ts)
  --help           print this
`

const root = fileURLToPath(new URL('..', import.meta.url))
const { region } = defaultPlace
const userName = 'sales@example.com'

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4599' },
      directory: { type: 'string', default: join(root, '.token-refresher') },
      'operator-policy': { type: 'string' },
      'alarm-email': { type: 'string', default: 'you@example.com' },
      habits: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(usage)
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_534) {
    throw new TypeError(`--port is "${values.port}" and must be a whole number from 0 to 65534`)
  }
  await mkdir(values.directory, { recursive: true, mode: 0o700 })
  const policy = values['operator-policy']
  const alarmEmail = values['alarm-email']
  const stack = await startDeployedStack({
    assembly: join(values.directory, 'cdk.out'),
    settings: { alarmEmail },
    isConfirmed: true,
    ...(policy !== undefined && { operatorPolicy: JSON.parse(await readFile(policy, 'utf8')) }),
    secretsManager: { port, directory: join(values.directory, 'secrets-manager') },
    entra: { port: port === 0 ? 0 : port + 1, directory: join(values.directory, 'entra') },
  })
  const login = await exampleLogin(stack, values.directory)
  const print = (line: string) => process.stdout.write(`${line}\n`)
  const unfollow = values.habits === undefined ? undefined : followHabits(values.habits, stack.entra.habits, print)
  const environment = join(values.directory, 'environment')
  replaceFile(environment, exports(stack))
  process.stdout.write(introduction(stack, relative(process.cwd(), login), relative(process.cwd(), environment)))
  if (policy !== undefined)
    process.stdout.write(`  AWS_ACCESS_KEY_ID=${stack.accessKeys.administrator} may do everything\n\n`)

  const tick = async (): Promise<void> => {
    const told = await stack.invoke('refresh', {}).then((answer) => JSON.stringify(answer), messageOf)
    process.stdout.write(`${new Date().toISOString().slice(11, 19)}  tick ${told}\n`)
  }
  const ticks = setInterval(tick, defaultTiming.everyMinutes * 60_000)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  clearInterval(ticks)
  unfollow?.()
  await stack.close()
  await rm(environment, { force: true })
  await writeFile(join(values.directory, 'functions.log'), stack.printed(), { mode: 0o600 })
}

/** A user and a client that the embedded Entra knows, as a login file: made at the first start, kept beside the state. */
const exampleLogin = async ({ entra, tokenEndpoint }: DeployedStack, directory: string): Promise<string> => {
  const file = join(directory, 'login.json')
  if (existsSync(file)) return file
  const tenant = entra.addTenant({ domains: ['example.com'] })
  const { password } = entra.addUser({ tenantId: tenant.id, userName })
  const { clientId } = entra.addClient({ tenantId: tenant.id, multiTenant: true })
  const { value } = entra.addClientSecret(clientId)
  const login = {
    token_endpoint: tokenEndpoint,
    client_id: clientId,
    scope: 'Directory.ReadWrite.All offline_access',
    grant_type: 'password',
    client_secret: value,
    userName,
    password,
  }
  await writeFile(file, `${JSON.stringify(login, undefined, 2)}\n`, { mode: 0o600 })
  return file
}

/** For a shell to read. Without a profile, which would count for more than the keys. */
const exports = ({ awsUrl, accessKeys }: DeployedStack): string => `unset AWS_PROFILE AWS_SESSION_TOKEN
export AWS_ENDPOINT_URL=${awsUrl} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
export AWS_ACCESS_KEY_ID=${accessKeys.operator} AWS_SECRET_ACCESS_KEY=local
`

const introduction = (
  { awsUrl, tokenEndpoint, accessKeys }: DeployedStack,
  login: string,
  environment: string,
): string => {
  const name = colors.bold('token-refresher')
  return `${name} on this machine, in real time. The functions run as deployed, allowed what their
roles allow. A tick every 5 minutes; Ctrl-C stops, and the state is kept.

  AWS_ENDPOINT_URL   ${awsUrl}
  AWS_ACCESS_KEY_ID  ${accessKeys.operator}  (of this start; no other is answered)
  token endpoint     ${tokenEndpoint}
  login              ${login}  (a user and a client that this Entra knows)

Try, in another terminal:

  (
    . ${environment}
    token-refresher bootstrap sales-mailbox --from-file ${login}
    token-refresher status
    token-refresher doctor
    token-refresher token sales-mailbox
  )

`
}

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const inUse = 'code' in error && error.code === 'EADDRINUSE'
  return inUse ? `${error.message}: something listens there already; choose another port with --port` : error.message
}

try {
  await main()
} catch (error) {
  process.stderr.write(`npm run local failed: ${messageOf(error)}\n`)
  process.exitCode = 1
}
