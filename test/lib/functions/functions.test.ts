// The two functions, their logs, and what each role may do.
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { defaultTokenEndpointHosts, environment, longestTickSeconds } from '../../../lambda/contract.ts'
import { type Permission, permissions } from '../../../lib/permissions/permissions.ts'
import { account, propertiesOf, region, templateWith } from '../support.ts'

const template = templateWith()
const withEverything = templateWith({
  prefix: 'mail',
  everyMinutes: 2,
  shards: 2,
  reservedConcurrency: 3,
  tokenEndpointHosts: 'login.microsoftonline.com,idp.example.com:8443',
  logRetentionDays: 30,
  publishedKeyArn: `arn:aws:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`,
})

const withCopies = templateWith({ replicaRegions: 'eu-central-1,us-east-1' })

test.each([
  ['token-refresher-refresh', 340],
  ['token-refresher-bootstrap', 120],
])('%s runs on Node.js 24, ARM64, and is stopped after %i seconds', (FunctionName, Timeout) => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName,
    Timeout,
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    MemorySize: 512,
    LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', LogGroup: Match.anyValue() },
    ReservedConcurrentExecutions: Match.absent(),
    VpcConfig: Match.absent(),
  })
})

test('a tick may end what it has begun when the next one begins, regardless of the period, within Lambda’s own limit', () => {
  withEverything.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'mail-refresh', Timeout: 160 })
  expect([14, 15, 16].map((everyMinutes) => longestTickSeconds({ everyMinutes }))).toEqual([880, 900, 900])
})

test('concurrency is reserved for the refresher alone, and only when asked for', () => {
  withEverything.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'mail-refresh',
    ReservedConcurrentExecutions: 3,
  })
  withEverything.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'mail-bootstrap',
    ReservedConcurrentExecutions: Match.absent(),
  })
})

test('each function has a log group of its own, which keeps what it is reported to keep and goes with the stack', () => {
  for (const LogGroupName of ['/aws/lambda/token-refresher-refresh', '/aws/lambda/token-refresher-bootstrap']) {
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName, RetentionInDays: 90 },
      DeletionPolicy: 'Delete',
    })
  }
  withEverything.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 })
})

test.each([
  ['Refresh', 240],
  ['Bootstrap', 900],
])('an event of %s is run once, within %i seconds or not at all, and kept when it fails', (part, age) => {
  expect(propertiesOf(template, 'AWS::Lambda::EventInvokeConfig', `${part}Function`)).toMatchObject({
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: age,
    DestinationConfig: {
      OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('Undelivered'), 'Arn'] } },
    },
  })
})

const variables = (of: typeof template, part: string): Record<string, unknown> =>
  Object(Object(propertiesOf(of, 'AWS::Lambda::Function', `${part}Function`)).Environment).Variables

describe('the environment', () => {
  test.each(['Refresh', 'Bootstrap'])(
    'of %s names the prefix, the timing, the allowed hosts, the key, the runbook and how V8 clears up, and nothing else',
    (part) => {
      expect(variables(template, part)).toEqual({
        NODE_OPTIONS: '--max-semi-space-size=8',
        [environment.prefix]: 'token-refresher',
        [environment.everyMinutes]: '5',
        [environment.runbookUrl]: 'docs/runbook.md',
        [environment.tokenEndpointHosts]: defaultTokenEndpointHosts.join(','),
        [environment.minimumValidityMinutes]: '15',
        [environment.keepAliveDays]: '1',
        [environment.privateKeyArn]: { 'Fn::GetAtt': [expect.stringContaining('PrivateKey'), 'Arn'] },
      })
    },
  )

  test('names the hosts that are allowed', () => {
    for (const part of ['Refresh', 'Bootstrap']) {
      expect(variables(withEverything, part)).toHaveProperty(
        environment.tokenEndpointHosts,
        'login.microsoftonline.com,idp.example.com:8443',
      )
    }
  })

  test('names the key of published secrets when there is one', () => {
    expect(variables(withEverything, 'Refresh')).toHaveProperty(
      environment.publishedKeyArn,
      `arn:aws:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`,
    )
  })
})

describe('with the renewal of client secrets', () => {
  const withRenewal = templateWith({ clientSecretRenewal: 'on' })

  test('the bootstrap function alone knows of it', () => {
    expect(variables(withRenewal, 'Bootstrap')).toEqual({
      ...variables(template, 'Bootstrap'),
      [environment.clientSecretRenewal]: 'on',
    })
    expect(variables(withRenewal, 'Refresh')).toEqual(variables(template, 'Refresh'))
  })

  test('the bootstrap may also list secrets, and see the tags of clients, from its own function alone', () => {
    const statementsOf = (of: typeof template): readonly object[] =>
      Object(propertiesOf(of, 'AWS::IAM::Policy', 'BootstrapRole').PolicyDocument).Statement
    const before = statementsOf(template).map((one) => JSON.stringify(one))
    const added = statementsOf(withRenewal).filter((one) => !before.includes(JSON.stringify(one)))
    const own = `arn:aws:lambda:${region}:${account}:function:token-refresher-bootstrap`
    const Condition = { ArnEquals: { 'lambda:SourceFunctionArn': own } }
    const Resource = `arn:aws:secretsmanager:${region}:${account}:secret:token-refresher/clients/*`
    expect(added).toEqual([
      { Sid: 'ListedClients', Effect: 'Allow', Action: 'secretsmanager:ListSecrets', Resource: '*', Condition },
      { Sid: 'RenewedClients', Effect: 'Allow', Action: 'secretsmanager:DescribeSecret', Resource, Condition },
    ])
    expect(statementsOf(withRenewal)).toHaveLength(before.length + added.length)
  })
})

describe('with copies in other Regions', () => {
  test('both functions know the Regions, and may copy published secrets there and nowhere else', () => {
    for (const part of ['Refresh', 'Bootstrap']) {
      expect(variables(withCopies, part)).toHaveProperty(environment.replicaRegions, 'eu-central-1,us-east-1')
      const { Statement } = Object(propertiesOf(withCopies, 'AWS::IAM::Policy', `${part}Role`).PolicyDocument)
      expect(Statement).toContainEqual(
        expect.objectContaining({
          Action: 'secretsmanager:ReplicateSecretToRegions',
          Resource: expect.stringMatching(/:secret:token-refresher\/connections\/\*$/),
          Condition: expect.objectContaining({
            'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': ['eu-central-1', 'us-east-1'] },
          }),
        }),
      )
    }
  })
})

describe('the role', () => {
  interface Statement {
    readonly Sid: string
    readonly Effect: string
    readonly Action: string | readonly string[]
    readonly Resource: unknown
    readonly Condition?: unknown
  }
  const statements = (of: typeof template, part: string): readonly Statement[] =>
    Object(propertiesOf(of, 'AWS::IAM::Policy', `${part}Role`).PolicyDocument).Statement
  const granted = (list: readonly Statement[]): readonly string[] =>
    list.flatMap(({ Sid, Action }) => [Action].flat().map((action) => `${action} on ${Sid}`)).toSorted()
  const meant = (list: readonly Permission[], without: readonly string[]): readonly string[] =>
    list
      .filter(({ on }) => !without.includes(on))
      .map(({ action, on }) => `${action} on ${on.charAt(0).toUpperCase()}${on.slice(1)}`)
      .toSorted()
  const roles = [
    ['Refresh', permissions.refresh],
    ['Bootstrap', permissions.bootstrap],
  ] as const

  test.each(roles)('of %s may take exactly the actions of permissions.ts', (part, list) => {
    const optional = ['signInKey', 'webIdentity', 'renewedClients', 'listedClients'] as const
    expect(granted(statements(template, part))).toEqual(
      meant(list, ['publishedKey', 'replicas', 'network', ...optional]),
    )
    expect(granted(statements(withEverything, part))).toEqual(meant(list, ['replicas', 'network', ...optional]))
    expect(granted(statements(withCopies, part))).toEqual(meant(list, ['publishedKey', 'network', ...optional]))
  })

  test.each(roles)('of %s reaches the rooms of its own prefix and no others', (part) => {
    const rooms = statements(withEverything, part).filter(({ Action }) =>
      [Action].flat().some((action) => action.startsWith('secretsmanager:')),
    )
    for (const { Sid, Resource } of rooms.filter((statement) => statement.Sid !== 'EverySecret')) {
      expect(JSON.stringify(Resource)).toContain(
        `secretsmanager:${region}:${account}:secret:mail/${Sid.toLowerCase()}/*`,
      )
    }
  })

  test.each(roles)('of %s takes a star only for actions that know no resource', (part) => {
    const stars = statements(withEverything, part).filter(({ Resource }) => Resource === '*')
    expect(stars.flatMap(({ Action }) => Action)).toEqual(
      part === 'Refresh' ? ['secretsmanager:BatchGetSecretValue', 'secretsmanager:ListSecrets'] : [],
    )
  })

  test.each(roles)('of %s uses keys through Secrets Manager alone, and sends events as ourselves alone', (part) => {
    const conditionOf = (sid: string) => statements(withEverything, part).find(({ Sid }) => Sid === sid)?.Condition
    const throughSecretsManager = { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } }
    expect(conditionOf('PrivateKey')).toEqual(throughSecretsManager)
    expect(conditionOf('PublishedKey')).toEqual(throughSecretsManager)
    expect(conditionOf('EventBus')).toMatchObject({ StringEquals: { 'events:source': 'token-refresher' } })
  })

  test.each(roles)('of %s opens secrets, and sends events, from its own function alone', (part) => {
    const name = `mail-${part.toLowerCase()}`
    const own = { 'lambda:SourceFunctionArn': `arn:aws:lambda:${region}:${account}:function:${name}` }
    const bound = statements(withEverything, part).flatMap(({ Sid, Condition }) => {
      const { ArnEquals } = Object(Condition)
      return ArnEquals === undefined ? [] : [[Sid, ArnEquals]]
    })
    const targets = ['Clients', 'Grants', 'Connections', 'EventBus']
    targets.push(part === 'Refresh' ? 'EverySecret' : 'Logins')
    expect(Object.fromEntries(bound)).toEqual(Object.fromEntries(targets.map((target) => [target, own])))
  })

  test('has no managed policy and is assumed by Lambda alone', () => {
    for (const part of ['RefreshRole', 'BootstrapRole']) {
      const role = propertiesOf(template, 'AWS::IAM::Role', part)
      expect(role).not.toHaveProperty('ManagedPolicyArns')
      expect(JSON.stringify(role.AssumeRolePolicyDocument)).toContain('"Service":"lambda.amazonaws.com"')
    }
  })
})

test('permissions.ts gives a reason for every action, and lists none twice', () => {
  for (const list of Object.values(permissions)) {
    expect(new Set(list.map(({ action, on }) => `${action} ${on}`)).size).toBe(list.length)
    expect(list.filter(({ why }) => why === '')).toEqual([])
  }
})
