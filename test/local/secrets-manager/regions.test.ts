// Regions: a request is for the one that it is signed for, and each has secrets of its own.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { expect, onTestFinished, test } from 'vitest'
import { refusal, setUp, unknownSecret } from './setup.ts'

const client = (endpoint: string, region: string, credentials: { accessKeyId: string; secretAccessKey: string }) => {
  const aws = new SecretsManager({ endpoint, region, credentials, maxAttempts: 1 })
  onTestFinished(() => aws.destroy())
  return aws
}

test.each(['us-west-2', 'ap-southeast-1', 'us-gov-east-1'])(
  'a secret that is made in %s is there, and only there',
  async (region) => {
    const { aws, url, credentials, service } = await setUp()
    const there = client(url, region, credentials)
    const { ARN } = await there.createSecret({ Name: 'a', SecretString: 'one' })
    expect(ARN).toMatch(new RegExp(`^arn:aws:secretsmanager:${region}:123456789012:secret:a-\\w{6}$`))
    expect((await there.getSecretValue({ SecretId: ARN })).SecretString).toBe('one')
    expect(await refusal(aws.getSecretValue({ SecretId: 'a' }))).toBe(unknownSecret)
    expect(service.inspect('a')).toBeUndefined()
  },
)

test('each Region is on disk by itself', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'regions-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const first = await setUp({ directory })
  await first.aws.createSecret({ Name: 'a', SecretString: 'home' })
  await client(first.url, 'us-west-2', first.credentials).createSecret({ Name: 'a', SecretString: 'away' })
  const again = await setUp({ directory })
  const away = client(again.url, 'us-west-2', again.credentials)
  expect((await again.aws.getSecretValue({ SecretId: 'a' })).SecretString).toBe('home')
  expect((await away.getSecretValue({ SecretId: 'a' })).SecretString).toBe('away')
})
