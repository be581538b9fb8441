// What is in the way before anything is done: no credentials, no Region, no deployment, a permission that is missing.

import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { type Ended, run } from './support/command.ts'
import { startCommandStack } from './support/stack.ts'

/** What the commands need but for `doctor`, whose checks name theirs: docs/security.md. */
const operator = {
  list: 'secretsmanager:ListSecrets',
  describe: 'secretsmanager:DescribeSecret',
  versions: 'secretsmanager:ListSecretVersionIds',
  create: 'secretsmanager:CreateSecret',
  remove: 'secretsmanager:DeleteSecret',
  restore: 'secretsmanager:RestoreSecret',
  tag: 'secretsmanager:TagResource',
  untag: 'secretsmanager:UntagResource',
  read: 'secretsmanager:GetSecretValue',
  invoke: 'lambda:InvokeFunction',
}

const policyWithout = (action: string) => ({
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: action, Resource: '*' },
  ],
})

const cases: readonly (readonly [action: string, commands: readonly (readonly string[])[]])[] = [
  [operator.list, [['status'], ['client', 'list']]],
  [
    operator.describe,
    [
      ['status', 'a'],
      ['refresh', 'a'],
      ['pause', 'a'],
    ],
  ],
  [operator.versions, [['status', 'a']]],
  [operator.create, [['bootstrap', 'b', '--from-file', '-']]],
  [operator.remove, [['remove', 'a', '--yes']]],
  [operator.restore, [['restore', 'removed']]],
  [operator.tag, [['pause', 'a']]],
  [operator.untag, [['resume', 'a']]],
  [operator.read, [['token', 'a']]],
  [
    operator.invoke,
    [
      ['refresh', 'a'],
      ['bootstrap', 'b', '--from-file', '-'],
    ],
  ],
]

describe('without the permission', async () => {
  const stack = await startCommandStack()

  it.each(cases)('%s, every command that needs it names it, and leaves no login behind', async (action, commands) => {
    stack.allow(policyWithout(action))
    // Connections of its own: what the permission before has left is of no concern.
    const own = (name: string): string => `${name}-of-${action.replace(/.*:/, '').toLowerCase()}`
    await stack.pretend(own('a'), { client_id: stack.clientId })
    await stack.pretend(own('removed'))
    const SecretId = `token-refresher/grants/${own('removed')}`
    await stack.aws.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }))
    for (const words of commands) {
      const command = words.map((word) => (['a', 'b', 'removed'].includes(word) ? own(word) : word))
      const stdin = JSON.stringify(stack.login(stack.addUser()))
      const ended: Ended = await run(stack, command, { stdin })
      expect({ command, ...ended }).toMatchObject({
        command,
        status: 1,
        stdout: '',
        stderr: expect.stringContaining(`not permitted: ${action}`),
      })
      expect(stack.logins()).toEqual([])
    }
  })
})

describe('without any permission to delete a login', async () => {
  const stack = await startCommandStack({ operatorPolicy: policyWithout(operator.remove) })

  it('a bootstrap that succeeds needs none', async () => {
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    expect(await run(stack, ['bootstrap', 'a', '--from-file', '-'], { stdin })).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^Calls go to \S+ and not to AWS.*\n$/),
    })
    expect(stack.logins()).toEqual([])
  })

  it('one that fails before the function has it tells which login lies there, and what to type', async () => {
    stack.faults.aws = ({ path }) =>
      path.includes('/invocations')
        ? { kind: 'answer', answer: { status: 503, body: '{"message":"not now"}' } }
        : undefined
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    const { status, stderr } = await run(stack, ['bootstrap', 'a', '--yes', '--from-file', '-'], { stdin })
    stack.faults.aws = undefined
    const [left = ''] = stack.logins()
    expect(left).toMatch(/^token-refresher\/logins\/a-[0-9a-f]{16}$/)
    expect(status).toBe(1)
    expect(stderr).toContain(`delete-secret --force-delete-without-recovery --secret-id ${left}`)
  })
})

describe('the surroundings', async () => {
  const stack = await startCommandStack()

  it('a deployment of another prefix is not there', async () => {
    const stdin = JSON.stringify(stack.login(stack.addUser()))
    const { status, stderr } = await run(stack, ['--prefix', 'other', 'bootstrap', 'a', '--from-file', '-'], { stdin })
    expect(status).toBe(1)
    expect(stderr).toContain('there is no function other-bootstrap in eu-central-1')
    expect(stderr).toContain('--region, --profile or --prefix')
    expect(stack.secretsManager.namesUnder('other/')).toEqual([])
  })

  it.each([
    ['no credentials', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'no AWS credentials were found'],
    ['no Region', { AWS_REGION: '' }, 'no AWS Region is set'],
    ['something that is no Region', { AWS_REGION: 'a b' }, '"a b" is not an AWS Region'],
    ['no way to AWS', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'AWS cannot be reached'],
  ])('%s is reported with what to do', async (_, environment, message) => {
    const more = { ...environment, AWS_EC2_METADATA_DISABLED: 'true' }
    const { status, stderr } = await run(stack, ['status'], { environment: more })
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining(message) })
  })

  it.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['statsu'], '(Did you mean status?)'],
    [['pause'], "missing required argument 'connection'"],
    [['refresh'], 'Give their names, or --all.'],
    [['status', '--colour'], "unknown option '--colour'"],
    [['--prefix', 'a/b', 'status'], '"a/b" cannot be a prefix'],
    [['bootstrap', 'a', '--password', 'x'], "unknown option '--password'"],
  ])('%j is wrong usage', async (args, message) => {
    const { status, stdout, stderr } = await run(stack, args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('--profile counts, regardless of what the environment holds, and the SDK does not warn of it', async () => {
    const environment = { AWS_EC2_METADATA_DISABLED: 'true' }
    const { status, stderr } = await run(stack, ['--profile', 'nope', 'status'], { environment })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^token-refresher: no AWS credentials were found\n.*list-profiles shows them\.\n$/)
  })

  it.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['client'], 'no command was given'],
  ])('%j is wrong usage for programs too', async (args, message) => {
    const { status, stdout, stderr } = await run(stack, [...args, '--json'])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(JSON.parse(stderr).error.message).toContain(message)
  })

  it('with --json, an error is one JSON document on standard error', async () => {
    const { status, stdout, stderr } = await run(stack, ['status', 'unknown', '--json'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ConnectionNotFound' } })
  })
})
