// The schedule of the bootstrap function, where client secrets renew themselves.
import { Duration } from 'aws-cdk-lib'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Schedule, ScheduleExpression, type ScheduleGroup, TimeWindow } from 'aws-cdk-lib/aws-scheduler'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { type RenewalsEvent, renewalEveryMinutes } from '../../lambda/contract.ts'
import { schedulerRole, scheduleTarget } from './schedule-target.ts'

/** Nothing is due to the minute, so the scheduler may choose when to start within this time. */
const windowMinutes = 15

const event: RenewalsEvent = { renewal: 'due' }

export interface RenewalScheduleProps {
  /** First part of every name. */
  readonly prefix: string
  /** The group of this deployment. */
  readonly group: ScheduleGroup
  readonly bootstrap: IFunction
  /** The queue for events that could not be handed to Lambda. */
  readonly undelivered: IQueue
}

/** Starts the bootstrap function every hour. A start that failed is made up for by the next one. */
export class RenewalSchedule extends Construct {
  constructor(scope: Construct, id: string, { prefix, group, bootstrap, undelivered }: RenewalScheduleProps) {
    super(scope, id)
    const starting = { starts: bootstrap, undelivered }
    const description = 'Lets the schedules of the group start the bootstrap function'
    const role = schedulerRole(this, { ...starting, group, description })
    const schedule = new Schedule(this, 'Schedule', {
      description: `token-refresher: client secrets of ${prefix} that renew themselves`,
      scheduleGroup: group,
      schedule: ScheduleExpression.rate(Duration.minutes(renewalEveryMinutes)),
      timeWindow: TimeWindow.flexible(Duration.minutes(windowMinutes)),
      target: scheduleTarget({ ...starting, role, everyMinutes: renewalEveryMinutes, event }),
    })
    // A first start before the policies exist would only fail.
    schedule.node.addDependency(group, role, bootstrap)
  }
}
