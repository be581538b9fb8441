// CreateSecret, DescribeSecret, UpdateSecret.

import { describe, expect, test } from 'vitest'
import { forDeletion, minute, refusal, setUp, start, token, unknownSecret } from './setup.ts'

const invalidName =
  'ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!'

describe('CreateSecret', () => {
  test('answers with an ARN of the name and six characters, and the token as version id', async () => {
    const { aws } = await setUp()
    const created = await aws.createSecret({ Name: 'a/b', SecretString: 'one', ClientRequestToken: token(1) })
    expect(created.ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:123456789012:secret:a\/b-[A-Za-z0-9]{6}$/)
    expect(created).toMatchObject({ Name: 'a/b', VersionId: token(1) })
  })

  test('makes a secret without a version when it gets no value', async () => {
    const { aws } = await setUp()
    expect(await aws.createSecret({ Name: 'empty' })).not.toHaveProperty('VersionId')
    expect(await aws.describeSecret({ SecretId: 'empty' })).not.toHaveProperty('VersionIdsToStages')
    expect(await refusal(aws.getSecretValue({ SecretId: 'empty' }))).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    )
  })

  test('is repeated without effect by the same token and value, and refused otherwise', async () => {
    const { aws } = await setUp()
    const request = { Name: 'x', SecretString: 'one', ClientRequestToken: token(1) }
    const first = await aws.createSecret(request)
    const { $metadata: _, ...again } = await aws.createSecret(request)
    expect(first).toMatchObject(again)
    expect(await refusal(aws.createSecret({ ...request, SecretString: 'two' }))).toBe(
      `ResourceExistsException: You can't use ClientRequestToken ${token(1)} because that value is already in use for a version of secret ${first.ARN}.`,
    )
    expect(await refusal(aws.createSecret({ ...request, ClientRequestToken: token(2) }))).toBe(
      'ResourceExistsException: The operation failed because the secret x already exists.',
    )
  })

  test('is refused while a secret of the name is scheduled for deletion', async () => {
    const { aws } = await setUp()
    await aws.createSecret({ Name: 'x', SecretString: 'one' })
    await aws.deleteSecret({ SecretId: 'x' })
    expect(await refusal(aws.createSecret({ Name: 'x', SecretString: 'one' }))).toBe(
      "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  })

  test.each(['with space', 'star*', 'back\\slash', 'colon:', 'bang!', 'ümlaut'])(
    'refuses the name %j',
    async (Name) => {
      const { aws } = await setUp()
      expect(await refusal(aws.createSecret({ Name }))).toBe(invalidName)
    },
  )

  test.each(['plain', '/lead/_+=.@-', 'a1b2c3-', 'n'.repeat(512)])('accepts the name %j', async (Name) => {
    const { aws } = await setUp()
    expect(await aws.createSecret({ Name })).toMatchObject({ Name })
  })

  const limits = [
    ['a name', 512, (n: number) => ({ Name: 'n'.repeat(n) })],
    ['a description', 2048, (n: number) => ({ Name: 'x', Description: 'd'.repeat(n) })],
    ['a text value', 65_536, (n: number) => ({ Name: 'x', SecretString: 's'.repeat(n) })],
    ['a binary value', 65_536, (n: number) => ({ Name: 'x', SecretBinary: new Uint8Array(n) })],
    ['a tag key', 128, (n: number) => ({ Name: 'x', Tags: [{ Key: 'k'.repeat(n), Value: '' }] })],
    ['a tag value', 256, (n: number) => ({ Name: 'x', Tags: [{ Key: 'k', Value: 'v'.repeat(n) }] })],
  ] as const

  test.each(limits)('takes %s of %i and not of one more', async (_, limit, request) => {
    const { aws } = await setUp()
    const tooLong = await refusal(aws.createSecret(request(limit + 1)))
    expect(tooLong).toMatch(new RegExp(`^ValidationException: 1 validation error .* less than or equal to ${limit}$`))
    expect(await refusal(aws.createSecret(request(limit)))).toBe('not refused')
  })

  test('counts the bytes of a text value, not its characters, and does not repeat it in the message', async () => {
    const { aws } = await setUp()
    const message = await refusal(aws.createSecret({ Name: 'x', SecretString: 'ü'.repeat(32_769) }))
    expect(message).toContain("Value at 'secretString'")
    expect(message).not.toContain('ü')
  })

  test('refuses a text and a binary value together', async () => {
    const { aws } = await setUp()
    const both = aws.createSecret({ Name: 'x', SecretString: 'a', SecretBinary: new Uint8Array(1) })
    expect(await refusal(both)).toMatch(/^InvalidParameterException: You can't specify both/)
  })

  test.each([
    [31, 'InvalidParameterException: ClientRequestToken must be 32-64 characters long.'],
    [32, 'not refused'],
    [64, 'not refused'],
    [65, 'InvalidParameterException: ClientRequestToken must be 32-64 characters long.'],
  ])('with a token of %i characters: %s', async (length, expected) => {
    const { aws } = await setUp()
    const ClientRequestToken = 't'.repeat(length)
    expect(await refusal(aws.createSecret({ Name: 'x', SecretString: 'a', ClientRequestToken }))).toBe(expected)
  })
})

describe('DescribeSecret', () => {
  test('tells what it was created with, and when', async () => {
    const { aws, clock } = await setUp()
    const tags = [{ Key: 'Foo', Value: 'Bar' }]
    await aws.createSecret({ Name: 'x', Description: 'd', KmsKeyId: 'k', Tags: tags, SecretString: 'one' })
    clock.advance(minute)
    await aws.putSecretValue({ SecretId: 'x', SecretString: 'two' })
    expect(await aws.describeSecret({ SecretId: 'x' })).toMatchObject({
      Name: 'x',
      Description: 'd',
      KmsKeyId: 'k',
      Tags: tags,
      CreatedDate: new Date(start),
      LastChangedDate: new Date(Date.parse(start) + minute),
    })
  })

  test.each(['KmsKeyId', 'Description', 'Tags', 'LastAccessedDate', 'DeletedDate', 'OwningService', 'RotationEnabled'])(
    'leaves out %s where there is none',
    async (member) => {
      const { aws } = await setUp()
      await aws.createSecret({ Name: 'x', SecretString: 'one', KmsKeyId: 'alias/aws/secretsmanager' })
      expect(await aws.describeSecret({ SecretId: 'x' })).not.toHaveProperty(member)
    },
  )

  test('finds a secret by name, by ARN and by the ARN without its suffix, and by nothing else', async () => {
    const { aws } = await setUp()
    const { ARN = '' } = await aws.createSecret({ Name: 'dir/x' })
    for (const SecretId of ['dir/x', ARN, ARN.slice(0, -7)]) {
      expect(await aws.describeSecret({ SecretId })).toMatchObject({ ARN })
    }
    const others = ['dir/y', `${ARN.slice(0, -6)}000000`, ARN.replace('eu-central-1', 'eu-west-1'), ARN.slice(-12)]
    for (const SecretId of others) expect(await refusal(aws.describeSecret({ SecretId }))).toBe(unknownSecret)
    expect(await refusal(aws.describeSecret({ SecretId: 'not a name' }))).toBe(invalidName)
  })

  test('takes a partial ARN that ends in a hyphen and six characters for a complete one', async () => {
    const { aws } = await setUp()
    const { ARN = '' } = await aws.createSecret({ Name: 'name-a1b2c3' })
    expect(await refusal(aws.describeSecret({ SecretId: ARN.slice(0, -7) }))).toBe(unknownSecret)
  })
})

describe('UpdateSecret', () => {
  test('changes the description without making a version', async () => {
    const { aws, clock } = await setUp()
    await aws.createSecret({ Name: 'x', SecretString: 'one', ClientRequestToken: token(1) })
    clock.advance(minute)
    expect(await aws.updateSecret({ SecretId: 'x', Description: 'new' })).not.toHaveProperty('VersionId')
    expect(await aws.describeSecret({ SecretId: 'x' })).toMatchObject({
      Description: 'new',
      LastChangedDate: new Date(Date.parse(start) + minute),
      VersionIdsToStages: { [token(1)]: ['AWSCURRENT'] },
    })
  })

  test('makes the new value current and the old one previous', async () => {
    const { aws } = await setUp()
    await aws.createSecret({ Name: 'x', Description: 'kept', SecretString: 'one', ClientRequestToken: token(1) })
    const updated = await aws.updateSecret({ SecretId: 'x', SecretString: 'two', ClientRequestToken: token(2) })
    expect(updated.VersionId).toBe(token(2))
    expect(await aws.describeSecret({ SecretId: 'x' })).toMatchObject({
      Description: 'kept',
      VersionIdsToStages: { [token(1)]: ['AWSPREVIOUS'], [token(2)]: ['AWSCURRENT'] },
    })
  })

  test('is repeated without effect by the same token and value, and refused with another value', async () => {
    const { aws, service } = await setUp()
    const { ARN } = await aws.createSecret({ Name: 'x', SecretString: 'one', ClientRequestToken: token(1) })
    const before = service.inspect('x')
    const same = await aws.updateSecret({ SecretId: 'x', SecretString: 'one', ClientRequestToken: token(1) })
    expect(same.VersionId).toBe(token(1))
    expect(service.inspect('x')).toBe(before)
    const other = aws.updateSecret({ SecretId: 'x', SecretString: 'two', ClientRequestToken: token(1) })
    expect(await refusal(other)).toBe(
      `ResourceExistsException: You can't use ClientRequestToken ${token(1)} because that value is already in use for a version of secret ${ARN}.`,
    )
  })

  test('changes the key of the versions in use, and back to the key of the account', async () => {
    const { aws } = await setUp()
    await aws.createSecret({ Name: 'x', SecretString: 'one' })
    await aws.updateSecret({ SecretId: 'x', KmsKeyId: 'mine' })
    const { Versions } = await aws.listSecretVersionIds({ SecretId: 'x' })
    expect(Versions?.[0]?.KmsKeyIds).toEqual(['mine'])
    expect(await aws.describeSecret({ SecretId: 'x' })).toMatchObject({ KmsKeyId: 'mine' })
    await aws.updateSecret({ SecretId: 'x', KmsKeyId: '' })
    expect(await aws.describeSecret({ SecretId: 'x' })).not.toHaveProperty('KmsKeyId')
  })

  test('refuses an unknown secret and one that is scheduled for deletion', async () => {
    const { aws } = await setUp()
    expect(await refusal(aws.updateSecret({ SecretId: 'x', Description: 'new' }))).toBe(unknownSecret)
    await aws.createSecret({ Name: 'x' })
    await aws.deleteSecret({ SecretId: 'x' })
    expect(await refusal(aws.updateSecret({ SecretId: 'x', Description: 'new' }))).toBe(forDeletion)
  })
})
