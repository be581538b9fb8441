// The control plane of AWS for an operator: the caller, the deployed resources and their state.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { jsonServices } from './json-services.ts'
import { lambdaService } from './lambda-service.ts'
import { queryServices } from './query-services.ts'
import { schedulerService } from './scheduler-service.ts'
import type { ControlPlane, Service } from './service.ts'

const services: readonly Service[] = [lambdaService, schedulerService, jsonServices, queryServices]

/** @returns undefined when the request is for another service */
export const handleControlPlane = (plane: ControlPlane, request: LoopbackRequest): LoopbackAnswer | undefined => {
  for (const service of services) {
    const answer = service(plane, request)
    if (answer !== undefined) return answer
  }
  return undefined
}
