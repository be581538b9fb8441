// DeleteSecret, RestoreSecret, tags, resource policies, rotation without a function.

import { describe, expect, test } from 'vitest'
import { day, deleted, forDeletion, refusal, setUp, start, unknownSecret } from './setup.ts'

const withSecret = async () => {
  const running = await setUp()
  const { ARN } = await running.aws.createSecret({ Name: 'x', SecretString: 'one' })
  return { ...running, ARN }
}

describe('DeleteSecret', () => {
  test.each([
    [undefined, 30],
    [7, 7],
    [30, 30],
  ])('with a recovery window of %s days sets the date %i days ahead', async (RecoveryWindowInDays, days) => {
    const { aws, ARN } = await withSecret()
    const DeletionDate = new Date(Date.parse(start) + days * day)
    const answer = await aws.deleteSecret({ SecretId: 'x', RecoveryWindowInDays })
    expect(answer).toMatchObject({ ARN, Name: 'x', DeletionDate })
    expect(await aws.describeSecret({ SecretId: 'x' })).toMatchObject({ DeletedDate: DeletionDate })
  })

  test.each([0, 6, 31])('refuses a recovery window of %i days', async (RecoveryWindowInDays) => {
    const { aws } = await withSecret()
    expect(await refusal(aws.deleteSecret({ SecretId: 'x', RecoveryWindowInDays }))).toBe(
      'InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    )
  })

  test('refuses a window and force together', async () => {
    const { aws } = await withSecret()
    const both = aws.deleteSecret({ SecretId: 'x', RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true })
    expect(await refusal(both)).toBe(
      "InvalidParameterException: You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    )
  })

  test('keeps the secret until its date and not longer', async () => {
    const { aws, clock, service } = await withSecret()
    await aws.deleteSecret({ SecretId: 'x', RecoveryWindowInDays: 7 })
    clock.advance(7 * day - 1)
    expect(await refusal(aws.getSecretValue({ SecretId: 'x' }))).toBe(forDeletion)
    clock.advance(1)
    expect(await refusal(aws.getSecretValue({ SecretId: 'x' }))).toBe(unknownSecret)
    expect(service.inspect('x')).toBeUndefined()
    expect(await refusal(aws.createSecret({ Name: 'x' }))).toBe('not refused')
  })

  test('with force is done at once, also for a secret that is scheduled for deletion', async () => {
    const { aws, ARN } = await withSecret()
    await aws.deleteSecret({ SecretId: 'x' })
    expect(await refusal(aws.deleteSecret({ SecretId: 'x' }))).toBe(deleted)
    const answer = await aws.deleteSecret({ SecretId: 'x', ForceDeleteWithoutRecovery: true })
    expect(answer).toMatchObject({ ARN, Name: 'x', DeletionDate: new Date(start) })
    expect(await refusal(aws.describeSecret({ SecretId: 'x' }))).toBe(unknownSecret)
    const recreated = await aws.createSecret({ Name: 'x' })
    expect(recreated.ARN).not.toBe(ARN)
  })

  test('with force succeeds for a secret that is not there, and without force does not', async () => {
    const { aws } = await setUp()
    const answer = await aws.deleteSecret({ SecretId: 'none', ForceDeleteWithoutRecovery: true })
    expect(answer).toMatchObject({ Name: 'none', DeletionDate: new Date(start) })
    expect(answer.ARN).toMatch(/:secret:none-\w{6}$/)
    expect(await refusal(aws.deleteSecret({ SecretId: 'none' }))).toBe(unknownSecret)
  })
})

describe('RestoreSecret', () => {
  test('makes a secret usable again, and does nothing to one that is', async () => {
    const { aws, ARN, clock } = await withSecret()
    await aws.deleteSecret({ SecretId: 'x', RecoveryWindowInDays: 7 })
    for (const _ of [1, 2]) expect(await aws.restoreSecret({ SecretId: 'x' })).toMatchObject({ ARN, Name: 'x' })
    clock.advance(8 * day)
    expect(await aws.getSecretValue({ SecretId: 'x' })).toMatchObject({ SecretString: 'one' })
    expect(await aws.describeSecret({ SecretId: 'x' })).not.toHaveProperty('DeletedDate')
  })

  test('refuses an unknown secret', async () => {
    const { aws } = await setUp()
    expect(await refusal(aws.restoreSecret({ SecretId: 'x' }))).toBe(unknownSecret)
  })
})

describe('tags', () => {
  const tags = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({ Key: `k${from + index}`, Value: 'v' }))

  test('are added, replaced and removed by key', async () => {
    const { aws } = await withSecret()
    const tagsOf = async () => (await aws.describeSecret({ SecretId: 'x' })).Tags
    await aws.tagResource({ SecretId: 'x', Tags: [{ Key: 'a', Value: '1' }] })
    await aws.tagResource({
      SecretId: 'x',
      Tags: [
        { Key: 'b', Value: '2' },
        { Key: 'a', Value: '3' },
      ],
    })
    expect(await tagsOf()).toEqual([
      { Key: 'a', Value: '3' },
      { Key: 'b', Value: '2' },
    ])
    await aws.untagResource({ SecretId: 'x', TagKeys: ['a', 'unknown'] })
    expect(await tagsOf()).toEqual([{ Key: 'b', Value: '2' }])
    await aws.untagResource({ SecretId: 'x', TagKeys: ['b'] })
    expect(await tagsOf()).toEqual([])
  })

  test('are at most 50', async () => {
    const { aws } = await withSecret()
    expect(await refusal(aws.tagResource({ SecretId: 'x', Tags: tags(50) }))).toBe('not refused')
    expect(await refusal(aws.tagResource({ SecretId: 'x', Tags: tags(50) }))).toBe('not refused')
    expect(await refusal(aws.tagResource({ SecretId: 'x', Tags: tags(1, 50) }))).toMatch(/^InvalidParameterException/)
    expect(await refusal(aws.createSecret({ Name: 'y', Tags: tags(51) }))).toMatch(/^InvalidParameterException/)
  })

  test.each([
    [[{ Key: 'aws:x', Value: '' }]],
    [[{ Key: 'AWS:x', Value: '' }]],
    [[...tags(1), ...tags(1)]],
    [[{ Key: 'a*', Value: '' }]],
    [[{ Key: 'a', Value: '<' }]],
  ])('%j are refused', async (Tags) => {
    const { aws } = await withSecret()
    expect(await refusal(aws.tagResource({ SecretId: 'x', Tags }))).toMatch(/^InvalidParameterException: /)
    expect(await refusal(aws.createSecret({ Name: 'y', Tags }))).toMatch(/^InvalidParameterException: /)
  })

  test('are refused on an unknown secret and on one that is scheduled for deletion', async () => {
    const { aws } = await withSecret()
    expect(await refusal(aws.tagResource({ SecretId: 'y', Tags: tags(1) }))).toBe(unknownSecret)
    expect(await refusal(aws.untagResource({ SecretId: 'y', TagKeys: ['a'] }))).toBe(unknownSecret)
    await aws.deleteSecret({ SecretId: 'x' })
    expect(await refusal(aws.tagResource({ SecretId: 'x', Tags: tags(1) }))).toBe(forDeletion)
    expect(await refusal(aws.untagResource({ SecretId: 'x', TagKeys: ['a'] }))).toBe(forDeletion)
  })
})

describe('resource policies', () => {
  const policy = (Principal: unknown) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
    })
  const ofAccount = policy({ AWS: 'arn:aws:iam::123456789012:root' })

  test('are put, told and deleted', async () => {
    const { aws, ARN } = await withSecret()
    expect(await aws.getResourcePolicy({ SecretId: 'x' })).not.toHaveProperty('ResourcePolicy')
    expect(await aws.putResourcePolicy({ SecretId: 'x', ResourcePolicy: ofAccount })).toMatchObject({ ARN, Name: 'x' })
    expect(await aws.getResourcePolicy({ SecretId: 'x' })).toMatchObject({ ARN, ResourcePolicy: ofAccount })
    expect(await aws.deleteResourcePolicy({ SecretId: 'x' })).toMatchObject({ ARN, Name: 'x' })
    expect(await aws.getResourcePolicy({ SecretId: 'x' })).not.toHaveProperty('ResourcePolicy')
  })

  test.each(['not JSON', '{}', '{"Statement":[{"Effect":"Maybe"}]}'])('%s is malformed', async (ResourcePolicy) => {
    const { aws } = await withSecret()
    const put = aws.putResourcePolicy({ SecretId: 'x', ResourcePolicy })
    expect(await refusal(put)).toMatch(/^MalformedPolicyDocumentException: /)
  })

  test('that open a secret to everyone are refused where asked', async () => {
    const { aws } = await withSecret()
    for (const everyone of [policy('*'), policy({ AWS: ['*'] })]) {
      const put = { SecretId: 'x', ResourcePolicy: everyone }
      expect(await refusal(aws.putResourcePolicy({ ...put, BlockPublicPolicy: true }))).toMatch(
        /^PublicPolicyException/,
      )
      expect(await refusal(aws.putResourcePolicy(put))).toBe('not refused')
    }
  })
})
