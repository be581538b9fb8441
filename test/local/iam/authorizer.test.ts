// Who may do what: the policies of a role, a Deny that wins, and what a key's policy adds.

import { describe, expect, test } from 'vitest'
import { type Access, authorizer } from '../../../local/iam/authorizer.ts'
import { readStatements, withoutAction } from '../../../local/iam/statement.ts'

type Json = Record<string, unknown>

const statements = (...Statement: readonly Json[]) => readStatements({ Statement })
const roleArn = 'arn:aws:iam::123456789012:role/worker'
const root = 'arn:aws:iam::123456789012:root'
const secret = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:p/a-a1B2c3'
const key = 'arn:aws:kms:eu-central-1:123456789012:key/one'

const ask = (access: Partial<Access>, action: string, resource: string, accessKeyId = 'worker') =>
  authorizer({ principals: new Map(), keyPolicies: new Map(), ...access })({
    principal: { accessKeyId },
    action,
    resource,
    context: {},
  })

const worker = (...own: readonly Json[]) => new Map([['worker', { roleArn, statements: statements(...own) }]])
const read = { Sid: 'Read', Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: secret }

describe('a role', () => {
  test('may do what a statement allows, in regardless of what case it is written, and nothing else', () => {
    const principals = worker({ ...read, Action: 'SecretsManager:getsecret*' })
    expect(ask({ principals }, 'secretsmanager:GetSecretValue', secret)).toBeUndefined()
    expect(ask({ principals }, 'secretsmanager:PutSecretValue', secret)).toBe(
      `User: ${roleArn} is not authorized to perform: secretsmanager:PutSecretValue on resource: ${secret} ` +
        'because no identity-based policy allows the secretsmanager:PutSecretValue action',
    )
    expect(ask({ principals }, 'secretsmanager:GetSecretValue', `${secret}x`)).toContain('not authorized')
  })

  test('may not do what a statement denies, regardless of what else allows it', () => {
    const principals = worker(read, { Effect: 'Deny', Action: '*', Resource: '*' })
    expect(ask({ principals }, 'secretsmanager:GetSecretValue', secret)).toContain('with an explicit deny')
  })

  test('may not do what it was allowed a moment ago', () => {
    const principals = worker(read)
    expect(ask({ principals }, 'secretsmanager:GetSecretValue', secret)).toBeUndefined()
    const less = withoutAction(statements(read), 'Read', 'secretsmanager:GetSecretValue')
    principals.set('worker', { roleArn, statements: less })
    expect(ask({ principals }, 'secretsmanager:GetSecretValue', secret)).toContain('not authorized')
  })

  test('cannot lose an action that it does not have', () => {
    expect(() => withoutAction(statements(read), 'Read', 's3:*')).toThrow('no statement Read with the action s3:*')
  })
})

describe('anyone else', () => {
  test('may do everything, unless told otherwise', () => {
    const operator = { roleArn: 'arn:aws:iam::123456789012:user/operator', statements: statements(read) }
    expect(ask({}, 'secretsmanager:DeleteSecret', secret, 'operator')).toBeUndefined()
    expect(ask({ operator }, 'secretsmanager:GetSecretValue', secret, 'operator')).toBeUndefined()
    expect(ask({ operator }, 'secretsmanager:DeleteSecret', secret, 'operator')).toContain(
      'User: arn:aws:iam::123456789012:user/operator is not authorized to perform: secretsmanager:DeleteSecret',
    )
  })
})

describe('a key', () => {
  const use = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: key }
  const policy = (...of: readonly Json[]) => new Map([[key, statements(...of)]])
  const toAccount = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: { AWS: root } }
  const toRole = { ...toAccount, Principal: { AWS: roleArn } }
  const onlyThrough = { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } }
  const refused = 'Access to KMS is not allowed'

  test.each<
    [
      string,
      Map<string, { roleArn: string; statements: ReturnType<typeof statements> }>,
      ReturnType<typeof policy>,
      string | undefined,
    ]
  >([
    ['opens to a role that it names, without a permission of the role’s own', worker(), policy(toRole), undefined],
    ['that leaves it to the account takes a permission of the role’s own', worker(), policy(toAccount), refused],
    ['that leaves it to the account opens to a role with such a permission', worker(use), policy(toAccount), undefined],
    ['does not open by the role’s permission alone', worker(use), policy(), refused],
    ['opens only under its conditions', worker(use), policy({ ...toAccount, Condition: onlyThrough }), refused],
    [
      'does not open to a role by what it allows a service',
      worker(use),
      policy({ ...toAccount, Principal: { Service: 'x' } }),
      refused,
    ],
    ['stays closed when its policy denies', worker(use), policy(toRole, { ...toAccount, Effect: 'Deny' }), refused],
    ['stays closed when the role is denied', worker({ ...use, Effect: 'Deny' }), policy(toRole), refused],
    [
      'takes an account by its number',
      worker(use),
      policy({ ...toAccount, Principal: { AWS: '123456789012' } }),
      undefined,
    ],
  ])('%s', (_, principals, keyPolicies, expected) => {
    expect(ask({ principals, keyPolicies }, 'kms:Decrypt', key)).toBe(expected)
  })

  test('without a policy that is known is an error, for every key has one', () => {
    expect(() => ask({ principals: worker(use) }, 'kms:Decrypt', key)).toThrow(key)
  })
})
