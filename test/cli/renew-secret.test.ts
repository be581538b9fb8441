// `client renew-secret`: a client secret that renews itself, what the command shows of it, and what doctor finds.

import { CreateSecretCommand, TagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it } from 'vitest'
import { tags } from '../../lambda/contract.ts'
import { encodeClient } from '../../lambda/core/secrets/client.ts'
import { clientTags } from '../../lambda/core/tags/client-tags.ts'
import { documentedFields, found } from '../docs/json-fields.ts'
import { genericProvider, sampleClient } from '../support/core-samples.ts'
import { onTerminal, runJson as runJsonUnheard, run as runUnheard } from './support/command.ts'
import { type CommandStack, startCommandStack } from './support/stack.ts'

const day = 86_400_000
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString()

/** All that the command has written. */
const written: string[] = []

const run: typeof runUnheard = async (...parameters) => {
  const ended = await runUnheard(...parameters)
  written.push(ended.stdout, ended.stderr)
  return ended
}
const runJson: typeof runJsonUnheard = async (...parameters) => {
  const ended = await runJsonUnheard(...parameters)
  written.push(ended.stdout, ended.stderr)
  return ended
}

const renew = (id: string, ...more: readonly string[]) => ['client', 'renew-secret', id, ...more]

const atExample = ['--automatic', '--tenant', 'example.com'] as const

const tagClient = (stack: CommandStack, clientId: string, change: Readonly<Record<string, string>>) =>
  stack.aws.send(
    new TagResourceCommand({
      SecretId: `token-refresher/clients/${clientId}`,
      Tags: Object.entries(change).map(([Key, Value]) => ({ Key, Value })),
    }),
  )

const examine = async (stack: CommandStack) => {
  const { json } = await runJson(stack, ['doctor'])
  return (name: string) => json.checks.find(({ check }: { check: string }) => check === name)
}

const known = async (stack: CommandStack, clientId: string) =>
  (await runJson(stack, ['client', 'show', clientId])).json.renewal

/** An app registration with the right to change its own client secrets, and a connection that uses it. */
const register = async (
  stack: CommandStack,
  connection: string,
  { rights = true }: { readonly rights?: boolean } = {},
): Promise<string> => {
  const { entra, tenantId } = stack
  const { clientId } = entra.addClient({ tenantId, multiTenant: true })
  const { value } = entra.addClientSecret(clientId, { expiresAt: Date.now() + 20 * day })
  if (rights) entra.updateClient(clientId, { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] })
  await stack.connect(connection, { client_id: clientId, client_secret: value, client_secret_expires_at: inDays(20) })
  return clientId
}

/** Client secrets at Microsoft. */
const secretsOf = (stack: CommandStack, clientId: string) =>
  stack.entra.directory.clients.find((one) => one.clientId === clientId)?.secrets ?? []

describe('with the setting', async () => {
  const stack = await startCommandStack({ settings: { clientSecretRenewal: 'on' } })
  const { entra, tenantId } = stack

  afterEach(() => entra.updateTenant(tenantId, { clientSecretPolicy: undefined }))

  const forbid = (policy: { readonly additionForbidden?: boolean; readonly longestDays?: number }) =>
    entra.updateTenant(tenantId, { clientSecretPolicy: { id: 'policy', additionForbidden: false, ...policy } })

  it('without the rights Microsoft refuses, and the lines of the Azure CLI that give them are shown', async () => {
    const id = await register(stack, 'no-rights', { rights: false })
    const { status, stdout, stderr } = await run(stack, renew(id, ...atExample))
    expect([status, stdout]).toEqual([3, ''])
    const graph = '00000003-0000-0000-c000-000000000000'
    const role = `az ad sp show --id ${graph} --query "appRoles[?value=='Application.ReadWrite.OwnedBy'].id" --output tsv`
    expect(stderr.split('\n').filter((line) => line.startsWith('az '))).toEqual([
      `az ad app show --id ${id} --query displayName`,
      `az ad app permission add --id ${id} --api ${graph} --api-permissions "$(${role})=Role"`,
      `az ad app permission admin-consent --id ${id}`,
      `az ad app owner add --id ${id} --owner-object-id "$(az ad sp show --id ${id} --query id --output tsv)"`,
    ])
    expect(stderr).toContain('the renewal was refused: client Authorization_RequestDenied, ')
    expect(stderr).toContain(`then run token-refresher client renew-secret ${id} --automatic`)
    expect(secretsOf(stack, id)).toHaveLength(1)
    expect(await known(stack, id)).toBeNull()
    const { json } = await runJson(stack, renew(id, ...atExample))
    expect(json.error).toMatchObject({ class: 'client', code: 'Authorization_RequestDenied' })
  })

  it('says before it starts what will happen, and what it needs', async () => {
    const id = await register(stack, 'needs', { rights: false })
    const { stderr } = await run(stack, renew(id, ...atExample))
    for (const words of ['clientSecretRenewal=on', 'Application.ReadWrite.OwnedBy', 'owner of its own registration']) {
      expect(stderr.split('Microsoft refused')[0]).toContain(words)
    }
  })

  it('names a tenant in which the app is not registered', async () => {
    const other = entra.addTenant({ domains: ['other.example'] })
    const id = await register(stack, 'elsewhere')
    const { status, stderr } = await run(stack, renew(id, '--automatic', '--tenant', other.id))
    expect(status).toBe(3)
    expect(stderr).toContain('the renewal was refused: request Request_ResourceNotFound, ')
    expect(stderr).toContain('--tenant')
    expect(secretsOf(stack, id)).toHaveLength(1)
    const none = await run(stack, renew(id, '--automatic', '--tenant', 'nowhere.example'))
    expect(none.status).toBe(3)
    expect(none.stderr).toContain('the renewal was refused: request AADSTS90002, tenant not found')
    expect(none.stderr).toContain(
      `Run token-refresher client renew-secret ${id} --automatic with --tenant and the tenant`,
    )
  })

  it('says to type the same call again, and not to refresh a connection, after another refusal', async () => {
    const id = await register(stack, 'disabled-client')
    entra.updateClient(id, { disabled: true })
    const { status, stderr } = await run(stack, renew(id, ...atExample, '--days', '90'))
    expect(status).toBe(3)
    expect(stderr).toContain(
      `run token-refresher client renew-secret ${id} --automatic --tenant example.com --days 90.`,
    )
    expect(stderr).not.toContain('<connection>')
  })

  it('needs the tenant where accounts of all tenants sign in, and asks for it on a terminal', async () => {
    const id = await register(stack, 'asked')
    const script = await run(stack, renew(id, '--automatic'))
    expect([script.status, script.stdout]).toEqual([2, ''])
    expect(script.stderr).toContain('the tenant in which the app is registered cannot be asked')
    expect(script.stderr).toContain('Give --tenant')
    const session = onTerminal(stack, renew(id, '--automatic'))
    const question = 'Tenant in which the app is registered'
    await session.answer(question, 'organizations')
    await session.until('It must be the id (GUID) or a domain of the tenant')
    session.type('\u0015')
    await session.answer(question, 'example.com')
    expect(await session.ended, session.screen()).toBe(0)
    expect(session.screen()).toContain('renews itself from now on')
    written.push(session.written())
    const again = await runJson(stack, renew(id, '--automatic'))
    expect(again.json, 'the record has kept it').toMatchObject({ done: 'nothing', tenant: 'example.com' })
  })

  it('does not ask for it where the token endpoint names one', async () => {
    const { clientId } = entra.addClient({ tenantId })
    const { value } = entra.addClientSecret(clientId)
    entra.updateClient(clientId, { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] })
    const token_endpoint = stack.tokenEndpoint.replace('organizations', tenantId)
    await stack.connect('own-tenant', { client_id: clientId, client_secret: value, token_endpoint })
    const { status, json } = await runJson(stack, renew(clientId, '--automatic', '--days', '730'))
    expect([status, json]).toMatchObject([0, { done: 'made', tenant: tenantId, days: 730 }])
  })

  it('makes a client secret beside the old one, and says what comes next', async () => {
    const id = await register(stack, 'sales')
    await run(stack, ['set', 'sales', '--publish', 'connection_values'])
    const { status, stdout } = await run(stack, renew(id, ...atExample))
    expect(status).toBe(0)
    expect(stdout).toContain(
      `The client secret of ${id} renews itself from now on: a new one is stored beside 1 other.`,
    )
    expect(stdout).toContain('Each new one lives 180 days, and the next is made 30 days before its end.')
    expect(stdout).toContain('An hourly run tries the new one')
    expect(stdout).toContain(`token-refresher client show ${id} shows whether it was accepted`)
    expect(stdout).toContain('with the next refresh after that: sales.')
    expect(stdout).toMatch(/Copies that were pasted by hand.* before the old one expires in 19 days \(2\d{3}-/)
    expect(secretsOf(stack, id)).toHaveLength(2)
    const shown = await run(stack, ['client', 'show', id])
    expect(shown.stdout).toMatch(/\nRenewal +a new client secret is stored \(made .+\); an hourly run tries it/)
    expect((await run(stack, ['client', 'list'])).stdout).toMatch(new RegExp(`\\n${id} .* being tried `))
  })

  it('a new one that ends before the old one is being tried too', async () => {
    const id = await register(stack, 'shorter-than-the-old-one')
    expect((await run(stack, renew(id, ...atExample, '--days', '7'))).status).toBe(0)
    expect(await known(stack, id)).toMatchObject({ being_tried: true })
  })

  it('a second start makes no other while one waits for its trial', async () => {
    const id = await register(stack, 'twice')
    await run(stack, renew(id, ...atExample))
    const { status, stdout } = await run(stack, renew(id, '--automatic', '--days', '3'))
    expect(status).toBe(0)
    expect(stdout).toContain(
      'a new one was made before, and waits for its trial. Each new one lives 3 days, and the next is made 1 day before',
    )
    expect(secretsOf(stack, id)).toHaveLength(2)
  })

  it('says of paused connections that they keep the old one', async () => {
    const id = await register(stack, 'at-rest')
    await run(stack, ['set', 'at-rest', '--publish', 'connection_values'])
    const [{ value = '' } = {}] = secretsOf(stack, id)
    await stack.connect('without-values', { client_id: id, client_secret: value })
    await run(stack, ['pause', 'at-rest', 'without-values'])
    const { stdout } = await run(stack, renew(id, ...atExample))
    expect(stdout).toContain('Paused connections keep the old one until you resume them: at-rest.')
    expect((await examine(stack))('renewal')).toMatchObject({
      state: 'attention',
      found: 'paused, and so without the next client secret: at-rest',
      remedy: 'Resume each before its old client secret expires: token-refresher resume at-rest',
    })
    await run(stack, ['resume', 'at-rest'])
  })

  it('its JSON has the fields that are documented', async () => {
    const id = await register(stack, 'documented')
    forbid({ longestDays: 60 })
    const { json } = await runJson(stack, renew(id, ...atExample))
    expect(json).toEqual({
      client: id,
      done: 'made',
      automatic: true,
      tenant: 'example.com',
      days: 180,
      longest_days: 60,
      client_secrets: 2,
      client_secret_expires_at: expect.any(String),
      due_at: expect.any(String),
    })
    expect([...documentedFields('`client renew-secret`').keys()].toSorted()).toEqual([...found(json).keys()].toSorted())
    const stopped = await runJson(stack, renew(id, '--stop'))
    expect([stopped.status, stopped.json]).toMatchObject([0, { done: 'nothing', automatic: false, client_secrets: 2 }])
    expect(await known(stack, id)).toBeNull()
  })

  it('obeys the policy of a tenant that allows shorter client secrets only', async () => {
    const id = await register(stack, 'shorter')
    forbid({ longestDays: 14 })
    const { status, stdout } = await run(stack, renew(id, ...atExample))
    expect(status).toBe(0)
    expect(stdout).toContain('Each new one lives 14 days, since a policy of the tenant allows no longer')
    expect(stdout).toContain('the next is made 4 days before its end')
  })

  it.each([{ additionForbidden: true }, { longestDays: 1 }])('names a policy that forbids it: %j', async (policy) => {
    const id = await register(stack, `forbidden-${Object.keys(policy)[0]?.toLowerCase()}`)
    forbid(policy)
    const { status, stderr } = await run(stack, renew(id, ...atExample))
    expect(status).toBe(3)
    expect(stderr).toMatch(/the renewal was refused: policy Credential\w+AsPerAppPolicy, /)
    expect(stderr).toContain(`token-refresher client federate ${id}`)
    expect(await known(stack, id)).toBeNull()
  })

  it('may succeed later where Microsoft does not answer', async () => {
    const id = await register(stack, 'later')
    stack.faults.entra = ({ path }) => (path.startsWith('/v1.0/') ? { kind: 'answer', answer: unavailable } : undefined)
    const { status, stderr } = await run(stack, renew(id, ...atExample))
    stack.faults.entra = undefined
    expect(status).toBe(1)
    expect(stderr).toContain('the renewal was refused: transient http_503')
    expect(stderr).toContain(
      `Wait some minutes, then run token-refresher client renew-secret ${id} --automatic --tenant example.com again.`,
    )
  })

  it.each([
    [
      'a federated client',
      { token_endpoint_auth_method: 'aws_web_identity', token_endpoint: stack.tokenEndpoint },
      'nothing of it expires',
    ],
    [
      'a public client',
      { token_endpoint_auth_method: 'none', token_endpoint: stack.tokenEndpoint },
      'no client secret',
    ],
    [
      'a client of another provider',
      { provider: genericProvider, token_endpoint: 'https://idp.example.com/oauth2/token' },
      'token-refresher client set-secret',
    ],
  ] as const)('refuses %s, and asks for no tenant', async (_, change, remedy) => {
    const id = crypto.randomUUID()
    const client = sampleClient({ client_id: id, ...change })
    const Tags = Object.entries(clientTags(client)).map(([Key, Value]) => ({ Key, Value }))
    const SecretString = encodeClient(client).reveal()
    await stack.aws.send(new CreateSecretCommand({ Name: `token-refresher/clients/${id}`, SecretString, Tags }))
    const { status, stderr } = await run(stack, renew(id, '--automatic'))
    expect(status).toBe(3)
    expect(stderr).toContain('the renewal was refused: request renewal_not_possible')
    expect(stderr).toContain(remedy)
  })

  describe.each([
    ['neither of both', [], 'give one of --automatic and --stop'],
    ['both', ['--automatic', '--stop'], 'give only one of --automatic and --stop'],
    ['--days with --stop', ['--stop', '--days', '30'], 'belong to --automatic'],
    ['--tenant with --stop', ['--stop', '--tenant', 'example.com'], 'belong to --automatic'],
    ['a name for all tenants', ['--automatic', '--tenant', 'organizations'], '--tenant must be the id (GUID)'],
    ['what is no tenant', ['--automatic', '--tenant', 'a b'], '--tenant must be the id (GUID)'],
    ['days that are no number', ['--automatic', '--days', 'many'], 'from 3 to 730'],
    ['too few days', ['--automatic', '--days', '2'], 'from 3 to 730'],
    ['too many days', ['--automatic', '--days', '731'], 'from 3 to 730'],
    ['half a day', ['--automatic', '--days', '3.5'], 'from 3 to 730'],
  ])('wrong usage', (what, args, words) => {
    it(what, async () => {
      const { status, stderr } = await run(stack, renew(stack.clientId, ...args))
      expect([status, stderr]).toEqual([2, expect.stringContaining(words)])
      if (!words.includes('--stop')) return
      expect(stderr).toContain(`Type token-refresher client renew-secret ${stack.clientId} --automatic, or`)
    })
  })

  it('refuses an unknown client', async () => {
    const { status, stderr } = await run(stack, renew('11111111-2222-4333-8444-555555555555', ...atExample))
    expect([status, stderr]).toEqual([1, expect.stringContaining('there is no client')])
  })

  it('no client secret and no token was written', () => {
    const values = entra.directory.clients.flatMap(({ secrets }) => secrets.map(({ value }) => value))
    expect(values.length).toBeGreaterThan(20)
    const all = written.join('\n') + stack.printed()
    for (const value of values) expect(all).not.toContain(value)
    expect(all).not.toMatch(/eyJ[\w-]{20}/)
  })
})

const unavailable = { status: 503, headers: { 'content-type': 'application/json' }, body: '{}' }

describe('what is shown of a client secret that renews itself', async () => {
  const stack = await startCommandStack({ settings: { clientSecretRenewal: 'on' } })
  const { entra } = stack
  const id = await register(stack, 'sales')
  const look = async () => (await examine(stack))('renewal')

  it('nothing, as long as it does not', async () => {
    expect(await look()).toMatchObject({ state: 'well', found: 'no client secret renews itself' })
    expect((await run(stack, ['client', 'list'])).stdout).not.toContain('RENEWAL')
    expect((await run(stack, ['client', 'show', id])).stdout).not.toContain('Renewal')
  })

  it('that a new one is being tried', async () => {
    expect((await run(stack, renew(id, ...atExample))).status).toBe(0)
    expect(await known(stack, id)).toEqual({ due_at: expect.any(String), being_tried: true, failure: null })
    expect(await look()).toMatchObject({
      state: 'well',
      found: `1 client, a new client secret is being tried: ${id}`,
    })
    const clients = (await examine(stack))('clients')
    expect(clients.found, 'its expiry needs no person').toBe('1 client, none near expiry')
  })

  it('when the next one is due, after the trial', async () => {
    const accepted = { [tags.renewalTrying]: '', [tags.clientSecrets]: `${inDays(180.5)} ${inDays(700.5)}` }
    await tagClient(stack, id, { [tags.renewalDue]: inDays(150.5), ...accepted })
    expect(await look()).toMatchObject({ state: 'well', found: '1 client, the next is due in 150 days' })
    expect((await run(stack, ['client', 'list'])).stdout).toMatch(/ in 180 days, in 700 days +in 150 days +1\n/)
    expect((await run(stack, ['client', 'show', id])).stdout).toMatch(/\nRenewal +due in 150 days \(/)
    await tagClient(stack, id, { [tags.renewalDue]: inDays(-0.1) })
    expect(await look()).toMatchObject({ state: 'well', found: '1 client, the next is due in the next hourly run' })
    expect((await run(stack, ['client', 'list'])).stdout).toContain('next run')
    expect((await run(stack, ['client', 'show', id])).stdout).toContain('due in the next hourly run')
  })

  it('that it is overdue', async () => {
    await tagClient(stack, id, { [tags.renewalDue]: inDays(-2.1), [tags.clientSecrets]: inDays(27.9) })
    expect(await look()).toMatchObject({
      state: 'attention',
      found: `overdue: ${id} (due 2 days ago)`,
      remedy: expect.stringContaining('aws logs tail /aws/lambda/token-refresher-bootstrap'),
    })
    expect((await run(stack, ['client', 'list'])).stdout).toContain('overdue')
    expect((await run(stack, ['client', 'show', id])).stdout).toMatch(/Renewal +overdue: it was due 2 days ago/)
    await tagClient(stack, id, { [tags.renewalDue]: new Date(0).toISOString(), [tags.clientSecrets]: 'unknown' })
    expect(await look()).toMatchObject({ state: 'attention', found: `overdue: ${id} (expiry not known)` })
    expect((await run(stack, ['client', 'show', id])).stdout).toContain('due at once, because the expiry is not known')
  })

  it('why it was not renewed, with what to do', async () => {
    const due = inDays(1)
    const code = 'CredentialTypeNotAllowedAsPerAppPolicy'
    await tagClient(stack, id, { [tags.renewalDue]: due, [tags.renewalFailed]: `${due} policy:${code}` })
    expect(await look()).toMatchObject({
      state: 'attention',
      found: `not renewed: ${id} (policy ${code})`,
      remedy: expect.stringContaining(`client federate ${id}`),
    })
    const failure = {
      class: 'policy',
      code,
      meaning: 'a policy of the tenant forbids new client secrets',
      remedy: expect.stringContaining(`client federate ${id}`),
    }
    expect(await known(stack, id)).toMatchObject({ failure })
    const list = await run(stack, ['client', 'list'])
    expect(list.status).toBe(3)
    expect(list.stdout).toMatch(new RegExp(`\\n${id} .* failed `))
    expect(list.stdout).toContain(
      `policy ${code} (${failure.meaning}): the client secret of ${id} was not renewed\n  Ask`,
    )
    const show = await run(stack, ['client', 'show', id])
    expect(show.status).toBe(3)
    expect(show.stdout).toMatch(new RegExp(`\\nNot renewed +policy ${code} \\(.*\\)\\n`))
    expect(show.stdout).toMatch(/\nWhat to do +Ask an administrator of the tenant/)
  })

  it.each([
    ['soon', '2026-01-01T00:00:00.000Z policy:x'],
    ['', ''],
    ['2026-13-45', ''],
  ])('nothing where a tag says nonsense: due %j, failed %j', async (due, failed) => {
    await tagClient(stack, id, { [tags.renewalDue]: due, [tags.renewalFailed]: failed })
    expect(await known(stack, id)).toBeNull()
    expect((await run(stack, ['client', 'list'])).status).toBe(0)
  })

  it.each(['x', 'now nonsense:code', 'now policy:', 'now  ', ' policy', 'now constructor:x'])(
    'no failure where the tag says %j',
    async (failed) => {
      await tagClient(stack, id, { [tags.renewalDue]: inDays(150), [tags.renewalFailed]: failed })
      expect(await known(stack, id)).toMatchObject({ failure: null })
    },
  )

  it('a failure that no table knows, and of which the time is nonsense', async () => {
    await tagClient(stack, id, { [tags.renewalFailed]: 'yesterday client:some_code' })
    expect(await known(stack, id)).toMatchObject({ failure: { code: 'some_code', meaning: null } })
    expect((await run(stack, ['client', 'show', id])).stdout).toMatch(/\nNot renewed +client some_code\n/)
    await tagClient(stack, id, { [tags.renewalFailed]: '' })
  })

  it('by doctor: that Microsoft refuses now, or does not answer', async () => {
    entra.updateClient(id, { ownsItself: false })
    expect(await look()).toMatchObject({
      state: 'attention',
      found: `refused: ${id} (client Authorization_RequestDenied)`,
      remedy: expect.stringContaining(`renew-secret ${id} --automatic`),
    })
    entra.updateClient(id, { ownsItself: true })
    stack.faults.entra = () => ({ kind: 'answer', answer: unavailable })
    expect(await look()).toMatchObject({ state: 'unknown', found: `not checked: ${id} (transient http_503)` })
    stack.faults.entra = undefined
    expect(await look()).toMatchObject({ state: 'well' })
  })
})

describe('without the setting', async () => {
  const stack = await startCommandStack()

  it('says how to deploy with it, and changes nothing', async () => {
    const id = await register(stack, 'sales')
    const { status, stderr } = await run(stack, renew(id, '--automatic'))
    expect(status).toBe(3)
    expect(stderr).toContain('the renewal was refused: request renewal_off')
    expect(stderr).toContain('Deploy with the setting clientSecretRenewal=on')
    expect(secretsOf(stack, id)).toHaveLength(1)
  })

  it('doctor names clients whose secrets were to renew themselves, and --stop ends that', async () => {
    const id = await register(stack, 'other')
    await tagClient(stack, id, { [tags.renewalDue]: inDays(9) })
    expect((await examine(stack))('renewal')).toMatchObject({
      state: 'attention',
      found: `refused: ${id} (request renewal_off)`,
      remedy: expect.stringContaining('clientSecretRenewal=on'),
    })
    const { status, stdout } = await run(stack, renew(id, '--stop'))
    expect(status).toBe(0)
    expect(stdout).toContain(
      `The client secret of ${id} does not renew itself. Replace it before it expires in 19 days (`,
    )
    expect(stdout).toContain(`\n  token-refresher client set-secret ${id}\n`)
    expect((await examine(stack))('renewal')).toMatchObject({ state: 'well', found: 'no client secret renews itself' })
  })
})
