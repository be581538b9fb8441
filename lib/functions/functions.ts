// The functions: code, permissions and environment of each.
import { Duration, Stack } from 'aws-cdk-lib'
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { environment, functionNames, longestTickSeconds, type Timing } from '../../lambda/contract.ts'
import { permissions } from '../permissions/permissions.ts'
import {
  commonPlaces,
  keyProbe,
  type Places,
  renewalPlaces,
  replicasPlace,
  throughSecretsManager,
  webIdentityPlace,
} from '../permissions/statements.ts'
import { roleName } from '../settings/role-name.ts'
import { functionCode } from './function-code.ts'
import { SignIn } from './sign-in.ts'
import { TokenRefresherFunction } from './token-refresher-function.ts'

/** The code of the functions. */
export interface FunctionsCode {
  /** CommonJS, `index.handler`. */
  readonly refresh: Code
  /** CommonJS, `index.handler`. */
  readonly bootstrap: Code
  /** CommonJS, `index.handler`. @default - bundled at synth from lambda/sign-in.ts, where people sign in by a link */
  readonly signIn?: Code | undefined
}

export interface FunctionsProps {
  /** First part of every name. */
  readonly prefix: string
  readonly timing: Timing
  /** Address of the runbook, for the links in messages. */
  readonly runbookUrl: string
  /** Hosts to which credentials may be sent. */
  readonly tokenEndpointHosts: readonly string[]
  readonly privateKey: IKey
  /** Whether people sign in by a link. */
  readonly signIn: boolean
  /** The maximum of concurrent runs of the sign-in function. @default - no limit of its own */
  readonly signInConcurrency?: number | undefined
  /** Address of the page behind an HTTP API. @default - a function URL */
  readonly signInUrl?: string | undefined
  /** Whether the functions may request web identity tokens, for clients without a client secret. */
  readonly webIdentity: boolean
  /** Whether the bootstrap function may renew client secrets. */
  readonly clientSecretRenewal: boolean
  /** Whether the metrics are written that no alarm reads. */
  readonly allMetrics: boolean
  readonly undelivered: IQueue
  readonly logRetention: RetentionDays
  /** @default - the account's aws/secretsmanager key */
  readonly publishedKey?: IKey | undefined
  /** Regions that published secrets are copied to. */
  readonly replicaRegions: readonly string[]
  /** Reserved concurrency of the refresher. @default - none */
  readonly reservedConcurrency?: number | undefined
  /** @default - not in a VPC */
  readonly vpc?: IVpc | undefined
  /** @default - private subnets */
  readonly vpcSubnets?: SubnetSelection | undefined
  /** @default - bundled from lambda/refresh.ts and lambda/bootstrap.ts at synth */
  readonly code?: FunctionsCode | undefined
}

export class Functions extends Construct {
  readonly refresh: TokenRefresherFunction
  readonly bootstrap: TokenRefresherFunction
  /** Undefined: the setting `signIn` is off. */
  readonly signIn: SignIn | undefined

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id)
    const { prefix, timing } = props
    const { region } = Stack.of(this)
    const places = this.placesOf(props)
    const hasOptions = props.signIn || props.webIdentity
    const shared = {
      environment: environmentOf(props),
      places,
      undelivered: props.undelivered,
      logRetention: props.logRetention,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
    }
    this.signIn = props.signIn
      ? new SignIn(this, 'SignIn', {
          ...shared,
          prefix,
          code: props.code?.signIn,
          concurrency: props.signInConcurrency,
          url: props.signInUrl,
        })
      : undefined
    const linking = {
      environment: { ...shared.environment, ...this.signIn?.environment },
      places: { ...places, ...this.signIn?.places },
    }
    this.refresh = new TokenRefresherFunction(this, 'Refresh', {
      ...shared,
      ...linking,
      functionName: functionNames(prefix).refresh,
      roleName: roleName(prefix, 'refresh', region),
      description: 'Refreshes every connection long before its access token lapses',
      code: props.code?.refresh ?? functionCode(hasOptions ? 'refresh-with-options' : 'refresh'),
      timeout: Duration.seconds(longestTickSeconds(timing)),
      maxEventAge: Duration.minutes(timing.everyMinutes - 1),
      permissions: permissions.refresh,
      reservedConcurrency: props.reservedConcurrency,
    })
    this.bootstrap = new TokenRefresherFunction(this, 'Bootstrap', {
      ...shared,
      ...linking,
      environment: {
        ...linking.environment,
        ...(props.clientSecretRenewal ? { [environment.clientSecretRenewal]: 'on' } : {}),
      },
      functionName: functionNames(prefix).bootstrap,
      roleName: roleName(prefix, 'bootstrap', region),
      description: 'Makes a connection from a login, once',
      code: props.code?.bootstrap ?? functionCode(hasOptions ? 'bootstrap-with-options' : 'bootstrap'),
      timeout: Duration.minutes(2),
      maxEventAge: Duration.minutes(15),
      permissions: permissions.bootstrap,
    })
    this.signIn?.letUse([this.refresh.role, this.bootstrap.role])
  }

  /** Their log groups. */
  get logGroups(): readonly ILogGroup[] {
    const all = [this.refresh, this.bootstrap, ...(this.signIn === undefined ? [] : [this.signIn.worker])]
    return all.map(({ logGroup }) => logGroup)
  }

  private placesOf(props: FunctionsProps): Places {
    const { prefix, privateKey, publishedKey, replicaRegions, webIdentity, clientSecretRenewal } = props
    const conditions = throughSecretsManager(this)
    return {
      ...commonPlaces(this, prefix),
      privateKey: { resource: privateKey.keyArn, conditions },
      privateKeyProbe: { resource: privateKey.keyArn, conditions: keyProbe(this) },
      ...(publishedKey === undefined ? {} : { publishedKey: { resource: publishedKey.keyArn, conditions } }),
      ...(replicaRegions.length === 0 ? {} : { replicas: replicasPlace(this, prefix, replicaRegions) }),
      ...(webIdentity ? { webIdentity: webIdentityPlace } : {}),
      ...(clientSecretRenewal ? renewalPlaces(this, prefix) : {}),
    }
  }
}

/**
 * Limits the memory for new objects to 8 MB: otherwise it grows to 16 MB, and to twice that during a collection, if there
 * are thousands of connections to list. It costs no measurable time (bench/README.md).
 */
const nodeOptions = '--max-semi-space-size=8'

/** Names, numbers and ARNs, never a secret. */
const environmentOf = ({
  prefix,
  timing,
  tokenEndpointHosts,
  runbookUrl,
  allMetrics,
  webIdentity,
  privateKey,
  publishedKey,
  replicaRegions,
}: FunctionsProps) => ({
  NODE_OPTIONS: nodeOptions,
  [environment.prefix]: prefix,
  [environment.runbookUrl]: runbookUrl,
  [environment.everyMinutes]: String(timing.everyMinutes),
  [environment.minimumValidityMinutes]: String(timing.minimumValidityMinutes),
  [environment.keepAliveDays]: String(timing.keepAliveDays),
  [environment.tokenEndpointHosts]: tokenEndpointHosts.join(','),
  [environment.privateKeyArn]: privateKey.keyArn,
  ...(allMetrics ? {} : { [environment.metrics]: 'alarms' }),
  ...(webIdentity ? { [environment.webIdentity]: 'on' } : {}),
  ...(publishedKey === undefined ? {} : { [environment.publishedKeyArn]: publishedKey.keyArn }),
  ...(replicaRegions.length === 0 ? {} : { [environment.replicaRegions]: replicaRegions.join(',') }),
})
