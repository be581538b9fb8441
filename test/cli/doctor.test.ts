// `doctor`: every check, well and not, and what cannot be looked at.

import { CreateSecretCommand, TagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { run, runJson } from './support/command.ts'
import { type CommandStack, startCommandStack } from './support/stack.ts'

interface Check {
  readonly check: string
  readonly state: string
  readonly found: string
  readonly remedy: string | null
}

const examine = async (stack: CommandStack, environment: Record<string, string> = {}) => {
  const { status, json } = await runJson(stack, ['doctor'], { environment })
  const checks = new Map((json.checks as Check[]).map((check) => [check.check, check]))
  return { status, checks, of: (name: string) => checks.get(name) }
}

/** GetSchedule as AWS answers it, when a person has disabled the schedule of renewals. */
const disabledRenewal = (path: string) => {
  const [expression, State, Input] = path.includes('Renewal')
    ? ['rate(1 hour)', 'DISABLED', '{"renewal":"due"}']
    : ['rate(5 minutes)', 'ENABLED', '{}']
  const body = JSON.stringify({ State, ScheduleExpression: expression, Target: { Input } })
  return { kind: 'answer', answer: { status: 200, headers: { 'content-type': 'application/json' }, body } } as const
}

describe('a deployment', async () => {
  const stack = await startCommandStack({ settings: { alarmEmail: 'ops@example.com' } })

  it('in which all is well but the mail is well in all but that', async () => {
    await stack.connect('sales-mailbox', { client_secret_expires_at: '2035-01-01' })
    await stack.invoke('refresh', {})
    const { status, checks, of } = await examine(stack)
    expect([...checks.keys()]).toEqual([
      ...['credentials', 'region', 'endpoint', 'deployment', 'schedule', 'last run', 'errors'],
      ...['alarms', 'subscriptions', 'keys', 'clients', 'federation', 'renewal', 'connections', 'logins'],
    ])
    const bad = [...checks.values()].filter(({ state }) => state !== 'well').map(({ check }) => check)
    expect(bad).toEqual(['subscriptions'])
    expect(of('credentials')?.found).toContain('account 123456789012')
    expect(of('deployment')?.found).toBe('token-refresher-refresh and token-refresher-bootstrap')
    expect(of('schedule')?.found).toBe('1 schedule, rate(5 minutes)')
    expect(of('last run')?.found).toMatch(/^(now|\d+ s ago)$/)
    expect(of('alarms')?.found).toBe('11 alarms, none fires')
    expect(of('subscriptions')).toMatchObject({ found: 'not confirmed: ops@example.com' })
    expect(of('keys')?.found).toBe('2 clients and grants, none under another key')
    expect(of('clients')?.found).toBe('1 client, none near expiry')
    expect(status).toBe(3)
  })

  it('names clients near expiry, connections in need, and leftover logins', async () => {
    const user = stack.addUser()
    const soon = new Date(Date.now() + 5 * 86_400_000).toISOString()
    const { clientId } = stack.entra.addClient({ tenantId: stack.tenantId, multiTenant: true })
    const { value } = stack.entra.addClientSecret(clientId)
    const client = { client_id: clientId, client_secret: value, client_secret_expires_at: soon }
    await stack.connect('in-need', { userName: user.userName, password: user.password, ...client })
    stack.entra.revokeSessions(user.userName)
    for (let times = 0; times < 2; times++) await stack.invoke('refresh', { connections: ['in-need'], force: true })
    await stack.aws.send(new CreateSecretCommand({ Name: 'token-refresher/logins/left', SecretString: '{}' }))
    const { of } = await examine(stack)
    expect(of('clients')).toMatchObject({ state: 'attention', found: `client secret expires: ${clientId} (in 4 days)` })
    expect(of('connections')).toMatchObject({ state: 'attention', found: 'in need: in-need' })
    expect(of('logins')).toMatchObject({ state: 'attention', found: '1 login not used: token-refresher/logins/left' })
  })

  it.each(['', 'yes ', '2026-01-01T00:00:00Z'])('names a connection that the tag %j pauses', async (Value) => {
    await stack.connect('at-rest')
    const SecretId = 'token-refresher/grants/at-rest'
    await stack.aws.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'token-refresher:paused', Value }] }))
    const { of } = await examine(stack)
    expect(of('connections')?.found).toContain('paused: at-rest')
  })

  it('names a client that the provider refuses', async () => {
    const { clientId } = stack.entra.addClient({ tenantId: stack.tenantId, multiTenant: true })
    const { keyId, value } = stack.entra.addClientSecret(clientId)
    await stack.connect('refused', { client_id: clientId, client_secret: value })
    stack.entra.removeClientSecret(clientId, keyId)
    // The client's only connection, refused twice, in two ticks.
    await stack.invoke('refresh', { connections: ['refused'], force: true })
    await stack.invoke('refresh', {})
    const { of } = await examine(stack)
    expect(of('clients')).toMatchObject({ state: 'attention', found: `refused: ${clientId} (AADSTS7000215)` })
  })

  it('counts a refused bootstrap, which is no error of the function', async () => {
    await expect(stack.invoke('bootstrap', { connection: 'never-stored' })).rejects.toThrow('login_not_found')
    const { of } = await examine(stack)
    expect(of('errors')).toMatchObject({ state: 'well', found: 'none in a day; 1 bootstrap was refused' })
  })

  it('names the kind of the last error of a function, and nothing else of it', async () => {
    await expect(stack.invoke('bootstrap', { connection: 5 })).rejects.toThrow('The event must be')
    const { of } = await examine(stack)
    expect(of('errors')).toMatchObject({
      state: 'attention',
      found: expect.stringMatching(/^token-refresher-bootstrap: 1 error in a day, the last .*\(TypeError\)$/),
    })
  })

  it('names secrets that an earlier deployment has left under another key, and how to deploy with it', async () => {
    const key = 'arn:aws:kms:eu-central-1:123456789012:key/0f5a3c1e-5d0b-4c57-9d5c-0d3a3a1f7b11'
    const body = JSON.stringify({ SecretList: [{ Name: 'token-refresher/grants/left', KmsKeyId: key }] })
    stack.faults.aws = ({ headers }) =>
      headers['x-amz-target'] === 'secretsmanager.ListSecrets'
        ? { kind: 'answer', answer: { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body } }
        : undefined
    const { of } = await examine(stack)
    stack.faults.aws = undefined
    expect(of('keys')).toMatchObject({
      state: 'attention',
      found: 'under another key than the deployed one, and so not readable: token-refresher/grants/left',
      remedy: `Deploy again with the key that they are under: npx cdk deploy -c privateKeyArn=${key}`,
    })
  })

  it('tells of alarms that no one would hear', async () => {
    const muted = { AlarmName: 'token-refresher-RefreshFailing', StateValue: 'OK', ActionsEnabled: false }
    const foreign = { AlarmName: 'token-refresher-test-RefreshFailing', StateValue: 'ALARM' }
    const body = JSON.stringify({ MetricAlarms: [muted, foreign] })
    stack.faults.aws = ({ headers }) =>
      headers['x-amz-target'] === 'GraniteServiceVersion20100801.DescribeAlarms'
        ? { kind: 'answer', answer: { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body } }
        : undefined
    const { of } = await examine(stack)
    stack.faults.aws = undefined
    expect(of('alarms')).toMatchObject({
      state: 'attention',
      found: 'token-refresher-RefreshFailing: actions disabled, so they notify no one',
    })
  })

  it('is readable', async () => {
    const { stdout } = await run(stack, ['doctor'])
    expect(stdout).toMatch(/^✓ credentials {4}account/)
    expect(stdout).toMatch(/\n✗ subscriptions {2}not confirmed: ops@example.com\n {17}Follow the link/)
  })
})

const without = (action: string) => ({
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: action, Resource: '*' },
  ],
})

describe('without the permission', async () => {
  const stack = await startCommandStack()

  it.each([
    ['lambda:GetFunctionConfiguration', ['deployment']],
    ['scheduler:ListSchedules', ['schedule', 'last run']],
    ['scheduler:GetSchedule', ['schedule', 'last run']],
    ['logs:FilterLogEvents', ['last run', 'errors']],
    ['cloudwatch:DescribeAlarms', ['alarms', 'subscriptions']],
    ['SNS:ListSubscriptionsByTopic', ['subscriptions']],
    ['secretsmanager:ListSecrets', ['keys', 'clients', 'federation', 'renewal', 'connections', 'logins']],
  ])('%s, the checks that need it name it, and the others are made all the same', async (action, names) => {
    stack.allow(without(action))
    const { status, checks } = await examine(stack)
    const denied = [...checks.values()].filter(({ found }) => found.startsWith(`not permitted: ${action}`))
    expect(denied.map(({ check, state }) => ({ check, state }))).toEqual(
      names.map((check) => ({ check, state: 'unknown' })),
    )
    const unknown = [...checks.values()].filter(
      ({ state, found }) => state === 'unknown' && !found.startsWith('skipped'),
    )
    expect(unknown).toHaveLength(names.length)
    expect([1, 3]).toContain(status)
  })
})

describe('a deployment of a moment ago', async () => {
  const stack = await startCommandStack({ settings: { alarmEmail: 'ops@example.com' } })

  it('has not run yet, and nothing about that needs a person', async () => {
    const { of } = await examine(stack)
    expect(of('last run')).toMatchObject({
      state: 'well',
      found: expect.stringMatching(/^not yet: deployed (now|\d+ s ago)$/),
    })
    expect(of('errors')).toMatchObject({ state: 'well', found: 'none in a day' })
    expect(of('keys')).toMatchObject({ state: 'well' })
  })
})

describe('a deployment in which client secrets renew themselves', async () => {
  const stack = await startCommandStack({ settings: { clientSecretRenewal: 'on' } })

  it('has a schedule for it, which is no shard of the refresher', async () => {
    await stack.invoke('refresh', {})
    const { of } = await examine(stack)
    expect(of('schedule')).toMatchObject({ state: 'well', found: '2 schedules, rate(5 minutes), rate(1 hour)' })
    expect(of('last run')).toMatchObject({ state: 'well', found: expect.stringMatching(/^(now|\d+ s ago)$/) })
  })

  it('of which that schedule is disabled still refreshes, and doctor says what does not happen', async () => {
    stack.faults.aws = ({ path }) => (path.startsWith('/schedules/') ? disabledRenewal(path) : undefined)
    const { of } = await examine(stack)
    stack.faults.aws = undefined
    expect(of('schedule')).toMatchObject({
      state: 'attention',
      found: expect.stringMatching(/^disabled: \S*Renewal\S*$/),
      remedy: 'Enable it in EventBridge Scheduler, or deploy again: no client secret is renewed.',
    })
  })
})

describe('what cannot be looked at', async () => {
  const stack = await startCommandStack()

  it('without a Region the credentials are looked at all the same', async () => {
    const { status, of } = await examine(stack, { AWS_REGION: '' })
    expect(of('credentials')).toMatchObject({ state: 'well' })
    expect(of('region')).toMatchObject({ state: 'unknown', found: 'no AWS Region is set' })
    expect(status).toBe(1)
    const { stdout } = await run(stack, ['doctor'], { environment: { AWS_REGION: '' } })
    expect(stdout).toMatch(/\n\? the rest {7}skipped: region first\n$/)
  })

  it('without a deployment everything after it is skipped', async () => {
    const { status, of } = await examine(stack, { TOKEN_REFRESHER_PREFIX: 'other' })
    expect(of('deployment')).toMatchObject({
      state: 'attention',
      found: 'other-refresh is missing, other-bootstrap is missing',
    })
    expect(of('schedule')).toMatchObject({ state: 'unknown', found: 'skipped: deployment first' })
    expect(status).toBe(3)
  })
})
