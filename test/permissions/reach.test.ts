// How far the roles reach, and that no one else reaches the private key: questions put to the deployed policies.

import { describe, expect, test } from 'vitest'
import { entraFederationAudience, environment } from '../../lambda/contract.ts'
import type { FunctionName } from '../../lib/permissions/permissions.ts'
import { authorizer } from '../../local/iam/authorizer.ts'
import { defaultPlace } from '../../local/iam/role.ts'
import { readStatements, withoutAction } from '../../local/iam/statement.ts'
import type { AccessRequest } from '../../local/secrets-manager/access.ts'
import { withPublishedKey as deployment } from './deployment.ts'
import { Guard } from './guard.ts'

const { region, accountId } = defaultPlace
const privateKey = deployment.functions.refresh.environment[environment.privateKeyArn] ?? ''
const through = { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` }
const secretArn = (name: string): string => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-a1B2c3`
const queue = `arn:aws:sqs:${region}:${accountId}:token-refresher-undelivered`
const log = `arn:aws:logs:${region}:${accountId}:log-group:/aws/lambda/token-refresher-refresh`
const bus = `arn:aws:events:${region}:${accountId}:event-bus/token-refresher`

type Call = Omit<AccessRequest, 'principal'>

const secretCall = (action: string, name: string): Call => ({
  action: `secretsmanager:${action}`,
  resource: secretArn(name),
  context: {},
})
const keyCall = (action: string, context: Call['context']): Call => ({ action, resource: privateKey, context })
const event = (source: string, resource = bus): Call => ({
  action: 'events:PutEvents',
  resource,
  context: { 'events:source': source },
})

const webIdentity = (change: Call['context'] = {}): Call => ({
  action: 'sts:GetWebIdentityToken',
  resource: '*',
  context: {
    'sts:IdentityTokenAudience': [entraFederationAudience],
    'sts:SigningAlgorithm': 'RS256',
    'sts:DurationSeconds': '300',
    ...change,
  },
})

const list: Call = { action: 'secretsmanager:ListSecrets', resource: '*', context: {} }
const batch: Call = { action: 'secretsmanager:BatchGetSecretValue', resource: '*', context: {} }

const { authorize } = new Guard(deployment)
const allowed = (role: FunctionName, call: Call): boolean =>
  authorize({ ...call, principal: { accessKeyId: role } }) === undefined

test('what is asked here is allowed where it should be', () => {
  expect(allowed('refresh', secretCall('GetSecretValue', 'token-refresher/grants/a'))).toBe(true)
  expect(allowed('refresh', keyCall('kms:Decrypt', through))).toBe(true)
  expect(allowed('refresh', event('token-refresher'))).toBe(true)
  expect(allowed('bootstrap', webIdentity())).toBe(true)
  expect(allowed('bootstrap', list)).toBe(true)
})

test.each<[string, FunctionName, Call]>([
  ['the refresher reads no login', 'refresh', secretCall('GetSecretValue', 'token-refresher/logins/a')],
  ['the refresher deletes nothing', 'refresh', secretCall('DeleteSecret', 'token-refresher/grants/a')],
  ['the refresher makes no grant', 'refresh', secretCall('CreateSecret', 'token-refresher/grants/a')],
  ['the bootstrap deletes no grant', 'bootstrap', secretCall('DeleteSecret', 'token-refresher/grants/a')],
  [
    'a web identity token is for Microsoft',
    'refresh',
    webIdentity({ 'sts:IdentityTokenAudience': ['sts.example.com'] }),
  ],
  [
    'a web identity token is for no one else besides',
    'bootstrap',
    webIdentity({ 'sts:IdentityTokenAudience': [entraFederationAudience, 'sts.example.com'] }),
  ],
  ['a web identity token lasts 300 seconds', 'refresh', webIdentity({ 'sts:DurationSeconds': '301' })],
  ['a web identity token is signed with RS256', 'refresh', webIdentity({ 'sts:SigningAlgorithm': 'ES384' })],
  ['a web identity token has no further claims', 'refresh', { ...webIdentity(), action: 'sts:TagGetWebIdentityToken' }],
  ['the sign-in page gets no web identity token', 'signIn', webIdentity()],
  ['the bootstrap lists secrets, and reads none in one call', 'bootstrap', batch],
  [
    'the bootstrap sees the versions of no published secret',
    'bootstrap',
    secretCall('DescribeSecret', 'token-refresher/connections/a'),
  ],
  ['the sign-in page lists no secret', 'signIn', list],
  ['another prefix is out of reach', 'refresh', secretCall('GetSecretValue', 'mail/grants/a')],
  [
    'a prefix that begins the same is out of reach',
    'refresh',
    secretCall('GetSecretValue', 'token-refresher2/grants/a'),
  ],
  ['no one opens a resource policy', 'bootstrap', secretCall('PutResourcePolicy', 'token-refresher/connections/a')],
  ['the key is not used directly', 'refresh', keyCall('kms:Decrypt', {})],
  [
    'the key is not used through S3',
    'refresh',
    keyCall('kms:Decrypt', { 'kms:ViaService': `s3.${region}.amazonaws.com` }),
  ],
  ['the roles do not administer the key', 'refresh', keyCall('kms:PutKeyPolicy', through)],
  ['no one else’s events are sent', 'refresh', event('aws.health')],
  ['nothing is sent to the default bus', 'refresh', event('token-refresher', bus.replace(/[^/]+$/, 'default'))],
])('%s', (_, role, call) => {
  expect(allowed(role, call)).toBe(false)
})

describe('a role of ours that is passed to', () => {
  const places: readonly [string, string | undefined][] = [
    ['another function', `arn:aws:lambda:${region}:${accountId}:function:other`],
    [
      'a function of the same name in another account',
      `arn:aws:lambda:${region}:210987654321:function:token-refresher-refresh`,
    ],
    ['something that is no function', undefined],
  ]
  const calls: readonly Call[] = [
    secretCall('GetSecretValue', 'token-refresher/grants/a'),
    secretCall('GetSecretValue', 'token-refresher/clients/a'),
    secretCall('GetSecretValue', 'token-refresher/connections/a'),
    secretCall('PutSecretValue', 'token-refresher/grants/a'),
    list,
    batch,
    event('token-refresher'),
  ]
  const asking = (functionArn: string | undefined) => {
    const principals = new Map([['refresh', { ...deployment.functions.refresh, functionArn }]])
    const ask = authorizer({ principals, keyPolicies: deployment.keyPolicies })
    return (call: Call): boolean => ask({ ...call, principal: { accessKeyId: 'refresh' } }) === undefined
  }

  test.each(places)('%s reads no secret, lists none, and sends no event', (_, functionArn) => {
    expect(calls.filter(asking(functionArn))).toEqual([])
    expect(calls.filter(asking(deployment.functions.refresh.functionArn))).toEqual(calls)
  })

  test('the other function of ours does neither', () => {
    expect(calls.filter(asking(deployment.functions.bootstrap.functionArn))).toEqual([])
  })

  test('nothing else still logs, and keeps an event, as Lambda does for a function', () => {
    const may = asking(undefined)
    expect(may({ action: 'sqs:SendMessage', resource: queue, context: {} })).toBe(true)
    expect(may({ action: 'logs:PutLogEvents', resource: `${log}:log-stream:one`, context: {} })).toBe(true)
  })
})

test('a role with all of KMS decrypts nothing of ours, through Secrets Manager or directly', () => {
  const everything = readStatements({ Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] })
  const administrator = { roleArn: `arn:aws:iam::${accountId}:role/administrator`, statements: everything }
  const principals = new Map([['administrator', administrator]])
  const ask = authorizer({ principals, keyPolicies: deployment.keyPolicies })
  const may = (call: Call): boolean => ask({ ...call, principal: { accessKeyId: 'administrator' } }) === undefined
  expect(may(keyCall('kms:Decrypt', through))).toBe(false)
  expect(may(keyCall('kms:Decrypt', {}))).toBe(false)
  expect(may(keyCall('kms:CreateGrant', {}))).toBe(false)
  expect(may(keyCall('kms:GenerateDataKey', through))).toBe(true)
  const probe = { ...through, 'kms:EncryptionContext:SecretVersionId': 'RequestToValidateKeyAccess' }
  expect(may(keyCall('kms:Decrypt', probe))).toBe(true)
})

test('the role’s own permission is not enough without the key’s, nor the key’s without the role’s', () => {
  const role = deployment.functions.refresh
  const call = { ...keyCall('kms:Decrypt', through), principal: { accessKeyId: 'refresh' } }
  const policy = deployment.keyPolicies.get(privateKey) ?? []
  const closed = new Map([[privateKey, withoutAction(policy, 'OurFunctionsUse', 'kms:Decrypt')]])
  const without = { ...role, statements: withoutAction(role.statements, 'PrivateKey', 'kms:Decrypt') }
  const { keyPolicies } = deployment
  expect(authorizer({ principals: new Map([['refresh', role]]), keyPolicies })(call)).toBeUndefined()
  expect(authorizer({ principals: new Map([['refresh', role]]), keyPolicies: closed })(call)).toBeDefined()
  expect(authorizer({ principals: new Map([['refresh', without]]), keyPolicies })(call)).toBeDefined()
})
