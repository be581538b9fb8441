// The address where a person signs in, and the related addresses at Microsoft.

import type { Client } from '../secrets/client.ts'

const entraPath = /\/oauth2\/v2\.0\/token$/

/** The endpoint that an operator named, else Microsoft's, next to the token endpoint. Undefined: not known. */
export const authorizationEndpointOf = ({ token_endpoint, provider }: Client): string | undefined =>
  provider.authorization_endpoint ??
  (entraPath.test(token_endpoint) ? token_endpoint.replace(entraPath, '/oauth2/v2.0/authorize') : undefined)

const entraAuthorizePath = /\/oauth2\/v2\.0\/authorize$/

/** @param endpoint without its query */
export const isEntraAuthorizationEndpoint = (endpoint: string): boolean => entraAuthorizePath.test(endpoint)

/** Microsoft's, next to the authorization endpoint. Undefined: another provider. */
export const tokenEndpointBeside = (authorizationEndpoint: string): string | undefined =>
  entraAuthorizePath.test(authorizationEndpoint)
    ? authorizationEndpoint.replace(entraAuthorizePath, '/oauth2/v2.0/token')
    : undefined

/** Page on which an administrator of the person's tenant consents for the whole tenant. Undefined: no such page is known. */
export const adminConsentAddress = (authorizationEndpoint: string, clientId: string): string | undefined => {
  const path = /\/([^/]+)\/oauth2\/v2\.0\/authorize$/
  const url = new URL(authorizationEndpoint)
  if (!path.test(url.pathname)) return undefined
  url.pathname = url.pathname.replace(path, '/$1/adminconsent')
  url.search = new URLSearchParams({ client_id: clientId }).toString()
  return url.href
}
