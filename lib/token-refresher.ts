// The whole system as one construct, for all CDK applications.
import { Tags } from 'aws-cdk-lib'
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { defaultRunbookUrl } from '../lambda/contract.ts'
import { Connection, checkedName } from './connection.ts'
import { DeadLetterQueue } from './functions/dead-letter-queue.ts'
import { Functions } from './functions/functions.ts'
import { RenewalSchedule } from './functions/renewal-schedule.ts'
import { TickSchedule } from './functions/schedule.ts'
import { Alarms } from './monitoring/alarms.ts'
import { Dashboard } from './monitoring/dashboard.ts'
import { Messages } from './monitoring/messages.ts'
import { MetricMethods } from './monitoring/metric-methods.ts'
import { Notifications } from './monitoring/notifications.ts'
import { Queries } from './monitoring/queries.ts'
import { Encryption } from './permissions/encryption.ts'
import { refuseReplicas } from './settings/replicas.ts'
import { refuseSecondUse } from './settings/unique-prefix.ts'
import { check, type TokenRefresherProps } from './token-refresher-props.ts'

/**
 * Keeps delegated OAuth 2.0 connections alive, so that apps find a valid token in Secrets Manager.
 *
 * @throws ConfigurationError when props are not allowed, with all problems at once
 * @throws Error when the app has another one with the same prefix in the same account and Region
 */
export class TokenRefresher extends MetricMethods {
  /** First part of every name. */
  readonly prefix: string
  /** The refresher function, which the schedule starts. */
  readonly refresh: IFunction
  /** The bootstrap function, which makes a connection from a login. */
  readonly bootstrap: IFunction
  /** Receives alarms, their end, and messages about connections. */
  readonly alarmTopic: ITopic
  /** The page where the owner of an account signs in by a link. Undefined: `signIn` is off. */
  readonly signInPage: { readonly function: IFunction; readonly url: string; readonly redirectUri: string } | undefined
  /** The event bus for state changes, for rules of your own. */
  readonly eventBus: EventBus
  /** All alarms, for a composite alarm or a dashboard of your own. */
  readonly alarms: readonly Alarm[]
  /** Key of logins, clients and grants. */
  readonly privateKey: IKey
  /** Queue for events that could not be delivered, or whose run failed as a whole. */
  readonly undelivered: IQueue
  /** The dashboard. Undefined: there is none. */
  readonly dashboardName: string | undefined

  private readonly publishedKey: IKey | undefined
  private readonly replicaRegions: readonly string[]
  /** Scope of the connections from `connection(...)`, by name. */
  private readonly connections: Construct

  constructor(scope: Construct, id: string, props: TokenRefresherProps = {}) {
    super(scope, id)
    const checked = check(props)
    const { prefix, alarmEmail, timing, shards, reservedConcurrency, tokenEndpointHosts } = checked
    const { runbookUrl = defaultRunbookUrl, replicaRegions = [] } = checked
    refuseReplicas(this, { replicaRegions, publishedKey: props.publishedKey })
    this.prefix = prefix
    this.publishedKey = props.publishedKey
    this.replicaRegions = replicaRegions
    this.connections = new Construct(this, 'Connections')
    refuseSecondUse(
      this,
      this.node.root.node.findAll().filter((other) => other instanceof TokenRefresher),
    )

    const encryption = new Encryption(this, 'Encryption', { prefix, privateKey: props.privateKey })
    const { privateKey } = encryption
    const { queue } = new DeadLetterQueue(this, 'Undelivered', { prefix })
    const shared = { prefix, timing, shards, undelivered: queue }
    const clientSecretRenewal = checked.clientSecretRenewal === 'on'
    const functions = new Functions(this, 'Functions', {
      ...shared,
      runbookUrl,
      tokenEndpointHosts,
      privateKey,
      signIn: checked.signIn === 'on',
      signInConcurrency: checked.signInConcurrency === 'off' ? undefined : checked.signInConcurrency,
      signInUrl: checked.signInUrl,
      webIdentity: checked.webIdentity === 'on',
      clientSecretRenewal,
      allMetrics: checked.dashboard === 'on',
      publishedKey: props.publishedKey,
      replicaRegions,
      logRetention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      reservedConcurrency,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      code: props.code,
    })
    encryption.letUse([functions.refresh.role, functions.bootstrap.role])
    const { signIn } = functions
    const refresh = functions.refresh.function
    const bootstrap = functions.bootstrap.function
    const { group } = new TickSchedule(this, 'Schedule', { ...shared, everyMinutes: timing.everyMinutes, refresh })
    if (clientSecretRenewal) new RenewalSchedule(this, 'RenewalSchedule', { ...shared, group, bootstrap })
    const { topic, publisher } = new Notifications(this, 'Notifications', { prefix, alarmEmail })
    const { bus } = new Messages(this, 'Messages', {
      prefix,
      topic,
      publisher,
      signIn: checked.signIn === 'on',
      clientSecretRenewal,
      undelivered: queue,
    })
    new Queries(this, 'Queries', { prefix, logGroups: functions.logGroups })
    const { all: alarms } = new Alarms(this, 'Alarms', {
      ...shared,
      runbookUrl,
      action: new SnsAction(topic),
      refresh,
      group,
      choice: checked.alarms,
      signIn: signIn?.worker.function,
      renewing: clientSecretRenewal ? bootstrap : undefined,
    })
    Tags.of(this).add('token-refresher', prefix)

    this.refresh = refresh
    this.bootstrap = bootstrap
    this.signInPage = signIn && { function: signIn.worker.function, url: signIn.url, redirectUri: signIn.redirectUri }
    this.alarmTopic = topic
    this.eventBus = bus
    this.alarms = alarms
    this.privateKey = privateKey
    this.undelivered = queue
    if (checked.dashboard === 'on') {
      this.dashboardName = new Dashboard(this, 'Overview', { ...shared, alarms, refresh }).dashboard.dashboardName
    }
  }

  /**
   * What an app needs of one connection: its published secret, and the permission to read it.
   *
   * @param name the name that the operator chose or will choose, such as `sales-mailbox`
   * @throws Error when a connection cannot have the name
   */
  connection(name: string): Connection {
    const known = this.connections.node.tryFindChild(checkedName(name))
    if (known instanceof Connection) return known
    return new Connection(this.connections, name, {
      prefix: this.prefix,
      connection: name,
      publishedKey: this.publishedKey,
      replicaRegions: this.replicaRegions,
    })
  }
}
