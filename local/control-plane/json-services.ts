// CloudWatch's DescribeAlarms and CloudWatch Logs' FilterLogEvents: AWS JSON, by X-Amz-Target.

import * as v from 'valibot'
import type { LoopbackRequest } from '../loopback-server.ts'
import { ServiceError } from '../secrets-manager/errors.ts'
import { alarmState } from './alarm-state.ts'
import { filterPattern } from './filter-pattern.ts'
import { allow, asJson, type ControlPlane, type Service } from './service.ts'

const describeAlarms = v.object({
  AlarmNamePrefix: v.optional(v.string(), ''),
  AlarmNames: v.optional(v.array(v.string())),
  AlarmTypes: v.optional(v.array(v.string())),
  MaxRecords: v.optional(v.number(), 50),
  NextToken: v.optional(v.string(), '0'),
})
const filterLogEvents = v.object({
  logGroupName: v.string(),
  startTime: v.optional(v.number(), 0),
  endTime: v.optional(v.number(), Number.MAX_SAFE_INTEGER),
  filterPattern: v.optional(v.string(), ''),
  limit: v.optional(v.number(), 10_000),
  nextToken: v.optional(v.string(), '0'),
})

type Operation = (plane: ControlPlane, request: LoopbackRequest, input: unknown) => object

const operations: Readonly<Record<string, Operation>> = {
  'GraniteServiceVersion20100801.DescribeAlarms': (plane, request, input) => {
    const { AlarmNamePrefix, AlarmNames, MaxRecords, NextToken } = v.parse(describeAlarms, input)
    const { region, accountId } = plane.deployment.place
    allow(plane, request, 'cloudwatch:DescribeAlarms', `arn:aws:cloudwatch:${region}:${accountId}:alarm:*`)
    const found = plane.deployment.alarms.filter(
      ({ properties: { AlarmName } }) =>
        AlarmName.startsWith(AlarmNamePrefix) && (AlarmNames?.includes(AlarmName) ?? true),
    )
    const { page, next } = paged(found, NextToken, MaxRecords)
    const alarms = page.map((alarm) => {
      const { AlarmName, AlarmDescription, AlarmActions, OKActions } = alarm.properties
      const StateValue = alarmState(alarm, plane.journal.metrics, { now: plane.now(), since: plane.since })
      return {
        AlarmName,
        AlarmArn: alarm.arn,
        AlarmDescription,
        AlarmActions,
        OKActions,
        StateValue,
        ActionsEnabled: true,
      }
    })
    return { MetricAlarms: alarms, CompositeAlarms: [], ...(next !== undefined && { NextToken: next }) }
  },
  'Logs_20140328.FilterLogEvents': (plane, request, input) => {
    const {
      logGroupName,
      startTime,
      endTime,
      filterPattern: pattern,
      limit,
      nextToken,
    } = v.parse(filterLogEvents, input)
    const { region, accountId } = plane.deployment.place
    allow(plane, request, 'logs:FilterLogEvents', `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}:*`)
    const events = plane.journal.events(logGroupName)
    if (events === undefined) {
      throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.')
    }
    const matches = filterPattern(pattern)
    const found = events.filter(({ at, message }) => at >= startTime && at <= endTime && matches(message))
    const { page, next } = paged(found, nextToken, limit)
    return {
      events: page.map(({ id, at, message }) => ({ eventId: id, logStreamName: 'embedded', timestamp: at, message })),
      ...(next !== undefined && { nextToken: next }),
    }
  },
}

/** The target names the service, so an unknown operation is refused and not passed on to another service. */
const ours = /^(GraniteServiceVersion20100801|Logs_20140328)\./

export const jsonServices: Service = (plane, request) => {
  const target = request.headers['x-amz-target']
  if (typeof target !== 'string' || !ours.test(target)) return undefined
  const operation = operations[target]
  return asJson(() => {
    if (operation === undefined) throw new ServiceError('UnknownOperationException', `${target} is not known here`)
    return operation(plane, request, JSON.parse(request.body === '' ? '{}' : request.body))
  }, 'application/x-amz-json-1.1')
}

const paged = <T>(all: readonly T[], token: string, size: number) => {
  const start = Number(token)
  const end = start + size
  return { page: all.slice(start, end), next: end < all.length ? String(end) : undefined }
}
