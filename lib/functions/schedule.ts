// The schedule of the refresher: one schedule per shard, in a group of their own.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import {
  type IScheduleTarget,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { flexibleWindowMinutes, type RefreshEvent } from '../../lambda/contract.ts'

/** Retries to hand the event to Lambda. More are not useful, because the next tick comes soon. */
const retryAttempts = 2

export interface TickScheduleProps {
  /** The schedule group's name. */
  readonly prefix: string
  /** Period, at least two minutes. */
  readonly everyMinutes: number
  /** Schedules that divide the connections among themselves. */
  readonly shards: number
  readonly refresh: IFunction
  /** The queue for events that could not be handed to Lambda. */
  readonly undelivered: IQueue
}

/** Starts a tick per shard and period. The group scopes both the role's trust and the metrics to this deployment. */
export class TickSchedule extends Construct {
  readonly group: ScheduleGroup

  constructor(scope: Construct, id: string, props: TickScheduleProps) {
    super(scope, id)
    this.group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: props.prefix,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = this.roleFor(props)
    for (let shard = 0; shard < props.shards; shard++) {
      const schedule = new Schedule(this, `Shard${shard}`, {
        description: `token-refresher: a tick of ${props.prefix}, shard ${shard + 1} of ${props.shards}`,
        scheduleGroup: this.group,
        schedule: ScheduleExpression.rate(Duration.minutes(props.everyMinutes)),
        timeWindow: TimeWindow.flexible(Duration.minutes(flexibleWindowMinutes)),
        target: target(props, role, props.shards === 1 ? {} : { shard, of: props.shards }),
      })
      // A first tick before the policies exist would only fail.
      schedule.node.addDependency(this.group, role, props.refresh)
    }
  }

  /** May do two things: invoke the refresher, and keep an event that it could not hand over. */
  private roleFor({ refresh, undelivered }: TickScheduleProps): Role {
    const role = new Role(this, 'Role', {
      description: 'Lets the schedules of the group start the refresher',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': Stack.of(this).account,
            'aws:SourceArn': this.group.scheduleGroupArn,
          },
        },
      }),
    })
    const may = (action: string, resource: string) =>
      role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }))
    may('lambda:InvokeFunction', refresh.functionArn)
    may('sqs:SendMessage', undelivered.queueArn)
    return role
  }
}

/** Not LambdaInvoke of aws-scheduler-targets, which would allow all versions of the function too. */
const target = (props: TickScheduleProps, role: Role, event: RefreshEvent): IScheduleTarget => ({
  bind: () => ({
    arn: props.refresh.functionArn,
    role,
    input: ScheduleTargetInput.fromObject(event),
    retryPolicy: {
      maximumRetryAttempts: retryAttempts,
      maximumEventAgeInSeconds: (props.everyMinutes - 1) * 60,
    },
    deadLetterConfig: { arn: props.undelivered.queueArn },
  }),
})
