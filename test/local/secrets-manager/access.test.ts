// What the service asks the authorize hook, and what a refusal looks like.

import { describe, expect, test } from 'vitest'
import type { AccessRequest } from '../../../local/secrets-manager/service.ts'
import { refusal, setUp, token } from './setup.ts'

const message = 'User: me is not authorized to perform: it'

/** Refuses the actions named, and remembers what it was asked. */
const guarded = async () => {
  const asked: AccessRequest[] = []
  const refused = new Set<string>()
  const authorize = (request: AccessRequest) => {
    asked.push(request)
    return refused.has(request.action) ? message : undefined
  }
  const running = await setUp({ authorize })
  const { ARN = '' } = await running.aws.createSecret({
    Name: 'x',
    SecretString: 'one',
    KmsKeyId: 'the-key',
    Tags: [{ Key: 'team', Value: 'blue' }],
    ClientRequestToken: token(1),
  })
  const created = asked.splice(0)
  const questions = () =>
    asked.splice(0).map(({ action, resource }) => [action.replace('secretsmanager:', ''), resource])
  return { ...running, ARN, asked, refused, created, questions }
}

const key = 'the-key'
const read = ['kms:Decrypt', key]
const write = [['kms:GenerateDataKey', key], read]

describe('the questions', () => {
  test('of CreateSecret are about the ARN that the secret gets', async () => {
    const { created, ARN, credentials } = await guarded()
    expect(created.map(({ action, resource }) => [action, resource])).toEqual([
      ['secretsmanager:CreateSecret', ARN],
      ['secretsmanager:TagResource', ARN],
      ...write,
    ])
    expect(created[0]).toMatchObject({
      principal: { accessKeyId: credentials.accessKeyId },
      context: {
        'secretsmanager:Name': 'x',
        'secretsmanager:KmsKeyId': key,
        'aws:RequestTag/team': 'blue',
        'aws:TagKeys': ['team'],
      },
    })
    expect(created[3]?.context).toMatchObject({
      'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com',
      'kms:EncryptionContext:SecretARN': ARN,
    })
  })

  test('of the other operations', async () => {
    const { aws, ARN, questions } = await guarded()
    await aws.getSecretValue({ SecretId: 'x' })
    expect(questions()).toEqual([['GetSecretValue', ARN], read])
    await aws.putSecretValue({ SecretId: 'x', SecretString: 'two' })
    expect(questions()).toEqual([['PutSecretValue', ARN], ...write])
    await aws.updateSecret({ SecretId: 'x', SecretString: 'three' })
    expect(questions()).toEqual([['UpdateSecret', ARN], ...write])
    await aws.updateSecret({ SecretId: 'x', Description: 'd' })
    expect(questions()).toEqual([['UpdateSecret', ARN]])
    await aws.describeSecret({ SecretId: ARN })
    await aws.listSecretVersionIds({ SecretId: 'x' })
    expect(questions()).toEqual([
      ['DescribeSecret', ARN],
      ['ListSecretVersionIds', ARN],
    ])
    await aws.listSecrets({})
    await aws.getRandomPassword({})
    expect(questions()).toEqual([
      ['ListSecrets', '*'],
      ['GetRandomPassword', '*'],
    ])
    await aws.batchGetSecretValue({ SecretIdList: ['x'] })
    expect(questions()).toEqual([['BatchGetSecretValue', '*'], ['GetSecretValue', ARN], read])
    await aws.batchGetSecretValue({ Filters: [{ Key: 'name', Values: ['x'] }] })
    expect(questions()).toEqual([['BatchGetSecretValue', '*'], ['ListSecrets', '*'], ['GetSecretValue', ARN], read])
  })

  test('carry what the request says and how the secret is tagged', async () => {
    const { aws, ARN, asked } = await guarded()
    await aws.getSecretValue({ SecretId: 'x', VersionStage: 'AWSCURRENT', VersionId: token(1) })
    expect(asked.shift()?.context).toEqual({
      'secretsmanager:SecretId': ARN,
      'secretsmanager:ResourceTag/team': 'blue',
      'aws:ResourceTag/team': 'blue',
      'secretsmanager:VersionStage': 'AWSCURRENT',
      'secretsmanager:VersionId': token(1),
    })
    await aws.deleteSecret({ SecretId: 'x', ForceDeleteWithoutRecovery: true })
    expect(asked.pop()?.context).toMatchObject({ 'secretsmanager:ForceDeleteWithoutRecovery': 'true' })
  })

  test('about a secret that is not there name it without a suffix', async () => {
    const { aws, questions } = await guarded()
    await refusal(aws.getSecretValue({ SecretId: 'none' }))
    expect(questions()).toEqual([['GetSecretValue', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:none']])
  })
})

describe('a refusal', () => {
  test.each(['secretsmanager:PutSecretValue', 'kms:GenerateDataKey', 'kms:Decrypt'])(
    'of %s is an AccessDeniedException, and nothing is written',
    async (action) => {
      const { aws, service, refused } = await guarded()
      refused.add(action)
      const before = service.inspect('x')
      const put = aws.putSecretValue({ SecretId: 'x', SecretString: 'two' })
      await expect(put).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message,
        $metadata: { httpStatusCode: 400 },
      })
      expect(service.inspect('x')).toBe(before)
    },
  )

  test('within a batch goes to its errors, and of the batch itself to the caller', async () => {
    const { aws, refused } = await guarded()
    refused.add('secretsmanager:GetSecretValue')
    const { SecretValues, Errors } = await aws.batchGetSecretValue({ SecretIdList: ['x'] })
    expect(SecretValues).toEqual([])
    expect(Errors).toEqual([{ SecretId: 'x', ErrorCode: 'AccessDeniedException', Message: message }])
    refused.add('secretsmanager:BatchGetSecretValue')
    expect(await refusal(aws.batchGetSecretValue({ SecretIdList: ['x'] }))).toBe(`AccessDeniedException: ${message}`)
  })

  test('hides whether a secret is there', async () => {
    const { aws, refused } = await guarded()
    refused.add('secretsmanager:DescribeSecret')
    expect(await refusal(aws.describeSecret({ SecretId: 'none' }))).toBe(`AccessDeniedException: ${message}`)
  })
})
