// What an app may read: the current version of one published secret, by any SDK, and no older version.

import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager'
import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { afterAll, describe, expect, type TestContext, test } from 'vitest'
import { secretsManagerClient } from '../../lambda/adapters/secrets-manager.ts'
import { TokenRefresher } from '../../lib/token-refresher.ts'
import { realClock } from '../../local/clock.ts'
import { authorizer } from '../../local/iam/authorizer.ts'
import { resolver } from '../../local/iam/intrinsics.ts'
import { defaultPlace } from '../../local/iam/role.ts'
import { readStatements } from '../../local/iam/statement.ts'
import { readTemplate, resourcesOf } from '../../local/iam/template.ts'
import { startServices } from '../../local/services.ts'
import { app, code } from '../lib/support.ts'

const { region, accountId } = defaultPlace
const SecretId = 'token-refresher/connections/sales-mailbox'
const run = promisify(execFile)

/** What `grantRead` gives a role, as it is deployed. */
const granted = (): unknown => {
  const stack = new Stack(app(), 'Mail', { env: { region, account: accountId } })
  const role = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  new TokenRefresher(stack, 'TokenRefresher', { code }).connection('sales-mailbox').grantRead(role)
  const template = readTemplate(Template.fromStack(stack).toJSON())
  const [, policy] = resourcesOf(template, 'AWS::IAM::Policy').find(([id]) => id.startsWith('Reader')) ?? []
  return resolver(template, defaultPlace)(policy?.Properties.PolicyDocument)
}

/** What the guide tells operators to write. */
const documented = (): unknown => {
  const guide = readFileSync(new URL('../../docs/guides/reading-tokens.md', import.meta.url), 'utf8')
  const [, policy = ''] = /```json\n([\s\S]*?)\n```/.exec(guide) ?? []
  return JSON.parse(policy.replaceAll('<region>', region).replaceAll('<account>', accountId))
}

const batch = { Statement: [{ Effect: 'Allow', Action: 'secretsmanager:BatchGetSecretValue', Resource: '*' }] }

const principal = (name: string, ...policies: readonly unknown[]) => ({
  roleArn: `arn:aws:iam::${accountId}:role/${name}`,
  statements: policies.flatMap(readStatements),
})
const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

/** Two versions: an older one that published more than the current one does. */
const start = async (policy: unknown) => {
  const principals = new Map([
    ['reader', principal('reader', policy, batch)],
    ['writer', principal('writer', everything)],
  ])
  const services = await startServices({
    clock: realClock,
    authorize: authorizer({ principals, keyPolicies: new Map() }),
  })
  const clientOf = (accessKeyId: string) =>
    secretsManagerClient({
      endpoint: services.awsUrl,
      region,
      credentials: { accessKeyId, secretAccessKey: randomUUID() },
    })
  const [reader, writer] = [clientOf('reader'), clientOf('writer')]
  const older = await writer.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'refresh token' }))
  const current = await writer.send(new PutSecretValueCommand({ SecretId, SecretString: 'access token' }))
  await writer.send(new CreateSecretCommand({ Name: 'token-refresher/connections/other', SecretString: 'other' }))
  afterAll(async () => {
    reader.destroy()
    writer.destroy()
    await services.close()
  })
  const environment = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: services.awsUrl,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'reader',
    AWS_SECRET_ACCESS_KEY: randomUUID(),
    AWS_CONFIG_FILE: '/dev/null',
  }
  return { reader, older: older.VersionId, current: current.VersionId, environment }
}

/** Printed: a reader that was not tried is not known to work. */
const skipWithout = (context: TestContext, tool: string, ...probe: readonly string[]): void => {
  if (spawnSync(tool, probe).status === 0) return
  process.stderr.write(`skipped: ${context.task.name}: ${tool} ${probe.join(' ')} failed\n`)
  context.skip(`there is no ${tool} for it`)
}

describe.each([
  ['grantRead', granted()],
  ['the policy of the guide', documented()],
])('%s', async (_, policy) => {
  const { reader, older, current, environment } = await start(policy)
  const read = async (input: Partial<GetSecretValueCommandInput>) =>
    (await reader.send(new GetSecretValueCommand({ SecretId, ...input }))).SecretString

  test('lets the current version be read, with the stage named and without', async () => {
    expect(await read({})).toBe('access token')
    expect(await read({ VersionStage: 'AWSCURRENT' })).toBe('access token')
  })

  test.each<[string, Partial<GetSecretValueCommandInput>]>([
    ['the previous version by its stage', { VersionStage: 'AWSPREVIOUS' }],
    ['the previous version by its id', { VersionId: older }],
    ['the previous version by id and stage', { VersionId: older, VersionStage: 'AWSPREVIOUS' }],
    ['the previous version by its id, as if it were the current one', { VersionId: older, VersionStage: 'AWSCURRENT' }],
    ['the current version by its id', { VersionId: current }],
    ['a stage that another tool has set', { VersionStage: 'AWSPENDING' }],
    ['another connection', { SecretId: 'token-refresher/connections/other' }],
  ])('denies %s', async (_, input) => {
    await expect(read(input)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('lets BatchGetSecretValue read the current version of this secret alone', async () => {
    const SecretIdList = [SecretId, 'token-refresher/connections/other']
    const answer = await reader.send(new BatchGetSecretValueCommand({ SecretIdList }))
    expect(answer.SecretValues?.map(({ SecretString }) => SecretString)).toEqual(['access token'])
    expect(answer.Errors).toMatchObject([{ ErrorCode: 'AccessDeniedException' }])
  })

  test('lets boto3 read without a stage, and no older version', async (context) => {
    skipWithout(context, 'python3', '-c', 'import boto3')
    const program = `
import sys, boto3
client = boto3.client("secretsmanager")
print(client.get_secret_value(SecretId="${SecretId}")["SecretString"])
for older in ({"VersionId": "${older}"}, {"VersionStage": "AWSPREVIOUS"}):
    try:
        client.get_secret_value(SecretId="${SecretId}", **older)
        print("read")
    except client.exceptions.ClientError as error:
        print(error.response["Error"]["Code"])`
    const { stdout } = await run('python3', ['-c', program], { env: environment })
    expect(stdout.trim().split('\n')).toEqual(['access token', 'AccessDeniedException', 'AccessDeniedException'])
  })

  test('lets the AWS CLI read without a stage, and no older version', async (context) => {
    skipWithout(context, 'aws', '--version')
    const command = ['secretsmanager', 'get-secret-value', '--secret-id', SecretId, '--output', 'text']
    const { stdout } = await run('aws', [...command, '--query', 'SecretString'], { env: environment })
    expect(stdout.trim()).toBe('access token')
    for (const older_ of [
      ['--version-id', older ?? ''],
      ['--version-stage', 'AWSPREVIOUS'],
    ]) {
      await expect(run('aws', [...command, ...older_], { env: environment })).rejects.toMatchObject({
        stderr: expect.stringContaining('AccessDenied'),
      })
    }
  })
})
