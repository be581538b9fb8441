// `refresh` and `set`: what came of each connection, what to do, and waiting for what may pass.

import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encodeClaim } from '../../lambda/core/secrets/claim.ts'
import { claimVersionId } from '../../lambda/core/secrets/version-id.ts'
import { claimLabel } from '../../lambda/usecases/secrets/claim.ts'
import { onTerminal, run, runJson } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

const stack = await startCommandStack()

/** Secrets Manager lets the functions write no grant; how often is counted. */
const refuseWrites = (times = Number.POSITIVE_INFINITY): void => {
  let left = times
  stack.faults.aws = ({ headers, body }) => {
    const isCommit = headers['x-amz-target'] === 'secretsmanager.PutSecretValue' && body.includes('/grants/')
    if (!isCommit || left-- <= 0) return undefined
    return { kind: 'answer', answer: { status: 400, body: '{"__type":"AccessDeniedException","message":"no"}' } }
  }
  onTestFinished(() => {
    stack.faults.aws = undefined
  })
}

/** What a run leaves behind that has died between claim and commit. */
const leaveClaim = async (connection: string, until: Date): Promise<void> => {
  const SecretId = `token-refresher/grants/${connection}`
  const { VersionId = '' } = await stack.aws.send(new GetSecretValueCommand({ SecretId }))
  await stack.aws.send(
    new PutSecretValueCommand({
      SecretId,
      ClientRequestToken: claimVersionId(VersionId, 0),
      SecretString: encodeClaim('drawn', until).reveal(),
      VersionStages: [claimLabel],
    }),
  )
}

describe('refresh', () => {
  it('says class, reason and remedy of a failure of the store, which no status shows', async () => {
    await stack.connect('denied')
    refuseWrites()
    const { status, stdout } = await run(stack, ['refresh', 'denied'])
    expect(status).toBe(1)
    expect(stdout).toContain('0 refreshed, 1 failed')
    expect(stdout).toMatch(/store AccessDeniedException \(a policy of IAM, .*\) for 0 s: denied\n {2}Allow the role /)
    expect(stdout).toContain('Then run token-refresher refresh denied.')
    const { json } = await runJson(stack, ['refresh', 'denied'])
    expect(json).toMatchObject({
      failed: { store: 1 },
      outcomes: [{ connection: 'denied', outcome: 'failed', class: 'store', code: 'AccessDeniedException' }],
    })
  })

  it('--all takes every connection that is not paused', async () => {
    await stack.connect('awake')
    await stack.connect('asleep')
    await run(stack, ['pause', 'asleep'])
    const { status, json } = await runJson(stack, ['refresh', '--all'])
    expect(status).toBe(0)
    const names = json.outcomes.map(({ connection }: { connection: string }) => connection)
    expect(names).toContain('awake')
    expect(names).not.toContain('asleep')
    expect(await run(stack, ['refresh', '--all', 'awake'])).toMatchObject({ status: 2 })
    expect(await run(stack, ['refresh'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--all') })
  })

  it('exits with 1 while another run holds the refresh token, and says until when', async () => {
    await stack.connect('single', { rotation: 'single-use' })
    await leaveClaim('single', new Date(Date.now() + 4 * 60_000))
    const { status, stdout } = await run(stack, ['refresh', 'single'])
    expect(status).toBe(1)
    expect(stdout).toContain('0 refreshed, 1 held by another run')
    expect(stdout).toMatch(/single: another run holds its refresh token until \d{4}-\d\d-\d\d .*Z \(in \d+ .*\)/)
    expect(stdout).toContain('token-refresher refresh single --wait')
  })

  it('--wait waits for the end of such a claim, and no longer', async () => {
    await stack.connect('waiting', { rotation: 'single-use' })
    await leaveClaim('waiting', new Date(Date.now() + 5000))
    const { status, json } = await runJson(stack, ['refresh', 'waiting', '--wait'])
    expect({ status, json }).toMatchObject({ status: 0, json: { refreshed: 1, held: 0 } })
  })

  it('--wait tries again until what was in the way has passed', async () => {
    await stack.connect('patient')
    refuseWrites(1)
    const session = onTerminal(stack, ['refresh', 'patient', '--wait', '1'])
    await session.until('Waiting for patient')
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('1 refreshed')
  })

  it('--wait ends when the time is over, with what is in the way', async () => {
    await stack.connect('impatient')
    refuseWrites()
    const { status, stdout } = await run(stack, ['refresh', 'impatient', '--wait', '0.1'])
    expect(status).toBe(1)
    expect(stdout).toContain('store AccessDeniedException')
  })

  it.each(['0', '-1', 'x', '1441'])('--wait %s is wrong usage', async (minutes) => {
    expect(await run(stack, ['refresh', 'patient', '--wait', minutes])).toMatchObject({ status: 2 })
  })
})

describe('set', () => {
  it('changes mode and what apps read without a sign-in', async () => {
    await stack.connect('changed')
    const passwords = stack.entra.requests.get('password')
    const { status, stdout } = await run(stack, [
      'set',
      'changed',
      '--mode',
      'keep-alive',
      '--publish',
      'connection_values',
    ])
    expect(status).toBe(0)
    expect(stdout).toContain('Set: mode keep-alive, publish connection_values.\n1 refreshed')
    expect((await runJson(stack, ['status', 'changed'])).json.mode).toBe('keep-alive')
    const SecretId = 'token-refresher/connections/changed'
    const { SecretString = '' } = await stack.aws.send(new GetSecretValueCommand({ SecretId }))
    expect(Object.keys(JSON.parse(SecretString))).toContain('refresh_token')
    expect(stack.entra.requests.get('password')).toBe(passwords)
  })

  it('needs something to set, and knows what can be set', async () => {
    expect(await run(stack, ['set', 'changed'])).toMatchObject({ status: 2 })
    expect(await run(stack, ['set', 'changed', '--mode', 'frsh'])).toMatchObject({ status: 2 })
    expect(await run(stack, ['set', 'chnged', '--mode', 'fresh'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('The nearest known name is changed'),
    })
  })

  it('of a mode that the provider does not allow is refused, with what to do', async () => {
    stack.entra.shapeNext((answer) => ({
      ...answer,
      body: JSON.stringify({ ...JSON.parse(String(answer.body)), expires_in: 1200 }),
    }))
    await stack.connect('short', { mode: 'keep-alive' })
    const { status, stdout } = await run(stack, ['set', 'short', '--mode', 'fresh'])
    expect(status).toBe(3)
    expect(stdout).toContain('Nothing is changed for a connection that was not refreshed.')
    expect(stdout).toContain('request lifetime_too_short')
  })
})

describe('another name', () => {
  it.each([
    [['list'], /CONNECTION/],
    [['login', '--help'], /bootstrap\|login/],
    [['delete', '--help'], /remove\|delete/],
  ])('%j is understood', async (args, shown) => {
    const { status, stdout } = await run(stack, args)
    expect(status).toBe(0)
    expect(stdout).toMatch(shown)
  })

  it.each([
    ['stats', 'Did you mean status?'],
    ['remov', 'Did you mean remove?'],
  ])('%s is suggested', async (typed, suggestion) => {
    const { status, stderr } = await run(stack, [typed])
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(suggestion) })
  })

  it.each(['nope', 'kubectl', 'x'])('nothing is suggested for %s', async (typed) => {
    const { status, stderr } = await run(stack, [typed])
    expect(status).toBe(2)
    expect(stderr).not.toContain('Did you mean')
  })
})
