// Where a person signs in: Microsoft's pages beside the token endpoint, or what another provider says of itself.

import * as oauth from 'oauth4webapi'
import { entraTokenEndpoint } from '../../lambda/core/authority.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { type Draft, textOf } from './draft.ts'

/** What another provider's endpoints are; Microsoft's are known. */
export interface Endpoints {
  readonly tokenEndpoint?: string | undefined
  readonly authorizationEndpoint?: string | undefined
  readonly deviceAuthorizationEndpoint?: string | undefined
}

/** https, or http on this machine, is checked with the login as a whole; the library's own check is stricter. */
export const overHttpToo = { [oauth.allowInsecureRequests]: true }

/** @param issuer a provider that tells its endpoints (RFC 8414, OpenID Connect Discovery) */
export const discover = async (issuer: string): Promise<Endpoints> => {
  if (!URL.canParse(issuer)) throw wrongUsage(`--issuer: "${issuer}" is no URL`)
  const url = new URL(issuer)
  try {
    const response = await oauth.discoveryRequest(url, overHttpToo)
    const server = await oauth.processDiscoveryResponse(url, response)
    return {
      tokenEndpoint: server.token_endpoint,
      authorizationEndpoint: server.authorization_endpoint,
      deviceAuthorizationEndpoint: server.device_authorization_endpoint,
    }
  } catch {
    throw new CommandError({
      code: 'NotDiscovered',
      message: `${issuer} does not tell its endpoints`,
      remedy: 'Check the issuer, or give --token-endpoint and --authorization-endpoint.',
    })
  }
}

/** Where the person of this login signs in. */
export const serverOf = (draft: Draft, endpoints: Endpoints): oauth.AuthorizationServer => {
  const cloud = draft.cloud === 'us-government' || draft.cloud === 'china' ? draft.cloud : 'global'
  const tenant = textOf(draft, 'tenant') ?? 'organizations'
  const tokenEndpoint = textOf(draft, 'token_endpoint') ?? entraTokenEndpoint(tenant, cloud)
  const authorization = endpoints.authorizationEndpoint ?? besideEntra(tokenEndpoint, 'authorize')
  const device = endpoints.deviceAuthorizationEndpoint ?? besideEntra(tokenEndpoint, 'devicecode')
  return {
    issuer: new URL(tokenEndpoint).origin,
    token_endpoint: tokenEndpoint,
    ...(authorization !== undefined && { authorization_endpoint: authorization }),
    ...(device !== undefined && { device_authorization_endpoint: device }),
  }
}

const entraPath = /\/oauth2\/v2\.0\/token$/

const besideEntra = (tokenEndpoint: string, page: string): string | undefined =>
  entraPath.test(tokenEndpoint) ? tokenEndpoint.replace(entraPath, `/oauth2/v2.0/${page}`) : undefined
