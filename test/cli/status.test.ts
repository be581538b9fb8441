// `status`: the table of all connections, one connection in full, and the same again and again.

import { describe, expect, it } from 'vitest'
import { secretName, tags } from '../../lambda/contract.ts'
import { keys, onTerminal, run, runJson } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()
const hour = 3_600_000
const at = (milliseconds: number) => new Date(Date.now() + milliseconds)

describe('without any connection', () => {
  it('says how the first one is made', async () => {
    const { status, stdout } = await run(stack, ['status'])
    expect(status).toBe(0)
    expect(stdout).toContain('Make the first one with: token-refresher bootstrap <connection>')
  })
})

describe('with connections', () => {
  it('shows what needs a person first, with the remedy, and exits with 3', async () => {
    const user = stack.addUser()
    await stack.connect('alive')
    await stack.connect('revoked', { userName: user.userName, password: user.password })
    stack.entra.revokeSessions(user.userName)
    for (let times = 0; times < 2; times++) await stack.invoke('refresh', { connections: ['revoked'], force: true })
    const { status, stdout } = await run(stack, ['status'])
    expect(status).toBe(3)
    const lines = stdout.split('\n')
    expect(lines[1]).toMatch(/^revoked +action-required .*reauthorize AADSTS50173/)
    expect(lines[2]).toMatch(/^alive +healthy +good for \d+ min +dies in 89 days +in \d+ min/)
    expect(stdout).toMatch(
      /reauthorize AADSTS50173 \(grant revoked\) for \d+ s: revoked\n {2}Sign in again .*bootstrap revoked\./,
    )
    expect(stdout).toContain('2 connections: 1 healthy, 1 action-required')
  })

  it('gives programs the same in one document', async () => {
    const { status, json } = await runJson(stack, ['status'])
    expect(status).toBe(3)
    expect(json.connections[0]).toMatchObject({
      connection: 'revoked',
      status: 'action-required',
      reason: {
        class: 'reauthorize',
        code: 'AADSTS50173',
        remedy: expect.stringContaining('run token-refresher bootstrap revoked.'),
        of_client: false,
        failures: 2,
      },
      client: stack.clientId,
    })
  })

  it('shows one in full: client, versions, and the secret that apps read', async () => {
    const { status, stdout } = await run(stack, ['status', 'alive'])
    expect(status).toBe(0)
    expect(stdout).toContain('Apps read      token-refresher/connections/alive')
    expect(stdout).toContain(`Client          ${stack.clientId}`)
    expect(stdout).toContain('Client secret   expiry not known')
    expect(stdout).toMatch(/grant +(now|\d+ s ago) .* AWSCURRENT +[0-9a-f-]{36}/)
    const { json } = await runJson(stack, ['status', 'alive'])
    expect(json.versions.published[0]).toMatchObject({ labels: ['AWSCURRENT'] })
  })

  it('names the command to type for the one that it shows', async () => {
    const { stdout } = await run(stack, ['status', 'revoked'])
    expect(stdout).toMatch(/What to do +Sign in again .*: run token-refresher bootstrap revoked\./)
  })

  it('names the nearest when there is none of that name', async () => {
    const { status, stderr } = await run(stack, ['status', 'aliev'])
    expect(status).toBe(1)
    expect(stderr).toContain('there is no connection aliev')
    expect(stderr).toContain('The nearest known name is alive')
  })

  it('does not break on tags that a person has taken away', async () => {
    await stack.pretend('untagged', {}, { [tags.refreshed]: '', [tags.seal]: '' })
    const { stdout } = await run(stack, ['status'])
    expect(stdout).toMatch(/untagged +unknown/)
  })
})

describe('with two hundred', () => {
  it('shows all, the nearest deadline first, in two calls and a narrow terminal', async () => {
    await Promise.all(
      Array.from({ length: 200 }, (_, number) =>
        stack.pretend(`box-${String(number).padStart(3, '0')}`, {
          refreshed_at: at(-hour),
          expires_at: at(hour + ((number * 37) % 200) * 60_000),
          refresh_by: at(80 * 24 * hour),
        }),
      ),
    )
    const before = stack.secretsManager.calls.get('ListSecrets') ?? 0
    const { json } = await runJson(stack, ['status'])
    // 203 connections and a client, a hundred in each answer.
    expect((stack.secretsManager.calls.get('ListSecrets') ?? 0) - before).toBe(3)
    const boxes = json.connections.filter((one: { connection: string }) => one.connection.startsWith('box-'))
    const ends = boxes.map((one: { expires_at: string }) => one.expires_at)
    expect(boxes).toHaveLength(200)
    expect(ends).toEqual(ends.toSorted())
    const session = onTerminal(stack, ['status'], { columns: 40 })
    await session.ended
    const rows = session.screen().match(/^box-.*$/gm) ?? []
    expect(Math.max(...rows.map((line) => line.length))).toBeLessThanOrEqual(40)
    expect(session.screen()).toContain('A wider terminal shows')
  })

  it('shows every column when the output is a pipe', async () => {
    const { stdout } = await run(stack, ['status'])
    expect(stdout.split('\n')[0]).toMatch(/NEXT ATTEMPT +LAST REFRESH +MODE$/)
  })

  it('keeps in view what comes first, and how many there are, while it is watched', async () => {
    const session = onTerminal(stack, ['status', '--watch', '1'], { rows: 24, columns: 160 })
    await session.until('every 1 s; Ctrl-C ends')
    expect(session.screen()).toMatch(/^Calls go to .*\nCONNECTION .*\nrevoked +action-required/)
    expect(session.screen()).toMatch(/\nand 1\d\d more\n/)
    expect(session.screen()).toContain('203 connections: ')
    expect(session.screen().split('\n').length).toBeLessThan(24)
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
  })
})

describe('a terminal that has no size', () => {
  it('is written to as any other', async () => {
    const session = onTerminal(stack, ['status', 'alive'], { columns: 0 })
    expect(await session.ended).toBe(0)
    expect(session.written()).toContain('Apps read')
  })
})

describe('--watch', () => {
  it('draws again until Ctrl-C', async () => {
    const session = onTerminal(stack, ['status', 'alive', '--watch', '1'])
    await session.until('every 1 s; Ctrl-C ends')
    const name = secretName('token-refresher', 'grants', 'alive')
    const { TagResourceCommand } = await import('@aws-sdk/client-secrets-manager')
    await stack.aws.send(new TagResourceCommand({ SecretId: name, Tags: [{ Key: tags.paused, Value: 'now' }] }))
    await session.until(/Status +paused/)
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
  })

  it('goes on when AWS does not answer for a while', async () => {
    const session = onTerminal(stack, ['status', 'alive', '--watch', '1'])
    await session.until('every 1 s; Ctrl-C ends')
    const refused = { status: 400, body: '{"__type":"InternalServiceError","message":"not now"}' }
    stack.faults.aws = () => ({ kind: 'answer', answer: refused })
    await session.until('InternalServiceError: not now')
    stack.faults.aws = undefined
    await expect.poll(() => session.screen(), { timeout: 10_000 }).not.toContain('not now')
    expect(session.screen()).toMatch(/Status +paused/)
    session.type(keys.interrupt)
    expect(await session.ended).toBe(130)
  })

  it('is refused where nothing can be drawn', async () => {
    expect(await run(stack, ['status', '--watch'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('needs a terminal'),
    })
  })
})
