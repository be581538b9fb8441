// A service of the control plane: checks whether the caller may use an operation, and answers it from the template.

import type { LoopbackAnswer, LoopbackRequest } from '../loopback-server.ts'
import { type Authorize, principalOf } from '../secrets-manager/access.ts'
import { ServiceError } from '../secrets-manager/errors.ts'
import type { ControlledDeployment } from './deployment.ts'
import type { Journal } from './journal.ts'

export interface ControlPlane {
  readonly deployment: ControlledDeployment
  readonly journal: Journal
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** When all this was deployed. */
  readonly since: number
  /** Whether the subscribers have followed the link in the confirmation mail. @default no */
  readonly isConfirmed?: boolean
  /** @default everything is allowed */
  readonly authorize: Authorize | undefined
}

/** Undefined: the request is for another service. */
export type Service = (plane: ControlPlane, request: LoopbackRequest) => LoopbackAnswer | undefined

/** @throws ServiceError in the words of IAM, when the caller may not */
export const allow = (plane: ControlPlane, request: LoopbackRequest, action: string, resource: string): void => {
  const principal = principalOf(request.headers.authorization)
  const refusal = plane.authorize?.({ principal, action, resource, context: {} })
  if (refusal !== undefined) throw new ServiceError('AccessDeniedException', refusal, 403)
}

/** JSON of an operation. A ServiceError becomes an error in the format of its protocol. */
export const asJson = (work: () => object, contentType = 'application/json'): LoopbackAnswer => {
  const headers = { 'content-type': contentType }
  try {
    return { status: 200, headers, body: JSON.stringify(work()) }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const { type, message, status } = error
    return {
      status,
      headers: { ...headers, 'x-amzn-errortype': type },
      body: JSON.stringify({ __type: type, message, Message: message }),
    }
  }
}
