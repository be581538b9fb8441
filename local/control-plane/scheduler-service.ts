// EventBridge Scheduler: ListSchedules of a group, and GetSchedule.

import { ServiceError } from '../secrets-manager/errors.ts'
import { allow, asJson, type Service } from './service.ts'

const one = /^\/schedules\/([^/]+)$/

export const schedulerService: Service = (plane, request) => {
  if (request.method !== 'GET') return undefined
  const { schedules, place } = plane.deployment
  if (request.path === '/schedules') {
    return asJson(() => {
      const group = request.query.get('ScheduleGroup')
      allow(plane, request, 'scheduler:ListSchedules', '*')
      const found = schedules.filter((schedule) => group === null || schedule.group === group)
      return {
        Schedules: found.map(({ name, group: GroupName, arn, properties }) => ({
          Name: name,
          GroupName,
          Arn: arn,
          State: properties.State ?? 'ENABLED',
        })),
      }
    })
  }
  const name = one.exec(request.path)?.[1]
  if (name === undefined) return undefined
  return asJson(() => {
    const group = request.query.get('groupName') ?? 'default'
    allow(
      plane,
      request,
      'scheduler:GetSchedule',
      `arn:aws:scheduler:${place.region}:${place.accountId}:schedule/${group}/${name}`,
    )
    const found = schedules.find((schedule) => schedule.name === name && schedule.group === group)
    if (found === undefined)
      throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404)
    return { ...found.properties, Name: found.name, GroupName: found.group, Arn: found.arn }
  })
}
