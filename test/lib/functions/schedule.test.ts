// When the refresher is started, with what, and what becomes of a start that failed.
import { Match } from 'aws-cdk-lib/assertions'
import { expect, test } from 'vitest'
import { propertiesOf, startsAlone, templateWith, trustOfScheduleGroup } from '../support.ts'

const template = templateWith()
const sharded = templateWith({ prefix: 'mail', everyMinutes: 10, shards: 3 })

test('one schedule starts the refresher every five minutes, a minute late at most, for all connections', () => {
  template.resourceCountIs('AWS::Scheduler::Schedule', 1)
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    GroupName: 'token-refresher',
    ScheduleExpression: 'rate(5 minutes)',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1 },
    State: 'ENABLED',
    Target: { Input: '{}' },
  })
})

test('several shards are several schedules, each with its own part of the connections', () => {
  sharded.resourceCountIs('AWS::Scheduler::Schedule', 3)
  for (const shard of [0, 1, 2]) {
    sharded.hasResourceProperties('AWS::Scheduler::Schedule', { Target: { Input: JSON.stringify({ shard, of: 3 }) } })
  }
})

test('a start is tried again for less than a period, and then kept in the queue', () => {
  const target = (RetryPolicy: object) => ({
    Target: {
      RetryPolicy,
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Undelivered'), 'Arn'] } },
    },
  })
  const retry = { MaximumRetryAttempts: 2 }
  template.hasResourceProperties('AWS::Scheduler::Schedule', target({ ...retry, MaximumEventAgeInSeconds: 240 }))
  sharded.allResourcesProperties('AWS::Scheduler::Schedule', target({ ...retry, MaximumEventAgeInSeconds: 540 }))
})

test('the schedules have a group of their own, which goes with the stack', () => {
  sharded.hasResource('AWS::Scheduler::ScheduleGroup', { Properties: { Name: 'mail' }, DeletionPolicy: 'Delete' })
})

test('the scheduler’s role is for this group alone, invokes the refresher and fills the queue, nothing else', () => {
  const role = propertiesOf(template, 'AWS::IAM::Role', 'ScheduleRole')
  expect(role.AssumeRolePolicyDocument).toMatchObject(trustOfScheduleGroup)
  expect(propertiesOf(template, 'AWS::IAM::Policy', 'ScheduleRole').PolicyDocument).toMatchObject({
    Statement: startsAlone('RefreshFunction'),
  })
})

test('no schedule starts before the policies and the failure destination are there', () => {
  const [schedule] = Object.values(template.findResources('AWS::Scheduler::Schedule'))
  for (const part of ['ScheduleGroup', 'ScheduleRoleDefaultPolicy', 'RefreshFunctionEventInvokeConfig']) {
    expect(schedule?.DependsOn).toContainEqual(expect.stringContaining(part))
  }
})

test('undelivered events are kept for two weeks, encrypted, over TLS alone', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: 'token-refresher-undelivered',
    MessageRetentionPeriod: 14 * 24 * 60 * 60,
    SqsManagedSseEnabled: true,
  })
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  })
})
