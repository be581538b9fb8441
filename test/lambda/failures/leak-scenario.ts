// A run in which everything goes wrong, at the most verbose log level. It prints what it prints; what it must not
// print goes to the file that is named on its command line. Run by leaks.test.ts.

import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { powertoolsTelemetry } from '../../../lambda/adapters/telemetry.ts'
import { secretName } from '../../../lambda/contract.ts'
import { refreshHandler } from '../../../lambda/handlers.ts'
import type { Dependencies, SecretStore } from '../../../lambda/ports.ts'
import { ManualClock } from '../../../local/clock.ts'
import { withFields } from '../../../local/entra/on-demand.ts'
import { badGateway, type Fault } from '../../../local/loopback-server.ts'
import { startStack } from '../../../local/stack.ts'

const secrets = new Set<string>()
const keep = (...values: readonly unknown[]): void => {
  for (const value of values) if (typeof value === 'string' && value.length >= 12) secrets.add(value)
}

const clock = new ManualClock(Date.parse('2027-01-01T00:00:00Z'))
const telemetry = powertoolsTelemetry({ serviceName: 'token-refresher', allMetrics: true })
const stack = await startStack({ clock, telemetry })
const { entra, aws, faults } = stack

/** Everything that is sent to the provider or the store, and everything that is stored, by the names of its fields. */
const keepFields = (text: string): void => {
  for (const [, value] of text.matchAll(/"(?:\w*_token|password|client_secret|value)\\?":\s*\\?"([^"\\]{12,})/g))
    keep(value)
}
/** Of every request, to the provider and to AWS: what proxies and servers write into their logs. */
const urls = new Set<string>()
const watch = (fault?: Fault) => {
  faults.aws = ({ body, path, query }) => {
    urls.add(`${path}?${query}`)
    keepFields(body)
    return undefined
  }
  faults.entra = ({ body, path, query }) => {
    urls.add(`${path}?${query}`)
    const form = new URLSearchParams(body)
    keep(form.get('password'), form.get('client_secret'), form.get('refresh_token'))
    return fault
  }
}

const show = async (what: string, work: () => Promise<unknown>): Promise<void> => {
  try {
    console.log(what, inspect(await work(), { depth: null }))
  } catch (error) {
    console.log(what, inspect(error, { depth: null, showHidden: true }))
  }
}

const tenantId = entra.addTenant({ domains: ['example.com'] }).id
const login = (change = {}) => {
  const { clientId } = entra.addClient({ tenantId, multiTenant: true })
  const userName = `${randomUUID()}@example.com`
  const user = entra.addUser({ tenantId, userName })
  const { value } = entra.addClientSecret(clientId)
  keep(user.password, value)
  return {
    client_id: clientId,
    client_secret: value,
    userName,
    password: user.password,
    scope: 'openid Mail.Read',
    ...change,
  }
}

let connections = 0
const bootstrap = async (value: unknown): Promise<string> => {
  const connection = `mailbox-${connections++}`
  const Name = secretName('token-refresher', 'logins', connection)
  await aws.send(
    new CreateSecretCommand({ Name, SecretString: typeof value === 'string' ? value : JSON.stringify(value) }),
  )
  await show(`bootstrap ${connection}`, () => stack.bootstrap({ connection }))
  return connection
}

const tick = async (minutes = 60): Promise<void> => {
  clock.advance(minutes * 60_000)
  await show('tick', () => stack.refresh())
}

watch()
await bootstrap(login())
await bootstrap(login({ publish: 'connection_values', mode: 'keep-alive' }))
await bootstrap(login({ rotation: 'single-use' }))

// Logins that are wrong in one way or another.
const good = login()
await bootstrap({ ...good, password: ` ${good.password}` })
await bootstrap({ ...good, unknown_key: good.password })
await bootstrap({ ...good, mode: good.client_secret })
await bootstrap({ ...good, token_endpoint: `http://user:${good.password}@idp.example.com/` })
await bootstrap(JSON.stringify(good).slice(0, -3))
await bootstrap({ ...good, password: `${good.password}wrong-password` })
await bootstrap({ ...good, client_secret: `${good.client_secret}wrong-secret` })
for (const code of [50034, 50053, 50055, 50076, 53003, 65001, 7000222, 90033, 50196]) {
  entra.answerWith({ code })
  await bootstrap(login())
}

// Answers that cannot be used, among them some that hold tokens.
const shapes = [
  { access_token: undefined },
  { token_type: 'mac' },
  { expires_in: -1 },
  { error: 'invalid_grant', access_token: undefined },
]
for (const fields of shapes) {
  entra.shapeNext(withFields(fields), { times: 3 })
  await tick()
  entra.shapeNext(withFields(fields))
  await bootstrap(login())
}
entra.shapeNext((answer) => ({ ...answer, body: `<html>${answer.body}</html>` }), { times: 4 })
await tick()
entra.shapeNext((answer) => ({ ...answer, status: 500 }), { times: 4 })
await tick()
entra.shapeNext(
  (answer) => ({ ...answer, status: 302, headers: { location: `https://example.com/?${answer.body}` } }),
  { times: 4 },
)
await tick()

// A provider that is away, and one that repeats what it was sent.
const raw: readonly Fault[] = [badGateway, { kind: 'reset' }, { kind: 'lose-answer' }]
for (const fault of raw) {
  watch(fault)
  await tick()
  await bootstrap(login())
}
faults.entra = ({ body }) => ({
  kind: 'answer',
  answer: {
    status: 400,
    body: JSON.stringify({ error: body, error_description: body, error_codes: [body], trace_id: body }),
  },
})
await tick()
await bootstrap(login())
watch()
for (const code of [50173, 70000, 9002313, 50057, 50076, 7000215, 65001]) {
  entra.answerWith({ code, times: 20 })
  await tick()
  await tick(5)
  entra.answerAsUsual()
}

// A store that fails, and one that repeats what it was sent.
for (const __type of ['AccessDeniedException', 'ThrottlingException', 'DecryptionFailure', 'InternalServiceError']) {
  faults.aws = ({ body }) => {
    keepFields(body)
    return { kind: 'answer', answer: { status: 400, body: JSON.stringify({ __type, message: body, Message: body }) } }
  }
  await tick()
  await bootstrap(login()).catch((error: unknown) => console.log(inspect(error).slice(0, 0)))
}
watch()

// A bug: an error that holds everything it could get hold of.
const bug = (store: SecretStore): SecretStore => ({
  ...store,
  put: async (...call) => {
    throw Object.assign(new Error(`a bug at ${String(call)}`), { call })
  },
})
const broken: Dependencies = { ...stack.dependencies, store: bug(stack.dependencies.store) }
await show('a bug', () =>
  refreshHandler(broken)({ connections: ['mailbox-0'], force: true }, { getRemainingTimeInMillis: () => 200_000 }),
)

clock.advance(26 * 3_600_000)
await tick()
await tick(5)

// Output beside the terminal: events (and so mails), URLs, and answers to strangers.
console.log('events', inspect(stack.eventBus.entries, { depth: null }))
for (let n = 0; n < connections; n++) {
  for (const room of ['grants', 'clients', 'connections', 'logins'] as const) {
    const secret = stack.secretsManager.inspect(secretName('token-refresher', room, `mailbox-${n}`))
    console.log('tags', room, n, [...(secret?.tags ?? [])], secret?.description)
    for (const version of secret?.versions.values() ?? []) keepFields(version.string ?? '')
  }
}
console.log('urls', [...urls])
const operations = ['ListSecrets', 'GetSecretValue', 'BatchGetSecretValue']
for (const base of [stack.awsUrl, stack.entraUrl]) {
  for (const operation of operations) {
    const headers = {
      'x-amz-target': `secretsmanager.${operation}`,
      'content-type': 'application/x-amz-json-1.1',
      origin: 'https://web.example',
    }
    const body = JSON.stringify({ SecretId: secretName('token-refresher', 'grants', 'mailbox-0') })
    const answer = await fetch(base, { method: 'POST', headers, body })
    console.log('stranger', answer.status, await answer.text())
  }
}
writeFileSync(process.argv[2] ?? '', JSON.stringify([...secrets]))
await stack.close()
