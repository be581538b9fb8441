// Regions: a request is for the one that it is signed for, and each has secrets of its own.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { describe, expect, onTestFinished, test } from 'vitest'
import { refusal, setUp, token, unknownSecret } from './setup.ts'

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

describe('a secret with a copy in another Region', () => {
  const away = 'us-west-2'
  const setUpWithCopy = async () => {
    const { aws, url, credentials } = await setUp()
    const there = client(url, away, credentials)
    const { ARN = '' } = await aws.createSecret({
      Name: 'a',
      SecretString: 'one',
      ClientRequestToken: token(1),
      Tags: [{ Key: 'team', Value: 'mail' }],
      AddReplicaRegions: [{ Region: away }],
    })
    return { aws, there, arn: ARN, copy: ARN.replace('eu-central-1', away) }
  }
  const onReplica =
    "InvalidParameterException: Operation not permitted on a replica secret. Call must be made in primary secret's region."

  test('is read there under the same ARN but for the Region, with its tags, and follows each change', async () => {
    const { aws, there, copy } = await setUpWithCopy()
    await aws.putSecretValue({ SecretId: 'a', SecretString: 'two', ClientRequestToken: token(2) })
    expect(await there.getSecretValue({ SecretId: copy })).toMatchObject({ SecretString: 'two', VersionId: token(2) })
    expect((await there.listSecrets()).SecretList).toMatchObject([
      { ARN: copy, PrimaryRegion: 'eu-central-1', Tags: [{ Key: 'team', Value: 'mail' }] },
    ])
    expect((await aws.describeSecret({ SecretId: 'a' })).ReplicationStatus).toMatchObject([
      { Region: away, Status: 'InSync' },
    ])
  })

  test('is changed in its own Region alone', async () => {
    const { there } = await setUpWithCopy()
    expect(await refusal(there.putSecretValue({ SecretId: 'a', SecretString: 'two' }))).toBe(onReplica)
    expect(await refusal(there.tagResource({ SecretId: 'a', Tags: [{ Key: 'b', Value: 'c' }] }))).toBe(onReplica)
    expect(await refusal(there.deleteSecret({ SecretId: 'a' }))).toBe(onReplica)
  })

  test.each([{}, { ForceDeleteWithoutRecovery: true }])('is deleted after its copies: %j', async (how) => {
    const { aws, there, arn } = await setUpWithCopy()
    expect(await refusal(aws.deleteSecret({ SecretId: 'a', ...how }))).toBe(
      `InvalidParameterException: You can't delete secret ${arn} that still has replica regions [${away}].`,
    )
    await aws.removeRegionsFromReplication({ SecretId: 'a', RemoveReplicaRegions: [away] })
    expect(await refusal(there.getSecretValue({ SecretId: 'a' }))).toBe(unknownSecret)
    expect((await aws.deleteSecret({ SecretId: 'a', ...how })).Name).toBe('a')
  })

  test('leaves a secret of its own there once it is promoted', async () => {
    const { aws, there, copy } = await setUpWithCopy()
    expect(await there.stopReplicationToReplica({ SecretId: 'a' })).toMatchObject({ ARN: copy })
    await there.putSecretValue({ SecretId: 'a', SecretString: 'away' })
    await aws.putSecretValue({ SecretId: 'a', SecretString: 'home' })
    expect((await there.getSecretValue({ SecretId: copy })).SecretString).toBe('away')
    expect((await aws.getSecretValue({ SecretId: 'a' })).SecretString).toBe('home')
  })

  test('does not replace a secret of that name', async () => {
    const { aws, url, credentials } = await setUp()
    const there = client(url, away, credentials)
    await there.createSecret({ Name: 'a', SecretString: 'theirs' })
    await aws.createSecret({ Name: 'a', SecretString: 'ours' })
    await aws.replicateSecretToRegions({ SecretId: 'a', AddReplicaRegions: [{ Region: away }] })
    expect((await there.getSecretValue({ SecretId: 'a' })).SecretString).toBe('theirs')
    expect((await aws.describeSecret({ SecretId: 'a' })).ReplicationStatus).toMatchObject([
      { Region: away, Status: 'Failed' },
    ])
  })

  test('is not copied to its own Region', async () => {
    const { aws } = await setUp()
    const here = [{ Region: 'eu-central-1' }]
    expect(await refusal(aws.createSecret({ Name: 'b', SecretString: 'one', AddReplicaRegions: here }))).toBe(
      'InvalidParameterException: Invalid replica region.',
    )
  })
})
