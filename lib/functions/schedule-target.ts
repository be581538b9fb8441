// How a schedule starts a function: the role, the event, and what becomes of a start that failed.
import { Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { type IScheduleTarget, type ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

/** Retries to hand the event to Lambda. More are not useful, because the next start comes soon. */
const retryAttempts = 2

export interface StartProps {
  readonly starts: IFunction
  /** The queue for events that could not be handed to Lambda. */
  readonly undelivered: IQueue
}

/** For schedules of this group alone. It may do two things: invoke the function, and keep an event that it could not hand over. */
export const schedulerRole = (
  scope: Construct,
  { starts, undelivered, group, description }: StartProps & { group: ScheduleGroup; description: string },
): Role => {
  const role = new Role(scope, 'Role', {
    description,
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(scope).account, 'aws:SourceArn': group.scheduleGroupArn },
      },
    }),
  })
  const may = (action: string, resource: string) =>
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }))
  may('lambda:InvokeFunction', starts.functionArn)
  may('sqs:SendMessage', undelivered.queueArn)
  return role
}

export interface TargetProps extends StartProps {
  readonly role: Role
  readonly everyMinutes: number
  readonly event: object
}

/** Not LambdaInvoke of aws-scheduler-targets, which would allow all versions of the function too. */
export const scheduleTarget = ({ starts, undelivered, role, everyMinutes, event }: TargetProps): IScheduleTarget => ({
  bind: () => ({
    arn: starts.functionArn,
    role,
    input: ScheduleTargetInput.fromObject(event),
    retryPolicy: {
      maximumRetryAttempts: retryAttempts,
      maximumEventAgeInSeconds: (everyMinutes - 1) * 60,
    },
    deadLetterConfig: { arn: undelivered.queueArn },
  }),
})
