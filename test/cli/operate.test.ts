// `refresh`, `pause`, `resume`, `token`, `remove` and `client`, on real connections.

import { ReplicateSecretToRegionsCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { keys, onTerminal, run, runJson } from './support/command.ts'
import { put, startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()

describe('refresh', () => {
  it('refreshes now, due or not, and shows how it is afterwards', async () => {
    await stack.connect('fresh')
    const { status, json } = await runJson(stack, ['refresh', 'fresh'])
    expect(status).toBe(0)
    expect(json).toMatchObject({ refreshed: 1, connections: [{ connection: 'fresh', status: 'healthy' }] })
    expect((await run(stack, ['refresh', 'fresh'])).stdout).toMatch(/^1 refreshed\n\nCONNECTION/)
  })

  it('exits with 3 when a person has to act', async () => {
    const user = stack.addUser()
    await stack.connect('gone', { userName: user.userName, password: user.password })
    stack.entra.updateUser(user.userName, { disabled: true })
    await run(stack, ['refresh', 'gone'])
    const { status, stdout } = await run(stack, ['refresh', 'gone'])
    expect(status).toBe(3)
    expect(stdout).toContain('1 failed')
    expect(stdout).toContain('account AADSTS50057')
  })

  it('invokes nothing for a name that is not known', async () => {
    const before = stack.entra.requests.get('refresh_token') ?? 0
    expect(await run(stack, ['refresh', 'fresh', 'unknown'])).toMatchObject({ status: 1 })
    expect(stack.entra.requests.get('refresh_token') ?? 0).toBe(before)
  })

  it.each(['UPPER', '../x', 'a'.repeat(64)])('takes %s for no name', async (name) => {
    expect(await run(stack, ['refresh', name])).toMatchObject({ status: 2 })
  })
})

describe('refresh of what its client has stopped', () => {
  it('names the client and what to do, and says of what was not tried why', async () => {
    const { clientId } = stack.entra.addClient({ tenantId: stack.tenantId, multiTenant: true })
    const { keyId, value } = stack.entra.addClientSecret(clientId)
    for (const name of ['held-1', 'held-2']) await stack.connect(name, { client_id: clientId, client_secret: value })
    stack.entra.removeClientSecret(clientId, keyId)
    const { status, stdout } = await run(stack, ['refresh', 'held-1', 'held-2'])
    expect(status).toBe(3)
    // Two of its connections show that the client is at fault, and people are notified of the client.
    expect(stdout).toContain('0 refreshed, 2 failed')
    expect(stdout).toMatch(
      new RegExp(
        `client AADSTS7000215 \\(client secret not valid\\) for .*: client ${clientId}\\n {2}Run token-refresher client set-secret ${clientId} `,
      ),
    )
    expect(await run(stack, ['status', 'held-1'])).toMatchObject({ status: 3 })
  })
})

describe('pause and resume', () => {
  it('keep the refresher away, and let it come again', async () => {
    await stack.connect('sleeper')
    const paused = await run(stack, ['pause', 'sleeper'])
    expect(paused).toMatchObject({ status: 0, stdout: expect.stringContaining('Its refresh token dies in 89 days') })
    expect((await runJson(stack, ['status', 'sleeper'])).json).toMatchObject({
      status: 'paused',
      next_attempt_at: null,
    })
    expect(await run(stack, ['resume', 'sleeper'])).toMatchObject({ status: 0 })
    expect((await runJson(stack, ['status', 'sleeper'])).json.status).toBe('healthy')
  })
})

describe('token', () => {
  it('prints the token and nothing else', async () => {
    const { status, stdout, stderr } = await run(stack, ['token', 'fresh'])
    expect(status).toBe(0)
    expect(stderr).toMatch(/^Calls go to \S+ and not to AWS.*\n$/)
    expect(stack.entra.isLive(stdout.trimEnd())).toBe(true)
    expect(stdout.split('\n')).toHaveLength(2)
  })

  it('prints nothing when the token is stale, and says what to do', async () => {
    const stale = {
      schema: 1,
      access_token: 'old',
      token_type: 'Bearer',
      expires_at: '2026-01-01T00:00:00Z',
      generation: 1,
    }
    await stack.connect('stale')
    await put(stack, 'connections', 'stale', stale)
    const { status, stdout, stderr } = await run(stack, ['token', 'stale'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('the access token of stale expired')
    expect(stderr).toContain('token-refresher status stale')
  })

  it('refuses one that is good for less than is asked for', async () => {
    expect(await run(stack, ['token', 'fresh', '--minimum-validity', '600'])).toMatchObject({ status: 1, stdout: '' })
  })

  it('shows nothing of a published secret that does not decode', async () => {
    await put(stack, 'connections', 'stale', { password: 'not for your eyes' })
    const { status, stdout, stderr } = await run(stack, ['token', 'stale'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).not.toContain('eyes')
  })
})

describe('remove', () => {
  it('deletes the copies in other Regions first, and the connection comes back without them', async () => {
    await stack.connect('copied')
    const SecretId = 'token-refresher/connections/copied'
    await stack.aws.send(
      new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region: 'us-east-1' }] }),
    )
    expect(await run(stack, ['remove', 'copied', '--yes'])).toMatchObject({ status: 0 })
    expect(stack.secretsManager.inspect(SecretId)).toMatchObject({ deletionAt: expect.any(Number), replicaRegions: [] })
  })

  it('asks for the name, and does nothing when another is typed', async () => {
    await stack.connect('leaving')
    const session = onTerminal(stack, ['remove', 'leaving'])
    await session.answer('Type leaving to remove it', 'leavin')
    expect(await session.ended).toBe(1)
    expect((await run(stack, ['status', 'leaving'])).status).toBe(0)
  })

  it('can be brought back with the lines that it prints, or by a new bootstrap', async () => {
    const session = onTerminal(stack, ['remove', 'leaving'])
    await session.answer('Type leaving to remove it', 'leaving')
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('token-refresher restore leaving')
    const { status, stderr } = await run(stack, ['status', 'leaving'])
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('leaving is removed') })
    expect(stderr).toContain('Bring it back with token-refresher restore leaving')
    expect(await run(stack, ['restore', 'leaving'])).toMatchObject({ status: 0 })
    expect((await run(stack, ['token', 'leaving'])).status).toBe(0)
    expect((await runJson(stack, ['refresh', 'leaving'])).json.refreshed).toBe(1)
    expect(await run(stack, ['remove', 'leaving', '--yes'])).toMatchObject({ status: 0 })
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    expect(await run(stack, ['bootstrap', 'leaving', '--from-file', '-'], { stdin })).toMatchObject({ status: 0 })
  })

  it('with --force says first what is lost', async () => {
    const session = onTerminal(stack, ['remove', 'leaving', '--force'], { columns: 300 })
    await session.until('Its refresh token is lost for good')
    await session.answer('Type leaving to remove it', 'leaving')
    expect(await session.ended).toBe(0)
    expect(stack.names('grants', 'leaving')).toEqual([])
    expect(stack.names('connections', 'leaving')).toEqual([])
  })

  it('goes on where an earlier one has stopped', async () => {
    await stack.connect('in-part')
    const { DeleteSecretCommand } = await import('@aws-sdk/client-secrets-manager')
    await stack.aws.send(
      new DeleteSecretCommand({ SecretId: 'token-refresher/grants/in-part', RecoveryWindowInDays: 7 }),
    )
    expect((await runJson(stack, ['remove', 'in-part', '--yes'])).json.removed).toMatchObject([
      { connection: 'in-part', secrets: ['token-refresher/connections/in-part'] },
    ])
    expect(await run(stack, ['token', 'in-part'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no connection'),
    })
    expect((await runJson(stack, ['remove', 'in-part', '--yes', '--force'])).json.removed[0].secrets).toHaveLength(2)
    expect(await run(stack, ['remove', 'in-part', '--yes', '--force'])).toMatchObject({ status: 1 })
  })

  it('stopped by Ctrl-C at the question removes nothing', async () => {
    const session = onTerminal(stack, ['remove', 'fresh'])
    await session.until('Type fresh to remove it')
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
    expect(stack.names('grants', 'fresh')).toEqual(['fresh'])
  })

  it('names the client when no one uses it any more', async () => {
    const { clientId } = stack.entra.addClient({ tenantId: stack.tenantId, multiTenant: true })
    const { value } = stack.entra.addClientSecret(clientId)
    await stack.connect('lonely', { client_id: clientId, client_secret: value })
    const { json } = await runJson(stack, ['remove', 'lonely', '--yes', '--recovery-days', '7'])
    expect(json.removed).toMatchObject([{ recovery_days: 7, unused_client: clientId }])
  })

  it('takes several, and asks for every name before the first one goes', async () => {
    for (const name of ['old-1', 'old-2']) await stack.connect(name)
    const session = onTerminal(stack, ['delete', 'old-1', 'old-2'])
    await session.answer('Type old-1 to remove it', 'old-1')
    await session.answer('Type old-2 to remove it', 'no')
    expect(await session.ended).toBe(1)
    const { json } = await runJson(stack, ['delete', 'old-1', 'old-2', '--yes'])
    expect(json.removed.map(({ connection }: { connection: string }) => connection)).toEqual(['old-1', 'old-2'])
    expect(await run(stack, ['restore', 'old-1', 'old-3'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('The nearest known name is old-'),
    })
    expect((await runJson(stack, ['restore', 'old-1', 'old-2'])).json.restored).toMatchObject([
      { connection: 'old-1', status: 'healthy' },
      { connection: 'old-2', status: 'healthy' },
    ])
  })

  it('of what is not removed restores nothing, and is no error', async () => {
    expect(await run(stack, ['restore', 'fresh'])).toMatchObject({ status: 0 })
  })

  it.each(['6', '31', 'x'])('takes %s for no recovery window', async (days) => {
    expect(await run(stack, ['remove', 'fresh', '--yes', '--recovery-days', days])).toMatchObject({ status: 2 })
  })
})

describe('client', () => {
  it('list and show tell the expiry of each client secret, and who uses the client', async () => {
    const { json } = await runJson(stack, ['client', 'list'])
    expect(json.clients.map(({ client }: { client: string }) => client)).toContain(stack.clientId)
    const { stdout } = await run(stack, ['client', 'show', stack.clientId])
    expect(stdout).toContain('Client secret   expiry not known')
    expect(stdout).toMatch(/Connections {2}.*fresh \(healthy\)/)
    expect(await run(stack, ['client', 'show', 'unknown'])).toMatchObject({ status: 1 })
  })

  it('set-secret asks without echo, tries the new one and retires the old', async () => {
    const { value } = stack.entra.addClientSecret(stack.clientId)
    const session = onTerminal(stack, ['client', 'set-secret', stack.clientId, '--connection', 'fresh'])
    await session.answer('Client secret (its value)', value)
    await session.answer('It expires on', '2031-05-01')
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('The client secret is accepted and in use; 1 retired.')
    expect(session.written()).not.toContain(value)
    expect((await run(stack, ['client', 'show', stack.clientId])).stdout).toContain('(2031-05-01 00:00Z)')
    expect(stack.logins()).toEqual([])
  })

  it.each(['Client secret (its value)', 'It expires on'])(
    'set-secret stopped by Ctrl-C at "%s" changes nothing',
    async (question) => {
      const session = onTerminal(stack, ['client', 'set-secret', stack.clientId])
      if (question !== 'Client secret (its value)') await session.answer('Client secret (its value)', 'a-value')
      await session.until(question)
      session.type(keys.interrupt)
      expect(await session.ended).toBe(130)
      expect(stack.logins()).toEqual([])
      expect((await run(stack, ['refresh', 'fresh'])).status).toBe(0)
    },
  )

  it('set-secret leaves everything as it was when the new one is refused', async () => {
    const { status, stderr } = await run(stack, ['client', 'set-secret', stack.clientId, '--from-file', '-'], {
      stdin: 'mistyped\n',
    })
    expect(status).toBe(3)
    expect(stderr).toContain('refused: client AADSTS7000215')
    expect(stderr).toContain('The client secret was not changed.')
    expect(stderr).not.toContain('mistyped')
    expect((await run(stack, ['refresh', 'fresh'])).status).toBe(0)
    expect(stack.logins()).toEqual([])
  })

  it('set-secret brings back the connections that an expired one has stopped', async () => {
    const { clientId } = stack.entra.addClient({ tenantId: stack.tenantId, multiTenant: true })
    const { keyId, value } = stack.entra.addClientSecret(clientId)
    await stack.connect('one', { client_id: clientId, client_secret: value })
    await stack.connect('two', { client_id: clientId, client_secret: value })
    stack.entra.removeClientSecret(clientId, keyId)
    expect(await run(stack, ['refresh', 'one', 'two'])).toMatchObject({ status: 3 })
    const { value: next } = stack.entra.addClientSecret(clientId)
    const stdin = `${next}\n`
    const { status, json } = await runJson(stack, ['client', 'set-secret', clientId, '--from-file', '-'], { stdin })
    expect({ status, json }).toMatchObject({ status: 0, json: { tried: 'accepted', refreshed: { refreshed: 1 } } })
    expect((await runJson(stack, ['status', 'two'])).json.status).toBe('healthy')
  })
})

describe('with copies in other Regions', async () => {
  const copied = await startCommandStack({ settings: { replicaRegions: 'us-east-1,eu-west-1' } })

  it('a restored connection says how its copies are made again', async () => {
    await copied.connect('sales')
    expect(await run(copied, ['remove', 'sales', '--yes'])).toMatchObject({ status: 0 })
    const { status, stdout } = await run(copied, ['restore', 'sales'])
    expect(status).toBe(0)
    expect(stdout).toContain(
      'replicate-secret-to-regions --secret-id token-refresher/connections/sales --add-replica-regions Region=us-east-1 Region=eu-west-1',
    )
  })
})
