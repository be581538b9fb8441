// The topic, its key, and the messages that name the connection.
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { events } from '../../../lambda/contract.ts'
import { account, propertiesOf, region, templateWith } from '../support.ts'

const template = templateWith()

test('the topic is encrypted under a rotated key of its own', () => {
  template.hasResourceProperties('AWS::SNS::Topic', {
    TopicName: 'token-refresher-alarms',
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('NotificationsKey'), 'Arn'] },
  })
  expect(propertiesOf(template, 'AWS::KMS::Key', 'NotificationsKey')).toMatchObject({ EnableKeyRotation: true })
})

test('no one publishes without TLS', () => {
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

interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Principal: { readonly Service?: string; readonly AWS?: unknown } | string
  readonly Condition?: unknown
}

const topicStatements: readonly Statement[] = Object(propertiesOf(template, 'AWS::SNS::TopicPolicy')).PolicyDocument
  .Statement
const keyStatements: readonly Statement[] = Object(propertiesOf(template, 'AWS::KMS::Key', 'NotificationsKey'))
  .KeyPolicy.Statement
const publisher = { 'Fn::GetAtt': [expect.stringContaining('NotificationsPublisher'), 'Arn'] }
const topic = { Ref: expect.stringContaining('NotificationsTopic') }

test('the topic’s policy lets only the alarms of this account and Region publish', () => {
  const allowed = topicStatements.filter(({ Effect }) => Effect === 'Allow')
  expect(allowed).toMatchObject([
    {
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:${region}:${account}:alarm:*` },
      },
    },
  ])
})

test('the rules publish by a role that EventBridge assumes, that may publish to this topic and nothing else', () => {
  const policy = propertiesOf(template, 'AWS::IAM::Policy', 'NotificationsPublisher')
  const through = { StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com` } }
  expect(policy.PolicyDocument).toMatchObject({
    Statement: [
      { Effect: 'Allow', Action: 'sns:Publish', Resource: topic },
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Condition: through },
    ],
  })
  const role = propertiesOf(template, 'AWS::IAM::Role', 'NotificationsPublisher')
  expect(role.AssumeRolePolicyDocument).toMatchObject({
    Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'events.amazonaws.com' } }],
  })
})

test('every use of the topic’s key has a condition: alarms by their account, the rules by their role', () => {
  const uses = keyStatements.filter(({ Action }) =>
    [Action].flat().some((action) => /Decrypt|GenerateDataKey/.test(action)),
  )
  expect(uses).toMatchObject([
    {
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
    {
      Condition: {
        StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com` },
        ArnEquals: { 'aws:PrincipalArn': publisher },
      },
    },
  ])
})

test('an e-mail address is subscribed when it is given, and no one otherwise', () => {
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

  const patternsWith = (settings: Readonly<Record<string, unknown>>) =>
    Object.values(templateWith(settings).findResources('AWS::Events::Rule')).map(
      ({ Properties }) => Properties.EventPattern,
    )

  test('is sent for every event for people, once, and for those of this deployment only', () => {
    const { source, signInReminder, published, ...types } = events
    const patterns = patternsWith({ clientSecretRenewal: 'on' })
    for (const pattern of patterns) {
      expect(pattern).toMatchObject({ source: [source], detail: { prefix: ['token-refresher'] } })
    }
    const typesIn = (all: typeof patterns) => all.flatMap((pattern) => pattern['detail-type']).toSorted()
    expect(typesIn(patterns)).toEqual(Object.values(types).toSorted())
    const { clientSecretNotRenewed, clientSecretRenewed, ...others } = types
    expect(typesIn(patternsWith({}))).toEqual(Object.values(others).toSorted())
  })

  test('is not sent for a publication, which concerns machines', () => {
    for (const settings of [{}, { signIn: 'on' }]) {
      expect(JSON.stringify(patternsWith(settings))).not.toContain(events.published)
    }
  })

  test('with a link has a text of its own, where people sign in by a link', () => {
    const { actionRequired, signInReminder, connectionEnding, source, published, ...others } = events
    const kinds = patternsWith({ signIn: 'on', clientSecretRenewal: 'on' }).flatMap((pattern) => {
      const [{ exists } = { exists: undefined }] = pattern.detail.sign_in_link ?? []
      return pattern['detail-type'].map((type: string) => [type, exists])
    })
    const linked = [actionRequired, signInReminder, connectionEnding]
    expect(kinds.toSorted()).toEqual(
      [
        ...linked.flatMap((type) => [
          [type, false],
          [type, true],
        ]),
        ...Object.values(others).map((type) => [type, undefined]),
      ].toSorted(),
    )
  })

  test('ends in the link, and says to whom it has to be forwarded', () => {
    const [target] = [
      propertiesOf(templateWith({ signIn: 'on' }), 'AWS::Events::Rule', 'RequiredWithLink').Targets,
    ].flat()
    expect(Object(target).InputTransformer.InputTemplate.split('\n').slice(-2)).toEqual([
      '"Forward this message to <detail-sign_in_as>, who opens the link and signs in. A sign-in with another account changes nothing."',
      '"Sign in: <detail-sign_in_link>"',
    ])
  })

  test('is sent from the bus of this deployment, by the role', () => {
    template.hasResourceProperties('AWS::Events::EventBus', { Name: 'token-refresher' })
    for (const rule of all) {
      expect(rule).toMatchObject({
        EventBusName: { Ref: expect.stringContaining('MessagesBus') },
        Targets: [{ RoleArn: publisher }],
      })
    }
  })

  test('about a connection says who needs what, why, until when, and where to read on', () => {
    const [target] = [transformerOf('ConnectionActionRequired')].flat()
    const { InputTemplate, InputPathsMap } = Object(target).InputTransformer
    expect(InputTemplate.split('\n')).toEqual([
      '"The connection <detail-connection> needs a person. Until then its access token is not renewed."',
      '"Why: <detail-class> <detail-code>, since <detail-since>"',
      '"What to do: <detail-remedy>"',
      '"Apps can continue until <detail-access_token_expires_at>, when the access token that they read expires."',
      '"App registration (client): <detail-client>"',
      '"Where: deployment <detail-prefix> of token-refresher, AWS account <account>, <region>"',
      '"Read more: <detail-runbook>"',
    ])
    expect(InputPathsMap).toMatchObject({ 'detail-remedy': '$.detail.remedy' })
  })

  describe('about a client secret that renews itself', () => {
    const renewing = templateWith({ clientSecretRenewal: 'on' })
    const linesOf = (part: string): readonly string[] => {
      const [target] = [propertiesOf(renewing, 'AWS::Events::Rule', part).Targets].flat()
      return Object(target).InputTransformer.InputTemplate.split('\n')
    }

    test('says why it was not renewed, what to do, and until when everything works', () => {
      expect(linesOf('ClientSecretNotRenewed')).toEqual([
        '"The client secret of the app registration (client) <detail-client> could not be renewed."',
        '"Why: <detail-class> <detail-code>, since <detail-since>"',
        '"What to do: <detail-remedy>"',
        '"The present client secret expires on <detail-client_secret_expires_at>. Until then everything works; afterwards none of its connections is refreshed."',
        '"The bootstrap function tries again every hour, and a message says when it has succeeded."',
        '"Where: deployment <detail-prefix> of token-refresher, AWS account <account>, <region>"',
        '"Read more: <detail-runbook>"',
      ])
    })

    test('says until when the new one lasts, and which apps need it from a person', () => {
      expect(linesOf('ClientSecretRenewed')).toEqual([
        '"The client secret of the app registration (client) <detail-client> was renewed. The one that is used now expires on <detail-client_secret_expires_at>."',
        '"Apps that read the client secret from a published secret find the new one there after the next refresh of the connection."',
        '"What to do: if an app has a copy that a person made, give it the new one before the old one expires. Otherwise nothing."',
        '"Where: deployment <detail-prefix> of token-refresher, AWS account <account>, <region>"',
        '"Read more: <detail-runbook>"',
      ])
    })
  })

  test('that could not be sent is kept in the queue', () => {
    for (const { Targets } of all) {
      expect(Targets).toMatchObject([
        { DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringContaining('Undelivered'), 'Arn'] } } },
      ])
    }
  })
})
