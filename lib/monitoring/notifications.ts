// Who receives notifications: one encrypted topic for alarms and messages, and an e-mail address if there is one.
import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AccountRootPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { administeredByTheAccount } from '../permissions/key-policy.ts'

const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com')

export interface NotificationsProps {
  /** First part of every name; the topic is `<prefix>-alarms`. */
  readonly prefix: string
  /** @default - no subscription */
  readonly alarmEmail?: string | undefined
}

/**
 * The topic has a key of its own: CloudWatch cannot publish to a topic under the key that SNS has by default, whose
 * policy cannot be changed, and only the two function roles may use the private key.
 */
export class Notifications extends Construct {
  readonly topic: Topic
  /** Publishes for the rules that send messages. */
  readonly publisher: Role
  private readonly key: Key

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id)
    this.key = new Key(this, 'Key', {
      description: `token-refresher: messages of ${props.prefix} on their way to people`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
      policy: administeredByTheAccount(),
    })
    this.topic = new Topic(this, 'Topic', {
      topicName: `${props.prefix}-alarms`,
      displayName: props.prefix,
      masterKey: this.key,
      enforceSSL: true,
    })
    this.publisher = new Role(this, 'Publisher', {
      description: 'Lets the rules send messages to the topic',
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
    })
    this.letAlarmsPublish()
    this.letRulesPublish()
    if (props.alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(props.alarmEmail))
  }

  /** Only alarms of this account and Region. */
  private letAlarmsPublish(): void {
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
      ArnLike: {
        'aws:SourceArn': Stack.of(this).formatArn({ service: 'cloudwatch', resource: 'alarm:*' }),
      },
    }
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions,
      }),
    )
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsEncrypt',
        principals: [cloudWatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions,
      }),
    )
  }
  /**
   * By a role of ours, and not by a statement for events.amazonaws.com: EventBridge supports no condition in the policies of
   * a topic and of its key, so such a statement would let every rule publish. The topic's policy does not name the role,
   * because the role's own permission is enough in one account; the key's has to, because the account does not use the key.
   */
  private letRulesPublish(): void {
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey']
    const through = { 'kms:ViaService': `sns.${Stack.of(this).region}.amazonaws.com` }
    this.publisher.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    )
    this.publisher.addToPrincipalPolicy(
      new PolicyStatement({ actions, resources: [this.key.keyArn], conditions: { StringEquals: through } }),
    )
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RulesEncrypt',
        principals: [new AccountRootPrincipal()],
        actions,
        resources: ['*'],
        conditions: { StringEquals: through, ArnEquals: { 'aws:PrincipalArn': this.publisher.roleArn } },
      }),
    )
  }
}
