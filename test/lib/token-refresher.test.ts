// The construct as other applications use it, and the stack around it.
import { App, Duration, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Vpc } from 'aws-cdk-lib/aws-ec2'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { describe, expect, test } from 'vitest'
import { ConfigurationError } from '../../lib/settings/configuration.ts'
import { TokenRefresher } from '../../lib/token-refresher.ts'
import { account, app, code, emptyStack, propertiesOf, region, templateWith } from './support.ts'

const reader = (stack: Stack): Role =>
  new Role(stack, 'App', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
const published = (connection: string) =>
  `:secretsmanager:${region}:${account}:secret:token-refresher/connections/${connection}`

describe('a connection', () => {
  const stack = emptyStack()
  const publishedKey = new Key(stack, 'Published')
  const refresher = new TokenRefresher(stack, 'TokenRefresher', { code, publishedKey })
  const app = reader(stack)
  refresher.connection('sales-mailbox').grantRead(app)
  const template = Template.fromStack(stack)

  test('may be read by those it is granted to: the current version of its published secret alone, and under its key', () => {
    const policy = propertiesOf(template, 'AWS::IAM::Policy', 'AppDefaultPolicy')
    expect(policy.PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Action: 'secretsmanager:GetSecretValue',
          Resource: `arn:aws${published('sales-mailbox')}-??????`,
          Condition: {
            'ForAllValues:StringEquals': { 'secretsmanager:VersionStage': 'AWSCURRENT' },
            Null: { 'secretsmanager:VersionId': 'true' },
          },
        }),
        expect.objectContaining({
          Action: 'kms:Decrypt',
          Resource: { 'Fn::GetAtt': [expect.stringContaining('Published'), 'Arn'] },
          Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
        }),
      ]),
    })
  })

  test('is the same object each time', () => {
    expect(refresher.connection('sales-mailbox')).toBe(refresher.connection('sales-mailbox'))
    expect(refresher.connection('sales-mailbox').secret.secretName).toBe('token-refresher/connections/sales-mailbox')
  })

  test.each(['', 'Sales', 'sales mailbox', '../grants/sales', '-sales', 's'.repeat(64), '*'])(
    'cannot be named %j',
    (name) => {
      expect(() => refresher.connection(name)).toThrow(`connection: given ${JSON.stringify(name)}; allowed: 1 to 63`)
    },
  )
})

describe('copies of published secrets in other Regions', () => {
  test('may be read by those who may read the secret', () => {
    const stack = emptyStack()
    const role = reader(stack)
    const refresher = new TokenRefresher(stack, 'Refresher', { code, replicaRegions: ['us-east-1'] })
    refresher.connection('sales-mailbox').grantRead(role)
    const { PolicyDocument } = propertiesOf(Template.fromStack(stack), 'AWS::IAM::Policy', 'AppDefaultPolicy')
    expect(JSON.stringify(PolicyDocument)).toContain(
      `:secretsmanager:us-east-1:${account}:secret:token-refresher/connections/sales-mailbox-??????`,
    )
  })

  test('are refused in the own Region, and under a key that is not there', () => {
    const stack = emptyStack()
    const publishedKey = new Key(stack, 'Key')
    const make = () =>
      new TokenRefresher(stack, 'Refresher', { code, publishedKey, replicaRegions: [region, 'us-east-1'] })
    expect(make).toThrow(
      new ConfigurationError([
        'replicaRegions: not together with publishedKeyArn, because the copies would not be under that key.',
        `replicaRegions: given ${region}, which is the Region of the deployment.`,
      ]),
    )
  })
})

describe('two of them with one prefix', () => {
  test('that differs in case alone are refused too, because IAM ignores case in role names', () => {
    const both = app()
    new TokenRefresher(emptyStack('First', both), 'Refresher', { code, prefix: 'mail' })
    expect(() => new TokenRefresher(emptyStack('Second', both), 'Refresher', { code, prefix: 'Mail' })).toThrow(
      'prefix: given "Mail" for Second/Refresher; First/Refresher has it already',
    )
  })

  test('in one account and Region are refused, and the message names both', () => {
    const both = app()
    new TokenRefresher(emptyStack('First', both), 'Refresher', { code })
    expect(() => new TokenRefresher(emptyStack('Second', both), 'Refresher', { code })).toThrow(
      `prefix: given "token-refresher" for Second/Refresher; First/Refresher has it already in the same account and ` +
        `Region (aws://${account}/${region}). Give one of them another prefix.`,
    )
  })

  test('in two Regions are fine, and so are two prefixes in one', () => {
    const many = app()
    new TokenRefresher(emptyStack('First', many), 'Refresher', { code })
    new TokenRefresher(new Stack(many, 'Elsewhere', { env: { account, region: 'us-east-1' } }), 'Refresher', { code })
    new TokenRefresher(emptyStack('Second', many), 'Refresher', { code, prefix: 'mail' })
  })

  test('in two applications are refused by CloudFormation, which names the stack that exports the prefix', () => {
    templateWith({ prefix: 'mail' }).hasOutput('Prefix', { Export: { Name: 'token-refresher:mail' } })
  })
})

test('props are checked by the rules of the configuration, all at once', () => {
  const props = { code, prefix: 'a*', every: Duration.seconds(90), minimumValidity: Duration.minutes(3), shards: 0 }
  const make = () => new TokenRefresher(emptyStack(), 'TokenRefresher', props)
  expect(make).toThrow('4 problems')
  for (const problem of [
    'prefix: given "a*"',
    'everyMinutes: given 1.5',
    'minimumValidityMinutes: given 3',
    'shards: given 0',
  ]) {
    expect(make).toThrow(problem)
  }
})

test('a prefix that is not known at synth is refused', () => {
  const stack = new Stack(new App(), 'Unknown')
  expect(() => new TokenRefresher(stack, 'TokenRefresher', { code, prefix: stack.region })).toThrow('prefix: given')
})

test('in a VPC the roles may attach to its network, and no managed policy is used for it', () => {
  const stack = emptyStack()
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-01', 'subnet-02'],
    privateSubnetRouteTableIds: ['rtb-01', 'rtb-02'],
  })
  new TokenRefresher(stack, 'TokenRefresher', { code, vpc })
  const template = Template.fromStack(stack)
  const inTheVpc = { VpcConfig: { SubnetIds: ['subnet-01', 'subnet-02'] } }
  template.resourcePropertiesCountIs('AWS::Lambda::Function', inTheVpc, 2)
  const policies = Object.values(template.findResources('AWS::IAM::Policy'))
  const network = policies.filter((policy) => JSON.stringify(policy).includes('ec2:CreateNetworkInterface'))
  expect(network).toHaveLength(2)
  expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('AWSLambdaVPCAccess')
})

test('metric methods know their statistic and take options', () => {
  const refresher = new TokenRefresher(emptyStack(), 'TokenRefresher', { code })
  expect(refresher.metricActionRequired()).toMatchObject({ namespace: 'TokenRefresher', statistic: 'Maximum' })
  expect(refresher.metricLowestValidityMinutes()).toMatchObject({ statistic: 'Minimum' })
  expect(refresher.metricFailed('client')).toMatchObject({
    metricName: 'Failed',
    dimensions: { service: 'token-refresher', class: 'client' },
  })
  expect(refresher.metricRefreshed({ period: Duration.hours(1) }).period.toHours()).toBe(1)
  expect(refresher.metricAllFailed().period.toMinutes()).toBe(5)
  expect(refresher.metricConnections()).toMatchObject({ statistic: 'Average' })
  expect(refresher.metricOldestRefreshDays()).toMatchObject({ statistic: 'Maximum' })
  expect(refresher.metricClientSecretDays()).toMatchObject({ statistic: 'Minimum' })
})

test('the stack tells names and ARNs', () => {
  const template = templateWith()
  expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual([
    'AlarmTopic',
    'BootstrapFunction',
    'Dashboard',
    'EventBus',
    'Prefix',
    'PrivateKey',
    'PublishedSecrets',
    'RefreshFunction',
    'UndeliveredQueue',
  ])
})
