// UpdateSecretVersionStage and ListSecretVersionIds.

import type { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { describe, expect, test } from 'vitest'
import { forDeletion, refusal, setUp, token, unknownSecret } from './setup.ts'

/** Version 1 is previous, 2 current, 3 pending. */
const withThree = async () => {
  const running = await setUp()
  const { aws } = running
  await aws.createSecret({ Name: 'x', SecretString: '1', ClientRequestToken: token(1) })
  await aws.putSecretValue({ SecretId: 'x', SecretString: '2', ClientRequestToken: token(2) })
  const VersionStages = ['AWSPENDING']
  await aws.putSecretValue({ SecretId: 'x', SecretString: '3', ClientRequestToken: token(3), VersionStages })
  return running
}

interface Move {
  readonly VersionStage: string
  readonly to?: number
  readonly from?: number
}

const move = (aws: SecretsManager, { VersionStage, to, from }: Move) =>
  aws.updateSecretVersionStage({
    SecretId: 'x',
    VersionStage,
    ...(to !== undefined && { MoveToVersionId: token(to) }),
    ...(from !== undefined && { RemoveFromVersionId: token(from) }),
  })

const versions = async (aws: SecretsManager, IncludeDeprecated = false) => {
  const { Versions = [] } = await aws.listSecretVersionIds({ SecretId: 'x', IncludeDeprecated })
  return Object.fromEntries(
    Versions.map(({ VersionId = '', VersionStages }) => [Number(VersionId.slice(-12)), VersionStages]),
  )
}

describe('UpdateSecretVersionStage', () => {
  test.each<[Move, object]>([
    [
      { VersionStage: 'AWSCURRENT', to: 3, from: 2 },
      { 2: ['AWSPREVIOUS'], 3: ['AWSPENDING', 'AWSCURRENT'] },
    ],
    [
      { VersionStage: 'AWSCURRENT', to: 1, from: 2 },
      { 1: ['AWSCURRENT'], 2: ['AWSPREVIOUS'], 3: ['AWSPENDING'] },
    ],
    [
      { VersionStage: 'AWSCURRENT', to: 2 },
      { 1: ['AWSPREVIOUS'], 2: ['AWSCURRENT'], 3: ['AWSPENDING'] },
    ],
    [
      { VersionStage: 'AWSPENDING', from: 3 },
      { 1: ['AWSPREVIOUS'], 2: ['AWSCURRENT'] },
    ],
    [
      { VersionStage: 'AWSPENDING', to: 1, from: 3 },
      { 1: ['AWSPREVIOUS', 'AWSPENDING'], 2: ['AWSCURRENT'] },
    ],
    [
      { VersionStage: 'new', to: 1 },
      { 1: ['AWSPREVIOUS', 'new'], 2: ['AWSCURRENT'], 3: ['AWSPENDING'] },
    ],
  ])('%j gives %j', async (request, expected) => {
    const { aws } = await withThree()
    expect(await move(aws, request)).toMatchObject({ Name: 'x' })
    expect(await versions(aws)).toEqual(expected)
  })

  const mismatch =
    'InvalidParameterException: When you move staging label AWSCURRENT, if you specify RemoveFromVersionId, it must be set to the version that currently has the staging label AWSCURRENT.'

  test.each<[Move, string]>([
    [
      { VersionStage: 'AWSCURRENT', to: 3 },
      `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${token(2)}, so you must explicitly reference that version in RemoveFromVersionId.`,
    ],
    [
      { VersionStage: 'AWSPENDING', to: 1 },
      `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSPENDING is currently attached to version ${token(3)}, so you must explicitly reference that version in RemoveFromVersionId.`,
    ],
    [{ VersionStage: 'AWSCURRENT', to: 3, from: 1 }, mismatch],
    [{ VersionStage: 'AWSCURRENT', to: 3, from: 9 }, mismatch],
    [
      { VersionStage: 'AWSCURRENT', from: 2 },
      'InvalidParameterException: You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.',
    ],
    [
      { VersionStage: 'AWSCURRENT', to: 9, from: 2 },
      `ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: ${token(9)}`,
    ],
  ])('%j is refused and changes nothing', async (request, expected) => {
    const { aws, service } = await withThree()
    const before = service.inspect('x')
    expect(await refusal(move(aws, request))).toBe(expected)
    expect(service.inspect('x')).toBe(before)
  })

  test('refuses a label on nothing, an unknown secret, and one that is scheduled for deletion', async () => {
    const { aws } = await withThree()
    expect(await refusal(move(aws, { VersionStage: 'new' }))).toMatch(/^InvalidParameterException: /)
    const unknown = { SecretId: 'y', VersionStage: 'new', MoveToVersionId: token(1) }
    expect(await refusal(aws.updateSecretVersionStage(unknown))).toBe(unknownSecret)
    await aws.deleteSecret({ SecretId: 'x' })
    expect(await refusal(move(aws, { VersionStage: 'new', to: 1 }))).toBe(forDeletion)
  })

  test('refuses the twenty-first label', async () => {
    const { aws } = await withThree()
    for (let number = 4; number <= 20; number += 1) await move(aws, { VersionStage: `label ${number}`, to: 1 })
    expect(await refusal(move(aws, { VersionStage: 'label 21', to: 1 }))).toMatch(/^LimitExceededException: /)
  })
})

describe('ListSecretVersionIds', () => {
  test('lists deprecated versions, which have no label, only when asked to', async () => {
    const { aws } = await withThree()
    await move(aws, { VersionStage: 'AWSPENDING', from: 3 })
    expect(await versions(aws)).toEqual({ 1: ['AWSPREVIOUS'], 2: ['AWSCURRENT'] })
    expect(await versions(aws, true)).toEqual({ 1: ['AWSPREVIOUS'], 2: ['AWSCURRENT'], 3: undefined })
  })

  test('names the key of each version', async () => {
    const { aws } = await withThree()
    const { Versions } = await aws.listSecretVersionIds({ SecretId: 'x' })
    expect(Versions?.map(({ KmsKeyIds }) => KmsKeyIds)).toEqual(Array(3).fill(['DefaultEncryptionKey']))
  })

  test('goes page by page, with tokens of its own', async () => {
    const { aws } = await withThree()
    const first = await aws.listSecretVersionIds({ SecretId: 'x', MaxResults: 2 })
    const NextToken = first.NextToken
    const second = await aws.listSecretVersionIds({ SecretId: 'x', MaxResults: 2, NextToken })
    const ids = [first, second].map(({ Versions }) => Versions?.map(({ VersionId }) => VersionId))
    expect(ids).toEqual([[token(1), token(2)], [token(3)]])
    expect(second.NextToken).toBeUndefined()
    for (const foreign of [
      aws.listSecrets({ NextToken }),
      aws.listSecretVersionIds({ SecretId: 'x', NextToken: 'no' }),
    ]) {
      expect(await refusal(foreign)).toMatch(/^InvalidNextTokenException: /)
    }
  })

  test('tells the versions of a secret that is scheduled for deletion, and not of an unknown one', async () => {
    const { aws } = await withThree()
    await aws.deleteSecret({ SecretId: 'x' })
    expect(Object.keys(await versions(aws))).toEqual(['1', '2', '3'])
    expect(await refusal(aws.listSecretVersionIds({ SecretId: 'y' }))).toBe(unknownSecret)
  })
})
