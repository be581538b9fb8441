// The topic, its key, and the messages that name the connection.
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { events } from '../../lambda/contract.ts'
import { account, propertiesOf, region, templateWith } from './support.ts'

const template = templateWith()
const fromAlarms = {
  StringEquals: { 'aws:SourceAccount': account },
  ArnLike: { 'aws:SourceArn': Match.anyValue() },
}

test('the topic is encrypted under a rotated key of its own', () => {
  template.hasResourceProperties('AWS::SNS::Topic', {
    TopicName: 'token-refresher-alarms',
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('NotificationsKey'), 'Arn'] },
  })
  expect(propertiesOf(template, 'AWS::KMS::Key', 'NotificationsKey')).toMatchObject({ EnableKeyRotation: true })
})

test('nobody publishes without TLS', () => {
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Deny',
          Action: 'sns:Publish',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]),
    },
  })
})

test('alarms of this account and Region publish, and so do our rules', () => {
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Principal: { Service: 'cloudwatch.amazonaws.com' }, Condition: fromAlarms }),
        Match.objectLike({ Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish' }),
      ]),
    },
  })
  const policy = JSON.stringify(propertiesOf(template, 'AWS::SNS::TopicPolicy'))
  expect(policy).toContain(`:cloudwatch:${region}:${account}:alarm:*`)
})

test('both may use the key for it: without that, an encrypted topic drops alarms in silence', () => {
  const use = { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({ ...use, Principal: { Service: 'cloudwatch.amazonaws.com' }, Condition: fromAlarms }),
        Match.objectLike({ ...use, Principal: { Service: 'events.amazonaws.com' } }),
      ]),
    },
  })
})

test('an e-mail address is subscribed when it is given, and nobody otherwise', () => {
  template.resourceCountIs('AWS::SNS::Subscription', 0)
  templateWith({ alarmEmail: 'ops@example.com' }).hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'ops@example.com',
  })
})

describe('a message', () => {
  const rules = template.findResources('AWS::Events::Rule')
  const all = Object.values(rules).map(({ Properties }) => Properties)
  const transformerOf = (part: string) => propertiesOf(template, 'AWS::Events::Rule', part).Targets

  test('is sent for every event of ours, once, and for those of this deployment only', () => {
    const { source, ...types } = events
    for (const { EventPattern } of all) {
      expect(EventPattern).toMatchObject({ source: [source], detail: { prefix: ['token-refresher'] } })
    }
    expect(all.flatMap(({ EventPattern }) => EventPattern['detail-type']).toSorted()).toEqual(
      Object.values(types).toSorted(),
    )
  })

  test('about a connection says who needs what, why, until when, and where to read on', () => {
    const [target] = [transformerOf('ConnectionActionRequired')].flat()
    const { InputTemplate, InputPathsMap } = Object(target).InputTransformer
    expect(InputTemplate.split('\n')).toEqual([
      '"The connection <detail-connection> needs a person. Until then its access token is not renewed."',
      '"Why: <detail-class> <detail-code>, since <detail-since>"',
      '"What to do: <detail-remedy>"',
      '"Apps can go on until <detail-access_token_expires_at>, when the access token they read expires."',
      '"App registration (client): <detail-client>"',
      '"Where: deployment <detail-prefix> of token-refresher, AWS account <account>, <region>"',
      '"Read on: <detail-runbook>"',
    ])
    expect(InputPathsMap).toMatchObject({ 'detail-remedy': '$.detail.remedy' })
  })

  test('that could not be sent is kept in the queue', () => {
    for (const { Targets } of all) {
      expect(Targets).toMatchObject([
        { DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringContaining('Undelivered'), 'Arn'] } } },
      ])
    }
  })
})
