// The schedule of the refresher: one schedule per shard, in a group of their own.
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Schedule, ScheduleExpression, ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { flexibleWindowMinutes, type RefreshEvent } from '../../lambda/contract.ts'
import { schedulerRole, scheduleTarget } from './schedule-target.ts'

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
    const { prefix, everyMinutes, shards, refresh, undelivered } = props
    this.group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: prefix,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const { group } = this
    const starting = { starts: refresh, undelivered }
    const description = 'Lets the schedules of the group start the refresher'
    const role = schedulerRole(this, { ...starting, group, description })
    for (let shard = 0; shard < shards; shard++) {
      const event: RefreshEvent = shards === 1 ? {} : { shard, of: shards }
      const schedule = new Schedule(this, `Shard${shard}`, {
        description: `token-refresher: a tick of ${prefix}, shard ${shard + 1} of ${shards}`,
        scheduleGroup: group,
        schedule: ScheduleExpression.rate(Duration.minutes(everyMinutes)),
        timeWindow: TimeWindow.flexible(Duration.minutes(flexibleWindowMinutes)),
        target: scheduleTarget({ ...starting, role, everyMinutes, event }),
      })
      // A first tick before the policies exist would only fail.
      schedule.node.addDependency(group, role, refresh)
    }
  }
}
