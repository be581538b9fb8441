// The props of TokenRefresher, and their conversion to one checked set of values.
import type { Duration } from 'aws-cdk-lib'
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Timing } from '../lambda/contract.ts'
import type { FunctionsCode } from './functions/functions.ts'
import { type Configuration, readConfiguration } from './settings/configuration.ts'
import type { AlarmChoice } from './settings/schema.ts'

/** Every property is optional: `new TokenRefresher(this, 'TokenRefresher')` is a complete deployment. */
export interface TokenRefresherProps {
  /**
   * First part of every name: of secrets (`<prefix>/connections/...`), functions, alarms. One per account and Region.
   *
   * @default 'token-refresher'
   */
  readonly prefix?: string | undefined

  /**
   * E-mail address that receives alarms and messages, after its owner has confirmed it.
   *
   * @default - none; subscribe to `alarmTopic`
   */
  readonly alarmEmail?: string | undefined

  /**
   * Period of the schedule, in whole minutes. The longest that is allowed depends on `minimumValidity`.
   *
   * @default Duration.minutes(5)
   */
  readonly every?: Duration | undefined

  /**
   * Validity that an app always finds left in the access token of a fresh connection, in whole minutes.
   *
   * @default Duration.minutes(15)
   */
  readonly minimumValidity?: Duration | undefined

  /**
   * Every refresh token is used at least this often, in whole days.
   *
   * @default Duration.days(1)
   */
  readonly keepAlive?: Duration | undefined

  /**
   * Schedules that divide the connections among themselves and run at once. The store's write quota is
   * divided too, so more of them help if the token endpoint is slow, but not if the quota is the limit.
   *
   * @default 1
   */
  readonly shards?: number | undefined

  /**
   * Reserved concurrency of the refresher, not below `shards`. Optional: nothing depends on it.
   *
   * @default - none: an account must keep a share unreserved, and new accounts have no more than that
   */
  readonly reservedConcurrency?: number | undefined

  /**
   * Hosts to which user names, passwords, client secrets and tokens may be sent: those of token endpoints, and of the
   * pages where people sign in with the command. Exact host names, with a port where it is not 443. They replace
   * the default.
   *
   * @default - Microsoft's, as `login.microsoftonline.com`
   */
  readonly tokenEndpointHosts?: readonly string[] | undefined

  /**
   * Key of logins, clients and grants from an earlier deployment with the same prefix in this account and Region:
   * its secrets can be read again, and no connection needs a sign-in. Its key policy stays as it is.
   *
   * @default - a new key, which stays when the deployment is removed
   */
  readonly privateKey?: IKey | undefined

  /**
   * Key of published secrets. `connection(...).grantRead(...)` then lets apps decrypt with it too.
   *
   * @default - the account's aws/secretsmanager key
   */
  readonly publishedKey?: IKey | undefined

  /**
   * Regions that published secrets are copied to when they are made, for apps that read there. Not together with
   * `publishedKey`: the copies are under the account's own keys.
   *
   * @default - none
   */
  readonly replicaRegions?: readonly string[] | undefined

  /**
   * How long the functions' logs are kept. They are deleted with the stack.
   *
   * @default RetentionDays.THREE_MONTHS: as long as an unused refresh token lives
   */
  readonly logRetention?: RetentionDays | undefined

  /**
   * VPC of the functions. Its subnets must reach the identity provider and AWS.
   *
   * @default - not in a VPC
   */
  readonly vpc?: IVpc | undefined

  /**
   * Subnets of the functions. Only together with `vpc`.
   *
   * @default - private subnets
   */
  readonly vpcSubnets?: SubnetSelection | undefined

  /**
   * Which alarms are made. `essential`: those without which a connection could die unnoticed.
   *
   * @default 'all'
   */
  readonly alarmChoice?: AlarmChoice | undefined

  /**
   * Whether there is a dashboard. Without it, the metrics that only the dashboard shows are not written either.
   *
   * @default true
   */
  readonly dashboard?: boolean | undefined

  /**
   * Address of the runbook. Messages and alarms link its headings. An https address without a fragment.
   *
   * @default 'docs/runbook.md', a path in this repository
   */
  readonly runbookUrl?: string | undefined

  /**
   * Whether there is a page where the owner of an account signs in by a link. Its address is public.
   *
   * @default false
   */
  readonly signIn?: boolean | undefined

  /**
   * Reserved concurrency of that page, which is also its maximum, so that a flood of requests does not stop other functions.
   *
   * `off`: none is reserved, for accounts with a small quota.
   *
   * @default 5
   */
  readonly signInConcurrency?: number | 'off' | undefined

  /**
   * Address of that page, if it is behind an HTTP API of your own with `signInPage.function`: an https address that ends in a
   * slash after the host. There is no function URL then.
   *
   * @default - the address of a function URL
   */
  readonly signInUrl?: string | undefined

  /**
   * Whether the functions may request web identity tokens of their roles from AWS STS, for clients at Microsoft without a client
   * secret. The AWS account needs outbound identity federation, which no stack turns on.
   *
   * @default false
   */
  readonly webIdentity?: boolean | undefined

  /**
   * Whether the bootstrap function may renew client secrets at Microsoft, for the clients for which an operator turns that on. It
   * looks every hour which client secrets are due, asks Microsoft Graph as the app itself for a new one, and may see the names and
   * tags of all secrets of the account for it.
   *
   * @default false
   */
  readonly clientSecretRenewal?: boolean | undefined

  /**
   * The code of the functions.
   *
   * @default - bundled at synth from the sources of this package
   */
  readonly code?: FunctionsCode | undefined
}

/** The props that are checked. */
export interface Checked
  extends Pick<
    Configuration,
    | 'prefix'
    | 'alarmEmail'
    | 'shards'
    | 'reservedConcurrency'
    | 'tokenEndpointHosts'
    | 'replicaRegions'
    | 'alarms'
    | 'dashboard'
    | 'runbookUrl'
    | 'signIn'
    | 'signInConcurrency'
    | 'signInUrl'
    | 'webIdentity'
    | 'clientSecretRenewal'
  > {
  readonly timing: Timing
}

/**
 * Checks the props by the rules of the configuration, and uses its names.
 *
 * @throws ConfigurationError with all problems at once
 */
export const check = (props: TokenRefresherProps): Checked => {
  const { everyMinutes, minimumValidityMinutes, keepAliveDays, ...rest } = readConfiguration({
    prefix: props.prefix,
    alarmEmail: props.alarmEmail,
    everyMinutes: props.every?.toMinutes({ integral: false }),
    minimumValidityMinutes: props.minimumValidity?.toMinutes({ integral: false }),
    keepAliveDays: props.keepAlive?.toDays({ integral: false }),
    shards: props.shards,
    reservedConcurrency: props.reservedConcurrency,
    tokenEndpointHosts: props.tokenEndpointHosts,
    replicaRegions: props.replicaRegions,
    alarms: props.alarmChoice,
    dashboard: props.dashboard,
    runbookUrl: props.runbookUrl,
    signIn: props.signIn,
    signInConcurrency: props.signInConcurrency,
    signInUrl: props.signInUrl,
    webIdentity: props.webIdentity,
    clientSecretRenewal: props.clientSecretRenewal,
  })
  return { ...rest, timing: { everyMinutes, minimumValidityMinutes, keepAliveDays } }
}
