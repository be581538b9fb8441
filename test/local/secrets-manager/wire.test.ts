// The protocol as it is on the wire, without an SDK, and the data on disk.

import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { day, forDeletion, refusal, setUp, start, token } from './setup.ts'

const post = async (url: string, target: string, body: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, ...headers },
    body,
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}

describe('the wire', () => {
  test('has times in epoch seconds with a fraction, bytes in base64, and a request id', async () => {
    const { url } = await setUp()
    const create = { Name: 'x', SecretBinary: 'AP8=', ClientRequestToken: token(1) }
    await post(url, 'secretsmanager.CreateSecret', JSON.stringify(create))
    const { status, headers, body } = await post(url, 'secretsmanager.GetSecretValue', '{"SecretId":"x"}')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/x-amz-json-1.1')
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
    expect(body).toEqual({
      ARN: expect.any(String),
      Name: 'x',
      VersionId: token(1),
      SecretBinary: 'AP8=',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: Date.parse(start) / 1000,
    })
  })

  test.each([
    [
      'secretsmanager.GetSecretValue',
      '{"SecretId":"x"}',
      { __type: 'ResourceNotFoundException', Message: "Secrets Manager can't find the specified secret." },
    ],
    [
      'secretsmanager.CreateSecret',
      '{"Name":"x","SecretString":"s"}',
      {
        __type: 'InvalidRequestException',
        Message: 'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
      },
    ],
    [
      'secretsmanager.GetSecretValue',
      '{}',
      {
        __type: 'ValidationException',
        message:
          "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null",
      },
    ],
    [
      'secretsmanager.GetSecretValue',
      '{"SecretId":7}',
      { __type: 'SerializationException', message: 'NUMBER_VALUE can not be converted to a String' },
    ],
    [
      'secretsmanager.CreateSecret',
      `{"Name":"x","SecretBinary":"?","ClientRequestToken":"${token(1)}"}`,
      { __type: 'SerializationException', message: 'SecretBinary is not valid base64.' },
    ],
    [
      'secretsmanager.GetSecretValue',
      '{"SecretId":',
      { __type: 'SerializationException', message: 'The request body is not valid JSON.' },
    ],
    [
      'secretsmanager.GetSecretValue',
      '[]',
      { __type: 'SerializationException', message: 'Start of structure or map expected.' },
    ],
    ['secretsmanager.Unknown', '{}', { __type: 'UnknownOperationException' }],
    ['secretsmanager.constructor', '{}', { __type: 'UnknownOperationException' }],
    ['kms.Decrypt', '{}', { __type: 'UnknownOperationException' }],
  ])('%s %s is refused', async (target, request, expected) => {
    const { url } = await setUp()
    const { status, headers, body } = await post(url, target, request)
    expect(status).toBe(400)
    expect(headers.get('x-amzn-errortype')).toBe(expected.__type)
    expect(body).toEqual(expected)
  })

  test('names the caller by the credential of its signature, and anonymous without one', async () => {
    const callers: string[] = []
    const { url } = await setUp({ authorize: ({ principal }) => void callers.push(principal.accessKeyId) })
    const id = randomUUID()
    const authorization = `AWS4-HMAC-SHA256 Credential=${id}/20261123/eu-central-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0`
    await post(url, 'secretsmanager.ListSecrets', '{}', { authorization })
    await post(url, 'secretsmanager.ListSecrets', '{}')
    expect(callers).toEqual([id, 'anonymous'])
  })

  test('counts the calls of each operation, refused ones too', async () => {
    const { aws, service } = await setUp()
    await aws.listSecrets({})
    await refusal(aws.getSecretValue({ SecretId: 'x' }))
    await refusal(aws.getSecretValue({ SecretId: 'x' }))
    expect(Object.fromEntries(service.calls)).toEqual({ ListSecrets: 1, GetSecretValue: 2 })
  })

  test('the account is as configured, and the Region is the one that the request is signed for', async () => {
    const { aws } = await setUp({ region: 'us-west-2', accountId: '210987654321' })
    const { ARN } = await aws.createSecret({ Name: 'x' })
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:210987654321:secret:x-/)
  })
})

describe('on disk', () => {
  const temporary = () => {
    const directory = mkdtempSync(join(tmpdir(), 'secrets-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    return directory
  }

  test('everything is there again after a restart', async () => {
    const directory = temporary()
    const { aws, service, clock } = await setUp({ directory })
    const tags = [{ Key: 'k', Value: 'v' }]
    await aws.createSecret({ Name: 'a/b', Description: 'd', KmsKeyId: 'k', Tags: tags, SecretString: 'one' })
    await aws.putSecretValue({ SecretId: 'a/b', SecretBinary: Uint8Array.of(1), VersionStages: ['label'] })
    await aws.getSecretValue({ SecretId: 'a/b' })
    await aws.createSecret({ Name: 'A/B' })
    await aws.deleteSecret({ SecretId: 'A/B', RecoveryWindowInDays: 7 })
    await aws.createSecret({ Name: 'gone' })
    await aws.deleteSecret({ SecretId: 'gone', ForceDeleteWithoutRecovery: true })

    const again = await setUp({ directory, clock, listingLagMilliseconds: day })
    for (const name of ['a/b', 'A/B', 'gone']) expect(again.service.inspect(name)).toEqual(service.inspect(name))
    expect(await refusal(again.aws.getSecretValue({ SecretId: 'A/B' }))).toBe(forDeletion)
    const { SecretList } = await again.aws.listSecrets({ IncludePlannedDeletion: true })
    expect(SecretList?.map(({ Name }) => Name)).toEqual(['a/b', 'A/B'])
  })

  test('a secret is one file that only its owner can read', async () => {
    const directory = temporary()
    const { aws } = await setUp({ directory })
    await aws.createSecret({ Name: `long/${'n'.repeat(500)}`, SecretString: 'one' })
    await aws.createSecret({ Name: 'x', SecretString: 'one' })
    await aws.putSecretValue({ SecretId: 'x', SecretString: 'two' })
    const files = readdirSync(directory)
    expect(files).toHaveLength(2)
    for (const file of files) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600)
  })

  test('a file of another format is refused with its name', async () => {
    const directory = temporary()
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(directory, 'other.json'), '{}')
    await expect(setUp({ directory })).rejects.toThrow(/other\.json" is not a secret of this version/)
  })
})
