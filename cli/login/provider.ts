// Where a person signs in: Microsoft's pages beside the token endpoint, or what another provider says of itself.

import * as oauth from 'oauth4webapi'
import { entraTokenEndpoint, parseTokenEndpoint } from '../../lambda/core/authority.ts'
import type { Context } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { type Draft, textOf } from './draft.ts'

/** What another provider's endpoints are; Microsoft's are known. */
export interface Endpoints {
  readonly tokenEndpoint?: string | undefined
  readonly authorizationEndpoint?: string | undefined
  readonly deviceAuthorizationEndpoint?: string | undefined
}

/** https, or http on this machine, is checked here and with the login as a whole; the library's own check is stricter. */
export const overHttpToo = { [oauth.allowInsecureRequests]: true }

export interface IssuerOption {
  /** A provider that tells its endpoints itself. */
  readonly issuer?: string | undefined
}

/** What was typed, and what the issuer tells (RFC 8414, OpenID Connect Discovery). Whoever answers there gets the secrets. */
export const endpointsOf = async (context: Context, typed: Endpoints & IssuerOption): Promise<Endpoints> => {
  const { issuer, authorizationEndpoint, deviceAuthorizationEndpoint } = typed
  checkUrl('--issuer', issuer)
  checkUrl('--authorization-endpoint', authorizationEndpoint)
  checkUrl('--device-authorization-endpoint', deviceAuthorizationEndpoint)
  return issuer === undefined ? {} : discover(context, issuer)
}

const checkUrl = (option: string, text: string | undefined): void => {
  const parsed = text === undefined ? undefined : parseTokenEndpoint(text, true)
  if (parsed?.ok === false) throw wrongUsage(`${option} ${parsed.problem}`)
}

const discover = async ({ interrupted }: Context, issuer: string): Promise<Endpoints> => {
  const url = new URL(issuer)
  try {
    const response = await oauth.discoveryRequest(url, { ...overHttpToo, signal: interrupted })
    const server = await oauth.processDiscoveryResponse(url, response)
    return {
      tokenEndpoint: server.token_endpoint,
      authorizationEndpoint: server.authorization_endpoint,
      deviceAuthorizationEndpoint: server.device_authorization_endpoint,
    }
  } catch {
    interrupted.throwIfAborted()
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
