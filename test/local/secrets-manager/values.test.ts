// GetSecretValue, PutSecretValue, BatchGetSecretValue.

import type { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { describe, expect, test } from 'vitest'
import { day, deleted, forDeletion, refusal, setUp, start, token, unknownSecret } from './setup.ts'

const labels = async (aws: SecretsManager): Promise<Record<string, string[]>> => {
  const { VersionIdsToStages = {} } = await aws.describeSecret({ SecretId: 'x' })
  return Object.fromEntries(Object.entries(VersionIdsToStages).map(([id, stages]) => [Number(id.slice(-12)), stages]))
}

const put = (aws: SecretsManager, number: number, VersionStages?: string[]) =>
  aws.putSecretValue({
    SecretId: 'x',
    SecretString: `value ${number}`,
    ClientRequestToken: token(number),
    ...(VersionStages && { VersionStages }),
  })

const withFirst = async () => {
  const running = await setUp()
  await running.aws.createSecret({ Name: 'x', SecretString: 'value 1', ClientRequestToken: token(1) })
  return running
}

describe('GetSecretValue', () => {
  test('reads text and bytes as they were written', async () => {
    const { aws } = await withFirst()
    expect(await aws.getSecretValue({ SecretId: 'x' })).toMatchObject({
      Name: 'x',
      SecretString: 'value 1',
      VersionId: token(1),
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(start),
    })
    const bytes = Uint8Array.of(0, 255, 10)
    await aws.putSecretValue({ SecretId: 'x', SecretBinary: bytes })
    const read = await aws.getSecretValue({ SecretId: 'x' })
    expect(read.SecretBinary).toEqual(bytes)
    expect(read).not.toHaveProperty('SecretString')
  })

  test('reads by version, by label and by both', async () => {
    const { aws } = await withFirst()
    await put(aws, 2)
    const read = async (request: object) => (await aws.getSecretValue({ SecretId: 'x', ...request })).SecretString
    expect(await read({ VersionStage: 'AWSPREVIOUS' })).toBe('value 1')
    expect(await read({ VersionId: token(1) })).toBe('value 1')
    expect(await read({ VersionId: token(2), VersionStage: 'AWSCURRENT' })).toBe('value 2')
  })

  test.each([
    [{ SecretId: 'y' }, unknownSecret],
    [
      { SecretId: 'x', VersionId: token(9) },
      `ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: ${token(9)}`,
    ],
    [
      { SecretId: 'x', VersionStage: 'AWSPENDING' },
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    ],
    [
      { SecretId: 'x', VersionId: token(1), VersionStage: 'AWSPREVIOUS' },
      'InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId.',
    ],
  ])('%j is refused', async (request, expected) => {
    const { aws } = await withFirst()
    expect(await refusal(aws.getSecretValue(request))).toBe(expected)
  })

  test('refuses a secret that is scheduled for deletion', async () => {
    const { aws } = await withFirst()
    await aws.deleteSecret({ SecretId: 'x' })
    expect(await refusal(aws.getSecretValue({ SecretId: 'x' }))).toBe(forDeletion)
  })

  test('leaves the day of the last access, on the secret and on the version', async () => {
    const { aws, clock } = await withFirst()
    await aws.getSecretValue({ SecretId: 'x' })
    expect(await aws.describeSecret({ SecretId: 'x' })).toMatchObject({
      LastAccessedDate: new Date('2026-11-23T00:00:00Z'),
      LastChangedDate: new Date(start),
    })
    clock.advance(day)
    await aws.getSecretValue({ SecretId: 'x' })
    const { Versions } = await aws.listSecretVersionIds({ SecretId: 'x' })
    expect(Versions?.[0]?.LastAccessedDate).toEqual(new Date('2026-11-24T00:00:00Z'))
  })
})

describe('PutSecretValue', () => {
  test('without labels moves AWSCURRENT and AWSPREVIOUS', async () => {
    const { aws } = await withFirst()
    expect(await put(aws, 2)).toMatchObject({ VersionId: token(2), VersionStages: ['AWSCURRENT'] })
    expect(await labels(aws)).toEqual({ 1: ['AWSPREVIOUS'], 2: ['AWSCURRENT'] })
    await put(aws, 3)
    expect(await labels(aws)).toEqual({ 2: ['AWSPREVIOUS'], 3: ['AWSCURRENT'] })
  })

  test('with other labels leaves the current version alone and takes the labels from where they were', async () => {
    const { aws } = await withFirst()
    expect(await put(aws, 2, ['two', 'one'])).toMatchObject({ VersionStages: ['two', 'one'] })
    await put(aws, 3, ['one'])
    expect(await labels(aws)).toEqual({ 1: ['AWSCURRENT'], 2: ['two'], 3: ['one'] })
    await put(aws, 4, ['AWSCURRENT', 'four'])
    expect(await labels(aws)).toEqual({ 1: ['AWSPREVIOUS'], 2: ['two'], 3: ['one'], 4: ['AWSCURRENT', 'four'] })
  })

  test('gives the first version of all AWSCURRENT, regardless of its labels', async () => {
    const { aws } = await setUp()
    await aws.createSecret({ Name: 'x' })
    expect(await put(aws, 1, ['AWSPENDING'])).toMatchObject({ VersionStages: ['AWSPENDING', 'AWSCURRENT'] })
  })

  test('takes AWSPENDING, but no label of ours, from the version that stops being current', async () => {
    const { aws } = await withFirst()
    await put(aws, 2, ['AWSPENDING', 'ours'])
    const move = { MoveToVersionId: token(2), RemoveFromVersionId: token(1) }
    await aws.updateSecretVersionStage({ SecretId: 'x', VersionStage: 'AWSCURRENT', ...move })
    await put(aws, 3)
    expect(await labels(aws)).toEqual({ 2: ['ours', 'AWSPREVIOUS'], 3: ['AWSCURRENT'] })
  })

  test('is repeated without effect by the same token and value, even when another version is current', async () => {
    const { aws, service } = await withFirst()
    await put(aws, 2)
    const before = service.inspect('x')
    expect(await put(aws, 1)).toMatchObject({ VersionId: token(1), VersionStages: ['AWSPREVIOUS'] })
    expect(service.inspect('x')).toBe(before)
  })

  test.each([{ SecretString: 'other' }, { SecretBinary: Buffer.from('value 1') }])(
    'refuses a token that stands for another value: %j',
    async (value) => {
      const { aws } = await withFirst()
      const again = aws.putSecretValue({ SecretId: 'x', ClientRequestToken: token(1), ...value })
      expect(await refusal(again)).toMatch(
        /^ResourceExistsException: You can't use ClientRequestToken .* already in use for a version of secret arn:/,
      )
    },
  )

  test('refuses no value, an unknown secret, and one that is scheduled for deletion', async () => {
    const { aws } = await withFirst()
    expect(await refusal(aws.putSecretValue({ SecretId: 'x' }))).toBe(
      'InvalidRequestException: You must provide either SecretString or SecretBinary.',
    )
    expect(await refusal(aws.putSecretValue({ SecretId: 'y', SecretString: 's' }))).toBe(unknownSecret)
    await aws.deleteSecret({ SecretId: 'x' })
    expect(await refusal(put(aws, 2))).toBe(forDeletion)
  })

  test('allows 20 labels over all versions and not one more', async () => {
    const { aws } = await withFirst()
    const many = Array.from({ length: 19 }, (_, number) => `label ${number}`)
    expect(await refusal(put(aws, 2, many))).toBe('not refused')
    expect(await refusal(put(aws, 3, ['one more']))).toMatch(/^LimitExceededException: /)
    expect(await refusal(put(aws, 4, many))).toBe('not refused')
  })
})

describe('versions', () => {
  test('above 100 the deprecated ones of more than a day ago go, oldest first, and labelled ones stay', async () => {
    const { aws, clock, service } = await withFirst()
    await put(aws, 2, ['kept'])
    for (let number = 3; number <= 100; number += 1) await put(aws, number)
    clock.advance(day + 1)
    await put(aws, 101)
    const left = [...(service.inspect('x')?.versions.keys() ?? [])]
    expect(left.length).toBe(100)
    expect(left.slice(0, 2)).toEqual([token(2), token(3)])
    await put(aws, 102)
    expect([...(service.inspect('x')?.versions.keys() ?? [])].slice(0, 2)).toEqual([token(2), token(4)])
  })

  test('100 of one day are accepted and not one more', async () => {
    const { aws, clock } = await withFirst()
    for (let number = 2; number <= 100; number += 1) await put(aws, number)
    expect(await refusal(put(aws, 101))).toMatch(/^LimitExceededException: /)
    clock.advance(day)
    expect(await refusal(put(aws, 101))).toMatch(/^LimitExceededException: /)
    clock.advance(1)
    expect(await refusal(put(aws, 101))).toBe('not refused')
  })
})

describe('BatchGetSecretValue', () => {
  test('reads a list in its order and reports what it could not read', async () => {
    const { aws } = await withFirst()
    await aws.createSecret({ Name: 'y', SecretString: 'why' })
    await aws.createSecret({ Name: 'empty' })
    await aws.createSecret({ Name: 'gone', SecretString: 'g' })
    await aws.deleteSecret({ SecretId: 'gone' })
    const { SecretValues, Errors } = await aws.batchGetSecretValue({
      SecretIdList: ['y', 'gone', 'none', 'empty', 'x'],
    })
    expect(SecretValues?.map(({ Name, SecretString }) => [Name, SecretString])).toEqual([
      ['y', 'why'],
      ['x', 'value 1'],
    ])
    expect(Errors?.map(({ SecretId, ErrorCode, Message }) => `${SecretId} ${ErrorCode}: ${Message}`)).toEqual([
      `gone ${deleted}`,
      `none ${unknownSecret}`,
      "empty ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    ])
  })

  test('names what it could not read by its ARN, where it does so', async () => {
    const { aws } = await setUp({ batchErrorIds: 'arn' })
    const gone = await aws.createSecret({ Name: 'gone', SecretString: 'g' })
    await aws.deleteSecret({ SecretId: 'gone' })
    const { Errors } = await aws.batchGetSecretValue({ SecretIdList: ['gone', 'none'] })
    expect(Errors?.map(({ SecretId }) => SecretId)).toEqual([
      gone.ARN,
      'arn:aws:secretsmanager:eu-central-1:123456789012:secret:none',
    ])
  })

  test('reports a secret under a disabled key, and reads the others', async () => {
    const { aws, service } = await withFirst()
    const KmsKeyId = 'arn:aws:kms:eu-central-1:123456789012:key/own'
    await aws.createSecret({ Name: 'y', SecretString: 'why', KmsKeyId })
    service.disableKey(KmsKeyId)
    const { SecretValues, Errors } = await aws.batchGetSecretValue({ SecretIdList: ['y', 'x'] })
    expect([SecretValues?.length, Errors?.map(({ ErrorCode }) => ErrorCode)]).toEqual([1, ['DecryptionFailure']])
    expect(await refusal(aws.getSecretValue({ SecretId: 'y' }))).toMatch(/^DecryptionFailure: /)
    expect(await refusal(aws.putSecretValue({ SecretId: 'y', SecretString: 'z' }))).toMatch(/^EncryptionFailure: /)
    service.enableKey(KmsKeyId)
    expect((await aws.getSecretValue({ SecretId: 'y' })).SecretString).toBe('why')
  })

  test('reads by filters, page by page', async () => {
    const { aws } = await setUp()
    for (let number = 1; number <= 5; number += 1) await aws.createSecret({ Name: `a/${number}`, SecretString: 's' })
    await aws.createSecret({ Name: 'b', SecretString: 's' })
    const Filters = [{ Key: 'name' as const, Values: ['a/'] }]
    const first = await aws.batchGetSecretValue({ Filters, MaxResults: 3 })
    const second = await aws.batchGetSecretValue({ Filters, MaxResults: 3, NextToken: first.NextToken })
    expect([first, second].map(({ SecretValues }) => SecretValues?.map(({ Name }) => Name))).toEqual([
      ['a/1', 'a/2', 'a/3'],
      ['a/4', 'a/5'],
    ])
    expect(second.NextToken).toBeUndefined()
  })

  test.each([
    [{}, /^InvalidParameterException: Either 'SecretIdList' or 'Filters' must be provided, but not both\.$/],
    [
      { SecretIdList: ['x'], Filters: [{ Key: 'name' as const, Values: ['x'] }] },
      /^InvalidParameterException: Either 'SecretIdList' or 'Filters' must be provided, but not both\.$/,
    ],
    [{ SecretIdList: ['x'], MaxResults: 5 }, /^InvalidParameterException: 'Filters' not specified\./],
    [{ SecretIdList: Array(21).fill('x') }, /^ValidationException: .* less than or equal to 20$/],
    [{ SecretIdList: [] }, /^ValidationException: .* greater than or equal to 1$/],
    [
      { Filters: [{ Key: 'name' as const, Values: ['x'] }], MaxResults: 21 },
      /^ValidationException: .* or equal to 20$/,
    ],
  ])('refuses %j', async (request, expected) => {
    const { aws } = await withFirst()
    expect(await refusal(aws.batchGetSecretValue(request))).toMatch(expected)
  })
})
