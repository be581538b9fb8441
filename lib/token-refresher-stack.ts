// A stack with only a TokenRefresher in it, made from a configuration.
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { Vpc } from 'aws-cdk-lib/aws-ec2'
import { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { FunctionsCode } from './functions/functions.ts'
import { roomArn } from './permissions/statements.ts'
import type { Configuration } from './settings/configuration.ts'
import { TokenRefresher } from './token-refresher.ts'

export interface TokenRefresherStackProps extends StackProps {
  readonly configuration: Configuration

  /**
   * The code of the functions.
   *
   * @default - bundled at synth from the sources of this package
   */
  readonly code?: FunctionsCode | undefined
}

/** @throws Error if the VPC must be looked up and the stack names no account and Region */
export class TokenRefresherStack extends Stack {
  readonly refresher: TokenRefresher

  constructor(scope: Construct, id: string, props: TokenRefresherStackProps) {
    const { configuration, code, ...stackProps } = props
    super(scope, id, {
      description: `token-refresher ${configuration.prefix}: keeps OAuth 2.0 connections alive`,
      ...stackProps,
    })
    const { privateKeyArn, publishedKeyArn, vpc } = configuration
    this.refresher = new TokenRefresher(this, 'TokenRefresher', {
      prefix: configuration.prefix,
      alarmEmail: configuration.alarmEmail,
      every: Duration.minutes(configuration.everyMinutes),
      minimumValidity: Duration.minutes(configuration.minimumValidityMinutes),
      keepAlive: Duration.days(configuration.keepAliveDays),
      shards: configuration.shards,
      reservedConcurrency: configuration.reservedConcurrency,
      tokenEndpointHosts: configuration.tokenEndpointHosts,
      logRetention: configuration.logRetentionDays,
      alarmChoice: configuration.alarms,
      dashboard: configuration.dashboard === 'on',
      runbookUrl: configuration.runbookUrl,
      signIn: configuration.signIn === 'on',
      signInConcurrency: configuration.signInConcurrency,
      signInUrl: configuration.signInUrl,
      webIdentity: configuration.webIdentity === 'on',
      clientSecretRenewal: configuration.clientSecretRenewal === 'on',
      privateKey: privateKeyArn === undefined ? undefined : Key.fromKeyArn(this, 'EarlierPrivateKey', privateKeyArn),
      publishedKey: publishedKeyArn === undefined ? undefined : Key.fromKeyArn(this, 'PublishedKey', publishedKeyArn),
      replicaRegions: configuration.replicaRegions,
      vpc: vpc === undefined ? undefined : Vpc.fromLookup(this, 'Vpc', { vpcId: vpc }),
      code,
    })
    this.tellNames()
  }

  /** Names and ARNs, never values. */
  private tellNames(): void {
    const { refresher } = this
    new CfnOutput(this, 'Prefix', {
      description:
        'First part of every name. Exported so that CloudFormation refuses a second stack, and names this one',
      value: refresher.prefix,
      exportName: `token-refresher:${refresher.prefix}`,
    })
    new CfnOutput(this, 'RefreshFunction', { value: refresher.refresh.functionName })
    new CfnOutput(this, 'BootstrapFunction', { value: refresher.bootstrap.functionName })
    new CfnOutput(this, 'PublishedSecrets', {
      description: 'What an app may be allowed to read: put <connection>-?????? in place of the star',
      value: roomArn(this, refresher.prefix, 'connections'),
    })
    new CfnOutput(this, 'PrivateKey', {
      description:
        'Stays when the stack is deleted, as the secrets under it do. To deploy again with them: -c privateKeyArn=<this>',
      value: refresher.privateKey.keyArn,
    })
    new CfnOutput(this, 'AlarmTopic', { value: refresher.alarmTopic.topicArn })
    new CfnOutput(this, 'EventBus', {
      description: 'State changes, for rules of your own',
      value: refresher.eventBus.eventBusName,
    })
    new CfnOutput(this, 'UndeliveredQueue', { value: refresher.undelivered.queueName })
    if (refresher.signInPage !== undefined) {
      new CfnOutput(this, 'SignInRedirectUri', {
        description: 'Register it once in each app registration, under the platform Web, for sign-ins by link',
        value: refresher.signInPage.redirectUri,
      })
    }
    if (refresher.dashboardName !== undefined) new CfnOutput(this, 'Dashboard', { value: refresher.dashboardName })
  }
}
