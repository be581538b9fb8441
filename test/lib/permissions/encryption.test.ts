// The private key: who administers it, who uses it, and who can only write.
import type { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { longestPrefix } from '../../../lib/settings/limits.ts'
import { roleName } from '../../../lib/settings/role-name.ts'
import { propertiesOf, region, templateWith } from '../support.ts'

interface Statement {
  readonly Sid: string
  readonly Action: string | readonly string[]
  readonly Principal: unknown
  readonly Condition?: Record<string, Record<string, unknown>>
}

const template = templateWith()
const key = propertiesOf(template, 'AWS::KMS::Key', 'PrivateKey')
const statements: readonly Statement[] = Object(key.KeyPolicy).Statement
const actions = ({ Action }: Statement): readonly string[] => [Action].flat()
const bySid = (sid: string): Statement | undefined => statements.find(({ Sid }) => Sid === sid)
const uses = /^kms:(\*|Encrypt|Decrypt|ReEncrypt|GenerateDataKey|CreateGrant|Sign|GenerateMac|DeriveSharedSecret)/

test('the key is rotated, has the prefix for an alias, and stays when the stack is deleted', () => {
  template.hasResource('AWS::KMS::Key', {
    Properties: { EnableKeyRotation: true },
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
  })
  template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/token-refresher' })
})

test('the account administers the key, and no administrative action uses it or hands its use on', () => {
  const administration = bySid('AccountAdministers')
  expect(administration && actions(administration)).toEqual(
    expect.arrayContaining(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:DescribeKey']),
  )
  expect(
    administration && actions(administration).filter((action) => uses.test(action) || action.includes('*')),
  ).toEqual([])
})

test('every use of the key goes through Secrets Manager', () => {
  const using = statements.filter((statement) => actions(statement).some((action) => uses.test(action)))
  expect(using.map(({ Sid }) => Sid).toSorted()).toEqual([
    'OperatorsProveTheyMayWrite',
    'OperatorsWrite',
    'OurFunctionsUse',
  ])
  for (const { Condition } of using) {
    expect(Condition?.StringEquals).toHaveProperty(['kms:ViaService'], `secretsmanager.${region}.amazonaws.com`)
  }
})

test('only the two roles decrypt a secret', () => {
  const decrypting = statements.filter((statement) => actions(statement).includes('kms:Decrypt'))
  const [ofRoles, ofProbes] = decrypting.toSorted((a, b) => b.Sid.localeCompare(a.Sid))
  expect(ofRoles?.Condition?.ArnEquals).toEqual({
    'aws:PrincipalArn': [
      { 'Fn::GetAtt': [expect.stringContaining('RefreshRole'), 'Arn'] },
      { 'Fn::GetAtt': [expect.stringContaining('BootstrapRole'), 'Arn'] },
    ],
  })
  expect(ofProbes?.Condition?.StringEquals).toHaveProperty(
    ['kms:EncryptionContext:SecretVersionId'],
    'RequestToValidateKeyAccess',
  )
  expect(decrypting).toHaveLength(2)
})

describe('a deployment that is given the private key of an earlier one', () => {
  const left = 'arn:aws:kms:eu-west-1:123456789012:key/5f0a1d9e-3c55-4b0e-8d1c-6a4f6ad1c0de'
  const again = templateWith({ privateKeyArn: left })

  test('makes no private key, gives the old one its alias, and lets its functions use it', () => {
    expect(Object.keys(again.findResources('AWS::KMS::Key')).filter((id) => id.includes('PrivateKey'))).toEqual([])
    again.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/token-refresher', TargetKeyId: left })
    again.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { TOKEN_REFRESHER_PRIVATE_KEY_ARN: left } },
    })
  })

  test('moves the alias over in place when it was deployed with a new key first', () => {
    expect(Object.keys(again.findResources('AWS::KMS::Alias'))).toEqual(
      Object.keys(template.findResources('AWS::KMS::Alias')),
    )
  })

  test.each([
    ['another Region', left.replace('eu-west-1', 'eu-central-1')],
    ['another account', left.replace('123456789012', '210987654321')],
  ])('is refused at synth when the key is of %s', (_, privateKeyArn) => {
    expect(() => templateWith({ privateKeyArn })).toThrow(
      'Secrets Manager uses keys of its own account and Region alone',
    )
  })

  test('has roles of the names that the policy of the old key lets in', () => {
    const namesIn = (one: Template) =>
      Object.values(one.findResources('AWS::IAM::Role')).flatMap(({ Properties }) => Properties.RoleName ?? [])
    expect(namesIn(again)).toEqual(['token-refresher-refresh-eu-west-1', 'token-refresher-bootstrap-eu-west-1'])
    expect(namesIn(again)).toEqual(namesIn(template))
  })
})

test.each([
  ['p', 'p-bootstrap-ap-southeast-1'],
  ['p'.repeat(36), `${'p'.repeat(36)}-bootstrap-ap-southeast-1`],
])('the role of a prefix as long as %s has its name', (prefix, name) => {
  expect(roleName(prefix, 'bootstrap', 'ap-southeast-1')).toBe(name)
})

test('the longest prefix still gives role names that IAM takes, each its own', () => {
  const longest = 'p'.repeat(longestPrefix)
  const names = [longest, `${longest.slice(1)}q`].map((prefix) => roleName(prefix, 'bootstrap', 'us-isob-east-1'))
  expect(new Set(names).size).toBe(2)
  for (const name of names) {
    expect(name).toMatch(/^p+-[0-9a-f]{8}-bootstrap-us-isob-east-1$/)
    expect(name.length).toBeLessThanOrEqual(64)
  }
})

test('the template creates no secret', () => {
  template.resourceCountIs('AWS::SecretsManager::Secret', 0)
})
