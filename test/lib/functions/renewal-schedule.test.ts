// When the bootstrap function looks for client secrets to renew, and what the setting changes in the template.
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { renewalEveryMinutes } from '../../../lambda/contract.ts'
import { readTemplate } from '../../../local/iam/template.ts'
import { propertiesOf, startsAlone, templateWith, trustOfScheduleGroup } from '../support.ts'

const off = templateWith()
const on = templateWith({ clientSecretRenewal: 'on' })

const arnOf = (part: string) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(part), 'Arn'] })

test('a schedule starts the bootstrap function every hour, a quarter of an hour late at most', () => {
  expect(renewalEveryMinutes).toBe(60)
  on.hasResourceProperties('AWS::Scheduler::Schedule', {
    GroupName: 'token-refresher',
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
    State: 'ENABLED',
    Target: { Arn: arnOf('BootstrapFunction'), Input: '{"renewal":"due"}' },
  })
  on.resourceCountIs('AWS::Scheduler::Schedule', 2)
})

test('a start is tried again until the next one, and then kept in the queue', () => {
  on.hasResourceProperties('AWS::Scheduler::Schedule', {
    Target: {
      Arn: arnOf('BootstrapFunction'),
      RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 59 * 60 },
      DeadLetterConfig: { Arn: arnOf('Undelivered') },
    },
  })
})

test('the role is for this group alone, invokes the bootstrap function and fills the queue, nothing else', () => {
  const role = propertiesOf(on, 'AWS::IAM::Role', 'RenewalScheduleRole')
  expect(role.AssumeRolePolicyDocument).toMatchObject(trustOfScheduleGroup)
  const { Statement } = Object(propertiesOf(on, 'AWS::IAM::Policy', 'RenewalScheduleRole').PolicyDocument)
  expect(Statement).toMatchObject(startsAlone('BootstrapFunction'))
  expect(Statement).toHaveLength(2)
})

test('the schedule starts nothing before the policies and the failure destination are there', () => {
  const found = on.findResources('AWS::Scheduler::Schedule', {
    Properties: { Target: { Input: '{"renewal":"due"}' } },
  })
  const [schedule] = Object.values(found)
  for (const part of ['ScheduleGroup', 'RenewalScheduleRoleDefaultPolicy', 'BootstrapFunctionEventInvokeConfig']) {
    expect(schedule?.DependsOn).toContainEqual(expect.stringContaining(part))
  }
})

describe('the setting', () => {
  const resourcesOf = (of: Template) => readTemplate(of.toJSON()).Resources
  const shown = (id: string) => id.replace('TokenRefresher', '').replace(/[0-9A-F]{8}$/, '')

  test('that is off changes nothing', () => {
    expect(templateWith({ clientSecretRenewal: 'off' }).toJSON()).toEqual(off.toJSON())
    const text = JSON.stringify(off.toJSON())
    expect(['Renewal', 'RENEWAL', 'Renewed'].filter((word) => text.includes(word))).toEqual([])
  })

  test('that is on adds a schedule with its role and two mails, and changes what needs to know of them', () => {
    const [before, after] = [resourcesOf(off), resourcesOf(on)]
    const added = Object.keys(after).filter((id) => !(id in before))
    expect(added.map(shown).toSorted()).toEqual([
      'MessagesClientSecretNotRenewed',
      'MessagesClientSecretRenewed',
      'RenewalSchedule',
      'RenewalScheduleRole',
      'RenewalScheduleRoleDefaultPolicy',
    ])
    const changed = Object.keys(before).filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]))
    expect(changed.map(shown).toSorted()).toEqual([
      'AlarmsDeliveryFailed',
      'FunctionsBootstrapFunction',
      'FunctionsBootstrapRoleDefaultPolicy',
      'UndeliveredQueuePolicy',
    ])
  })
})
