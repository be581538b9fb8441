// node bench/faults.ts: what one odd answer, one connection, one tenant or one throttled tenant costs the other connections.
// The share of ticks in which apps read an access token that the provider no longer takes, on the embedded stack.

import { randomUUID } from 'node:crypto'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { ManualClock } from '../local/clock.ts'
import { labelled } from '../local/secrets-manager/service.ts'
import { startStack } from '../local/stack.ts'
import { tableOf } from './figures.ts'

const minute = 60_000
const hour = 60 * minute

type Stack = Awaited<ReturnType<typeof startStack>>

interface Scenario {
  readonly name: string
  readonly hours: number
  /** Tenants of the connections in turn. */
  readonly tenants: readonly string[]
  /** Those that the scenario is about; the others should notice nothing. */
  readonly concerned: readonly number[]
  begin(stack: Stack, users: readonly string[]): void
}

const refusal = (code: number, userName?: string, times = Number.MAX_SAFE_INTEGER) => ({
  code,
  times,
  when: { grantType: 'refresh_token', ...(userName !== undefined && { userName }) },
})

const one = ['t1', 't1', 't1']
const four = ['t1', 't2', 't3', 't4']
const twelve = [...Array.from({ length: 12 }, () => 't1'), 't2', 't3', 't4']

const odd = (code: number): Scenario => ({
  name: `A1: one single AADSTS${code}, then all well`,
  hours: 36,
  tenants: one,
  concerned: [],
  begin: ({ entra }) => entra.answerWith(refusal(code, undefined, 1)),
})

const oddInARow = (times: number, tenants: readonly string[]): Scenario => ({
  name: `A1: ${times} invalid_client in a row to ${tenants.length} connections, then all well`,
  hours: 36,
  tenants,
  concerned: [],
  begin: ({ entra }) => entra.answerWith({ ...refusal(7000215, undefined, times), error: 'invalid_client' }),
})

const scenarios: readonly Scenario[] = [
  ...[7000215, 700016, 53003, 50057].map(odd),
  ...[2, 3].map((times) => oddInARow(times, one)),
  oddInARow(
    3,
    Array.from({ length: 6 }, () => 't1'),
  ),
  {
    name: 'A2: one of three connections refused for ever (unauthorized_client)',
    hours: 72,
    tenants: one,
    concerned: [0],
    begin: ({ entra }, [userName = '']) =>
      entra.answerWith({ ...refusal(7000215, userName), error: 'unauthorized_client', status: 403 }),
  },
  {
    name: 'A3: one of four tenants disables the app (7000112)',
    hours: 96,
    tenants: four,
    concerned: [0],
    begin: ({ entra }, [userName = '']) => entra.answerWith(refusal(7000112, userName)),
  },
  {
    name: 'A3: a tenant of twelve users disables the app, three others do not',
    hours: 96,
    tenants: twelve,
    concerned: Array.from({ length: 12 }, (_, index) => index),
    begin: ({ entra }, users) => {
      for (const userName of users.slice(0, 12)) entra.answerWith(refusal(7000112, userName))
    },
  },
  {
    name: 'A4: one user of three in a request loop (50196)',
    hours: 36,
    tenants: one,
    concerned: [0],
    begin: ({ entra }, [userName = '']) => entra.answerWith({ ...refusal(50196, userName), error: 'invalid_grant' }),
  },
  {
    name: 'A4: a tenant of twelve users gets 429 with Retry-After 1800',
    hours: 36,
    tenants: twelve,
    concerned: Array.from({ length: 12 }, (_, index) => index),
    begin: ({ entra }, users) => {
      const times = Number.MAX_SAFE_INTEGER
      for (const userName of users.slice(0, 12)) {
        entra.answerTooManyRequests({ retryAfterSeconds: 1800, times, when: { userName, grantType: 'refresh_token' } })
      }
    },
  },
  {
    name: 'A5: the client secret of three connections is refused for a day',
    hours: 24,
    tenants: one,
    concerned: [0, 1, 2],
    begin: ({ entra }) => entra.answerWith(refusal(7000222)),
  },
  {
    name: 'A7: one dead connection of three',
    hours: 48,
    tenants: one,
    concerned: [0],
    begin: ({ entra }, [userName = '']) => entra.answerWith(refusal(50173, userName)),
  },
  {
    name: 'A8: one of three connections refused with an unknown code',
    hours: 24,
    tenants: one,
    concerned: [0],
    begin: ({ entra }, [userName = '']) => {
      const habit = { kind: 'answer', status: 400, body: '{"error":"computer_says_no"}' } as const
      entra.habits.add(habit, { times: 'always', when: { userName, grantType: 'refresh_token' } })
    },
  },
  {
    name: 'B3: every answer brings a new refresh token and no access token',
    hours: 48,
    tenants: ['t1'],
    concerned: [0],
    begin: ({ entra }) => {
      const habit = { kind: 'fields' as const, without: ['access_token'] }
      entra.habits.add(habit, { times: 'always', when: { grantType: 'refresh_token' } })
    },
  },
]

const silent = new Proxy({}, { get: () => () => {} })

const measure = async ({ tenants, hours, concerned, begin }: Scenario): Promise<readonly string[]> => {
  const clock = new ManualClock(Date.parse('2027-01-01T00:00:00Z'))
  const stack = await startStack({ clock, telemetry: Object(silent) })
  const { entra, secretsManager, aws } = stack
  const home = entra.addTenant({ domains: ['home.example'] })
  const { clientId } = entra.addClient({ tenantId: home.id, multiTenant: true })
  const clientSecret = entra.addClientSecret(clientId).value
  const ids = new Map<string, string>()
  const users: string[] = []
  for (const [index, tenant] of tenants.entries()) {
    const tenantId = ids.get(tenant) ?? entra.addTenant({ domains: [`${tenant}.example`] }).id
    ids.set(tenant, tenantId)
    const userName = `${randomUUID()}@${tenant}.example`
    const { password } = entra.addUser({ tenantId, userName })
    users.push(userName)
    const login = { client_id: clientId, client_secret: clientSecret, scope: 'Mail.Read', username: userName, password }
    const Name = `token-refresher/logins/c${index}`
    await aws.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(login) }))
    await stack.bootstrap({ connection: `c${index}` })
  }
  const eventsBefore = stack.eventBus.entries.length
  begin(stack, users)
  const versionsBefore = secretsManager.inspect('token-refresher/grants/c0')?.versions.size ?? 0
  const dead = tenants.map(() => 0)
  let ticks = 0
  const requestsBefore = entra.requests.get('refresh_token') ?? 0
  for (const end = clock.now() + hours * hour; clock.now() < end; ticks++) {
    clock.advance(5 * minute)
    await stack.refresh()
    for (const index of tenants.keys()) {
      const secret = secretsManager.inspect(`token-refresher/connections/c${index}`)
      const text = (secret && labelled(secret, 'AWSCURRENT')?.string) ?? '{}'
      if (!entra.isLive(String(JSON.parse(text).access_token))) dead[index] = (dead[index] ?? 0) + 1
    }
  }
  const share = (indexes: readonly number[]): string =>
    indexes.length === 0
      ? '-'
      : `${((100 * Math.max(...indexes.map((index) => dead[index] ?? 0))) / ticks).toFixed(1)} %`
  const others = [...tenants.keys()].filter((index) => !concerned.includes(index))
  const events = stack.eventBus.entries.slice(eventsBefore).map(({ detailType }) => detailType)
  const requests = (entra.requests.get('refresh_token') ?? 0) - requestsBefore
  const versions = secretsManager.inspect('token-refresher/grants/c0')?.versions.size ?? 0
  await stack.close()
  const versionsADay = (((versions - versionsBefore) * 24) / hours).toFixed(0)
  return [share(others), share(concerned), String(events.length), (requests / hours).toFixed(1), versionsADay]
}

const rows: string[][] = []
for (const scenario of scenarios) {
  rows.push([scenario.name, String(scenario.hours), ...(await measure(scenario))])
}
const heads = [
  'scenario',
  'hours',
  'others dead',
  'concerned dead',
  'messages',
  'token requests an hour',
  'versions of the first grant a day',
]
process.stdout.write(`${tableOf(heads, rows)}\n`)
