// One of the two functions, with its own role, its own log group, and the queue for failed runs.
import { type Duration, RemovalPolicy } from 'aws-cdk-lib'
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda'
import { type ILogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Permission } from '../permissions/permissions.ts'
import { forFunctionAlone, type Places, statementsOf } from '../permissions/statements.ts'

/** Megabytes. More memory gives more CPU for the start. A tick mostly waits for the network. */
const memorySize = 512

export interface TokenRefresherFunctionProps {
  readonly functionName: string
  /** See `roleName`. */
  readonly roleName: string
  readonly description: string
  readonly code: Code
  /** A run that takes longer is stopped. */
  readonly timeout: Duration
  /** An event that has waited longer than this is not run. At least a minute. */
  readonly maxEventAge: Duration
  readonly environment: Readonly<Record<string, string>>
  readonly permissions: readonly Permission[]
  /** ARNs of the permissions' targets. */
  readonly places: Places
  readonly undelivered: IQueue
  readonly logRetention: RetentionDays
  /** @default - none */
  readonly reservedConcurrency?: number | undefined
  /** @default - not in a VPC */
  readonly vpc?: IVpc | undefined
  /** @default - private subnets */
  readonly vpcSubnets?: SubnetSelection | undefined
}

/** A function that runs each event once: the next tick is the retry, and a login is tried once. */
export class TokenRefresherFunction extends Construct {
  readonly function: LambdaFunction
  readonly role: Role
  readonly logGroup: ILogGroup

  constructor(scope: Construct, id: string, props: TokenRefresherFunctionProps) {
    super(scope, id)
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.role = new Role(this, 'Role', {
      roleName: props.roleName,
      description: `${props.functionName}: ${props.description}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    })
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      code: props.code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize,
      timeout: props.timeout,
      environment: { ...props.environment },
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      retryAttempts: 0,
      maxEventAge: props.maxEventAge,
      // Not SqsDestination, which would grant two more actions than sending takes.
      onFailure: { bind: () => ({ destination: props.undelivered.queueArn }) },
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.vpc === undefined ? {} : { vpc: props.vpc }),
      ...(props.vpcSubnets === undefined ? {} : { vpcSubnets: props.vpcSubnets }),
    })
    const places: Places = {
      ...forFunctionAlone(this, props.functionName, props.places),
      ownLog: { resource: this.logGroup.logGroupArn },
      undelivered: { resource: props.undelivered.queueArn },
      ...(props.vpc === undefined ? {} : { network: { resource: '*' } }),
    }
    for (const statement of statementsOf(props.permissions, places)) this.role.addToPrincipalPolicy(statement)
  }
}
