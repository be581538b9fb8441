// The private key: who administers it, who uses it, and who can only write.
import { expect, test } from 'vitest'
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

test('the template creates no secret', () => {
  template.resourceCountIs('AWS::SecretsManager::Secret', 0)
})
