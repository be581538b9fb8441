// npm run local: the embedded stack in real time until stopped, its state on disk.

import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import colors from 'picocolors'
import { defaultPrefix, defaultTiming, renewalEveryMinutes, signInRedirectPath } from '../lambda/contract.ts'
import { realClock } from './clock.ts'
import { connectionsOf } from './control-page/connections.ts'
import { startControlPage } from './control-page/server.ts'
import { type DeployedStack, startDeployedStack } from './deployed-stack.ts'
import { followHabits } from './entra/habits/file.ts'
import { replaceFile } from './entra/state-file.ts'
import { defaultPlace } from './iam/role.ts'

const usage = `Usage: npm run local -- [options]

Runs an embedded AWS Secrets Manager, an embedded Microsoft Entra and both functions, as they are deployed, in real time
until stopped.

  --port N         port of the AWS endpoint; Entra, the sign-in page and the control page have the next ones
                   (default: 4599)
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
const ownerName = 'owner@example.com'

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
  if (!Number.isInteger(port) || port < 0 || port > 65_532) {
    throw new TypeError(`--port is "${values.port}" and must be a whole number from 0 to 65532`)
  }
  /** The ports after it; any free ports if the first is any free port. */
  const after = (place: number): number => (port === 0 ? 0 : port + 1 + place)
  await mkdir(values.directory, { recursive: true, mode: 0o700 })
  const policy = values['operator-policy']
  const alarmEmail = values['alarm-email']
  const stack = await startDeployedStack({
    assembly: join(values.directory, 'cdk.out'),
    settings: { alarmEmail, signIn: 'on', clientSecretRenewal: 'on' },
    signInPort: after(1),
    isConfirmed: true,
    ...(policy !== undefined && { operatorPolicy: JSON.parse(await readFile(policy, 'utf8')) }),
    secretsManager: { port, directory: join(values.directory, 'secrets-manager') },
    entra: { port: after(0), directory: join(values.directory, 'entra') },
  })
  const redirectUris = ['http://localhost', `${stack.signInUrl}${signInRedirectPath}`]
  const { login, owner } = await examples(stack, { directory: values.directory, redirectUris })
  const control = await startControlPage({
    ...stack,
    redirectUris,
    connections: () => connectionsOf(stack.secretsManager, defaultPrefix),
    now: realClock.now,
    port: after(2),
  })
  const print = (line: string) => process.stdout.write(`${line}\n`)
  const unfollow = values.habits === undefined ? undefined : followHabits(values.habits, stack.entra.habits, print)
  const environment = join(values.directory, 'environment')
  replaceFile(environment, exports(stack))
  const shown = (file: string): string => relative(process.cwd(), file)
  const files = { login: shown(login), owner: shown(owner), environment: shown(environment) }
  process.stdout.write(introduction(stack, control.url, files))
  if (policy !== undefined)
    process.stdout.write(`  AWS_ACCESS_KEY_ID=${stack.accessKeys.administrator} may do everything\n\n`)

  const run = async (what: string, ...[name, event]: Parameters<DeployedStack['invoke']>): Promise<void> => {
    const told = await stack.invoke(name, event).then((answer) => JSON.stringify(answer), messageOf)
    print(`${new Date().toISOString().slice(11, 19)}Z  ${what} ${told}`)
  }
  const schedules = [
    setInterval(() => run('tick', 'refresh', {}), defaultTiming.everyMinutes * 60_000),
    setInterval(() => run('renewal', 'bootstrap', { renewal: 'due' }), renewalEveryMinutes * 60_000),
  ]
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  for (const schedule of schedules) clearInterval(schedule)
  unfollow?.()
  await Promise.all([stack.close(), control.close()])
  await rm(environment, { force: true })
  await writeFile(join(values.directory, 'functions.log'), stack.printed(), { mode: 0o600 })
}

interface Places {
  readonly directory: string
  /** Redirect URIs of the app registration: for `--browser`, and for links to sign in. */
  readonly redirectUris: readonly string[]
}

/** A login for the embedded Entra, and the owner of a mailbox with a second factor: made at the first start and kept with the state. */
const examples = async (stack: DeployedStack, { directory, redirectUris }: Places) => {
  const { entra, tokenEndpoint } = stack
  const [login, owner] = [join(directory, 'login.json'), join(directory, 'owner.json')]
  if (!existsSync(login)) {
    const tenant = entra.addTenant({ domains: ['example.com'] })
    const { password } = entra.addUser({ tenantId: tenant.id, userName })
    const { clientId } = entra.addClient({ tenantId: tenant.id, multiTenant: true })
    const { value } = entra.addClientSecret(clientId)
    await keep(login, {
      token_endpoint: tokenEndpoint,
      client_id: clientId,
      scope: 'Directory.ReadWrite.All offline_access',
      grant_type: 'password',
      client_secret: value,
      userName,
      password,
    })
  }
  const { client_id } = JSON.parse(await readFile(login, 'utf8'))
  // The sign-in page may have another port than at the last start.
  entra.updateClient(client_id, { redirectUris })
  const [tenant] = entra.directory.tenants
  if (!existsSync(owner) && tenant !== undefined) {
    const { password } = entra.addUser({ tenantId: tenant.id, userName: ownerName, mfa: true })
    await keep(owner, { userName: ownerName, password })
  }
  return { login, owner }
}

const keep = (file: string, value: object): Promise<void> =>
  writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 })

/** A file for a shell to source. Unsets the profile, which would override the keys. */
const exports = ({ awsUrl, accessKeys }: DeployedStack): string => `unset AWS_PROFILE AWS_SESSION_TOKEN
export AWS_ENDPOINT_URL=${awsUrl} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
export AWS_ACCESS_KEY_ID=${accessKeys.operator} AWS_SECRET_ACCESS_KEY=local
`

interface Files {
  readonly login: string
  readonly owner: string
  readonly environment: string
}

const introduction = (
  { awsUrl, tokenEndpoint, accessKeys, signInUrl }: DeployedStack,
  controlUrl: string,
  { login, owner, environment }: Files,
): string => {
  const name = colors.bold('token-refresher')
  return `${name} on this machine, in real time. The functions run as deployed, allowed what their
roles allow. A tick every 5 minutes, a renewal of client secrets every hour; Ctrl-C stops, and the state is kept.

  AWS_ENDPOINT_URL   ${awsUrl}
  AWS_ACCESS_KEY_ID  ${accessKeys.operator}  (of this start; no other is answered)
  token endpoint     ${tokenEndpoint}
  login              ${login}  (a user and a client that this Entra knows)
  sign-in page       ${signInUrl}  (links of "invite" lead here; ${ownerName}, who has a second factor, is in ${owner})
  control page       ${controlUrl}
                     (users, clients, one-time codes, outages and odd answers of this Entra, and the mails that were sent)

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
