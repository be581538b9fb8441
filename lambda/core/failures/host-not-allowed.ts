// The failure of a token endpoint whose host the deployment does not allow: it names the host.

import { type AllowedHosts, hostOf, isAllowedEndpoint } from '../login/token-endpoint-hosts.ts'
import type { Failure } from './failure.ts'
import { ownFailure } from './own-failures.ts'

/** @returns why nothing may be sent to this token endpoint, or undefined */
export const hostNotAllowed = (tokenEndpoint: string, allowed: AllowedHosts): Failure | undefined => {
  if (isAllowedEndpoint(tokenEndpoint, allowed)) return undefined
  const failure = ownFailure('token_endpoint_host_not_allowed')
  return { ...failure, remedy: `${hostDetail(tokenEndpoint)}. ${failure.remedy}` }
}

/** Host and setting, for a message that gives the remedy itself. */
export const hostDetail = (tokenEndpoint: string): string =>
  `The setting tokenEndpointHosts does not list ${hostOf(tokenEndpoint)}, so nothing was sent there`
