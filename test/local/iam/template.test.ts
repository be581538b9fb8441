// Reading a template: roles, environments and key policies, intrinsic functions resolved, and refusals that name things.

import { describe, expect, test } from 'vitest'
import { resolver } from '../../../local/iam/intrinsics.ts'
import { defaultPlace, statementsOfRole } from '../../../local/iam/role.ts'
import { readTemplate } from '../../../local/iam/template.ts'

type Json = Record<string, unknown>

const allow = (Action: string, Resource: unknown = '*'): Json => ({ Effect: 'Allow', Action, Resource })
const policy = (...Statement: readonly Json[]): Json => ({ Version: '2012-10-17', Statement })

const template = (change: Json = {}): Json => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyName: 'own', PolicyDocument: policy(allow('s3:Get')) }] },
    },
    Attached: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyDocument: policy(allow('kms:Decrypt', { 'Fn::GetAtt': ['Key', 'Arn'] })),
        Roles: [{ Ref: 'Role' }],
      },
    },
    OfAnother: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: policy(allow('s3:*')), Roles: ['Other'] } },
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policy({ ...allow('kms:*'), Principal: '*' }) } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'worker',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Timeout: 30,
        Environment: { Variables: { REGION: { Ref: 'AWS::Region' } } },
      },
    },
    ...change,
  },
})

const keyArn = /^arn:aws:kms:eu-central-1:123456789012:key\/[0-9a-f-]{36}$/

test('a function has the statements of all policies of its role, inline and attached, and no others', () => {
  const { statements, roleArn, environment, timeoutSeconds, keyPolicies } = statementsOfRole(template(), 'worker')
  expect(roleArn).toBe('arn:aws:iam::123456789012:role/Role')
  expect(statements.map(({ actions }) => actions)).toEqual([['s3:Get'], ['kms:Decrypt']])
  expect(statements[1]?.resources[0]).toMatch(keyArn)
  expect(environment).toEqual({ REGION: 'eu-central-1' })
  expect(timeoutSeconds).toBe(30)
  expect([...keyPolicies.keys()]).toEqual(statements[1]?.resources)
  expect([...keyPolicies.values()][0]?.[0]?.principals).toEqual(['*'])
})

const roleWith = (Properties: Json): Json => ({ Role: { Type: 'AWS::IAM::Role', Properties } })
const inline = (statement: Json): Json =>
  roleWith({ Policies: [{ PolicyName: 'own', PolicyDocument: policy(statement) }] })

describe('what is not known is refused by its name', () => {
  test.each<[string, Json, string]>([
    ['a managed policy', roleWith({ ManagedPolicyArns: ['x'] }), 'ManagedPolicyArns of Role'],
    ['a permissions boundary', roleWith({ PermissionsBoundary: 'x' }), 'PermissionsBoundary of Role'],
    ['NotAction', inline({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), 'NotAction'],
    ['NotResource', inline({ Effect: 'Allow', Action: 's3:*', NotResource: '*' }), 'NotResource'],
    ['an operator', inline({ ...allow('s3:*'), Condition: { IpAddress: { 'aws:SourceIp': '::1' } } }), 'IpAddress'],
    ['a resource’s type', inline(allow('s3:*', { 'Fn::GetAtt': ['Bucket', 'Arn'] })), 'AWS::S3::Bucket'],
    ['a parameter', inline(allow('s3:*', { Ref: 'Parameter' })), 'Parameter'],
    ['an intrinsic function', inline(allow('s3:*', { 'Fn::ImportValue': 'x' })), 'Fn::ImportValue'],
    ['an attribute', inline(allow('s3:*', { 'Fn::GetAtt': ['Key', 'Alias'] })), 'Fn::GetAtt Key.Alias'],
  ])('%s', (_, change, named) => {
    const bucket = { Bucket: { Type: 'AWS::S3::Bucket' } }
    expect(() => statementsOfRole(template({ ...bucket, ...change }), 'worker')).toThrow(named)
  })

  test('a function', () => {
    expect(() => statementsOfRole(template(), 'unknown')).toThrow('no function named unknown')
  })
})

describe('an intrinsic function', () => {
  const resolve = resolver(readTemplate(template()), defaultPlace)

  test.each<[string, unknown, unknown]>([
    ['Ref of a pseudo parameter', { Ref: 'AWS::Partition' }, 'aws'],
    ['Ref of a resource', { Ref: 'Role' }, 'Role'],
    ['Fn::Join of others', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] }, 'a-123456789012'],
    ['Fn::GetAtt in one text', { 'Fn::GetAtt': 'Role.Arn' }, 'arn:aws:iam::123456789012:role/Role'],
    [
      'Fn::Sub of a text',
      { 'Fn::Sub': 'x-$' + '{AWS::Region}-$' + '{Role.Arn}' },
      'x-eu-central-1-arn:aws:iam::123456789012:role/Role',
    ],
    ['Fn::Sub with values of its own', { 'Fn::Sub': ['$' + '{A}$' + '{!B}', { A: { Ref: 'Role' } }] }, 'Role$' + '{B}'],
    ['Fn::Select of Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b'] }] }, 'b'],
    ['one deep inside', { a: [{ b: { Ref: 'Role' } }, 1, null] }, { a: [{ b: 'Role' }, 1, null] }],
  ])('%s', (_, given, expected) => {
    expect(resolve(given)).toEqual(expected)
  })
})
