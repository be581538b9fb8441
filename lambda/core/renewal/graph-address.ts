// Where the Microsoft Graph of a client is, from its token endpoint. Credentials for it are sent nowhere else.

import { isLoopbackHost, isOneTenant } from '../login/authority.ts'

export interface GraphAddress {
  /** Without a slash at the end. */
  readonly origin: string
  /** The scope of a token for it: a resource of the cloud, which on this machine is the one of the global cloud. */
  readonly scope: string
}

/** learn.microsoft.com/graph/deployments. The US Department of Defense has another Graph behind the same token endpoint. */
const hosts: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'login.microsoftonline.com': 'graph.microsoft.com',
    'login.windows.net': 'graph.microsoft.com',
    'login.microsoftonline.us': 'graph.microsoft.us',
    'login.partner.microsoftonline.cn': 'microsoftgraph.chinacloudapi.cn',
    'login.chinacloudapi.cn': 'microsoftgraph.chinacloudapi.cn',
  }),
)

/** @returns undefined: no cloud of Microsoft is known for this token endpoint */
export const graphAddress = (tokenEndpoint: string, allowLoopbackHttp: boolean): GraphAddress | undefined => {
  const url = new URL(tokenEndpoint)
  if (allowLoopbackHttp && isLoopbackHost(url)) {
    return { origin: url.origin, scope: 'https://graph.microsoft.com/.default' }
  }
  const host = url.port === '' ? hosts.get(url.hostname) : undefined
  return host === undefined ? undefined : { origin: `https://${host}`, scope: `https://${host}/.default` }
}

/** The tenant that a token endpoint names; undefined: accounts of several tenants sign in there. */
export const tenantOf = (tokenEndpoint: string): string | undefined => {
  const tenant = decodeURIComponent(new URL(tokenEndpoint).pathname.split('/')[1] ?? '')
  return isOneTenant(tenant) ? tenant : undefined
}

/** The same token endpoint for the app itself: it signs in at a tenant of its own. */
export const atTenant = (tokenEndpoint: string, tenant: string): string => {
  const url = new URL(tokenEndpoint)
  url.pathname = ['', encodeURIComponent(tenant), ...url.pathname.split('/').slice(2)].join('/')
  return url.href
}
