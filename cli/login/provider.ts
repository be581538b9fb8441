// The endpoints of a sign-in: Microsoft's, next to the token endpoint, or those in the metadata of another provider.

import * as oauth from 'oauth4webapi'
import { entraTokenEndpoint, parseTokenEndpoint } from '../../lambda/core/login/authority.ts'
import type { Context } from '../context.ts'
import { CommandError, wrongUsage } from '../exit.ts'
import { type Draft, textOf } from './draft.ts'

/** The endpoints of another provider. Microsoft's are known. */
export interface Endpoints {
  readonly tokenEndpoint?: string | undefined
  readonly authorizationEndpoint?: string | undefined
  readonly deviceAuthorizationEndpoint?: string | undefined
}

/** This file and `checked` allow https, and http on this machine. The library allows less, so its check is off. */
export const overHttpToo = { [oauth.allowInsecureRequests]: true }

export interface IssuerOption {
  /** URL of a provider whose metadata names its endpoints. */
  readonly issuer?: string | undefined
}

/**
 * The endpoints that the person typed, and for the others those of the issuer's metadata (RFC 8414, OpenID Connect
 * Discovery). These hosts receive the secrets.
 */
export const endpointsOf = async (context: Context, typed: Endpoints & IssuerOption): Promise<Endpoints> => {
  const issuer = checkedUrl('--issuer', typed.issuer)
  const authorization = checkedUrl('--authorization-endpoint', typed.authorizationEndpoint)
  const device = checkedUrl('--device-authorization-endpoint', typed.deviceAuthorizationEndpoint)
  const told = issuer === undefined ? {} : await discover(context, new URL(issuer))
  return {
    tokenEndpoint: typed.tokenEndpoint ?? told.tokenEndpoint,
    authorizationEndpoint: authorization ?? told.authorizationEndpoint,
    deviceAuthorizationEndpoint: device ?? told.deviceAuthorizationEndpoint,
  }
}

const checkedUrl = (option: string, text: string | undefined): string | undefined => {
  const parsed = text === undefined ? undefined : parseTokenEndpoint(text, true)
  if (parsed?.ok === false) throw wrongUsage(`${option} ${parsed.problem}`)
  return parsed?.value
}

const discover = async ({ interrupted }: Context, issuer: URL): Promise<Endpoints> => {
  const server = await metadataOf(issuer, interrupted)
  const endpoint = (name: keyof typeof server & `${string}_endpoint`): string | undefined => {
    const text = server[name]
    if (typeof text !== 'string') return undefined
    // Http on this machine is allowed only if the typed issuer is http on this machine.
    const parsed = parseTokenEndpoint(text, issuer.protocol === 'http:')
    if (parsed.ok) return parsed.value
    throw notDiscovered(`the metadata of ${issuer.href} cannot be used: "${name}" ${parsed.problem}`)
  }
  return {
    tokenEndpoint: endpoint('token_endpoint'),
    authorizationEndpoint: endpoint('authorization_endpoint'),
    deviceAuthorizationEndpoint: endpoint('device_authorization_endpoint'),
  }
}

/** The library has compared the issuer that the metadata names with the one that was asked. */
const metadataOf = async (issuer: URL, signal: AbortSignal): Promise<oauth.AuthorizationServer> => {
  try {
    const response = await oauth.discoveryRequest(issuer, { ...overHttpToo, signal })
    return await oauth.processDiscoveryResponse(issuer, response)
  } catch {
    signal.throwIfAborted()
    throw notDiscovered(`${issuer.href} does not tell its endpoints`)
  }
}

const notDiscovered = (message: string): CommandError =>
  new CommandError({
    code: 'NotDiscovered',
    message,
    remedy: 'Check the issuer, or give --token-endpoint and --authorization-endpoint.',
  })

/** Only https and http: other schemes would start other programs. */
export const webAddress = (text: string | undefined): URL | undefined => {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && ['https:', 'http:'].includes(url.protocol) ? url : undefined
}

/** The endpoints at which the person of this login signs in. */
export const serverOf = (draft: Draft, endpoints: Endpoints): oauth.AuthorizationServer => {
  const cloud = draft.cloud === 'us-government' || draft.cloud === 'china' ? draft.cloud : 'global'
  const tenant = textOf(draft, 'tenant') ?? 'organizations'
  const tokenEndpoint = new URL(textOf(draft, 'token_endpoint') ?? entraTokenEndpoint(tenant, cloud)).href
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
