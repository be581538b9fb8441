// Where a login's token endpoint is: Microsoft's tenants and clouds, or any provider's URL.

import { defaultTokenEndpointHosts, entraFederationAudience } from '../../contract.ts'
import type { Decoded } from '../secrets/decode.ts'
import type { Provider } from '../secrets/provider.ts'

/** Microsoft Entra authority hosts by cloud (learn.microsoft.com, "National clouds"). */
export const clouds = {
  global: 'login.microsoftonline.com',
  'us-government': 'login.microsoftonline.us',
  china: 'login.partner.microsoftonline.cn',
} as const

export type Cloud = keyof typeof clouds

/** All hosts that answer as Microsoft Entra does. */
export const entraHosts = defaultTokenEndpointHosts
const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

export const isLoopbackHost = ({ hostname }: URL): boolean => loopbackHosts.includes(hostname)

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const domain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,}|xn--[a-z0-9-]+)$/i

/**
 * What is wrong with a client id, in words that follow its name; or undefined.
 *
 * @param tokenEndpoint undefined: one of Microsoft's
 */
export const clientIdProblem = (clientId: string, tokenEndpoint: string | undefined): string | undefined => {
  const atMicrosoft = tokenEndpoint === undefined || providerOf(tokenEndpoint).name === 'entra'
  if (!atMicrosoft || guid.test(clientId.trim())) return undefined
  return 'must be a GUID: Microsoft shows it as "Application (client) ID" on the overview of the app registration'
}

/** Names in place of a tenant, for accounts of several tenants. */
const sharedTenants: readonly string[] = ['organizations', 'common', 'consumers']

/** The id or the domain of one tenant. */
export const isOneTenant = (tenant: string): boolean => guid.test(tenant) || domain.test(tenant)

/** What is wrong with a tenant, or undefined. */
export const tenantProblem = (tenant: string): string | undefined =>
  sharedTenants.includes(tenant) || isOneTenant(tenant)
    ? undefined
    : 'must be a tenant id (GUID), a domain, or "organizations"'

/** Why a password cannot be sent to this token endpoint, in words that follow the name of what is wrong; or undefined. */
export const passwordTenantProblem = (tokenEndpoint: string): string | undefined => {
  const url = new URL(tokenEndpoint)
  const tenant = isEntra(url) ? url.pathname.split('/')[1] : undefined
  if (tenant !== 'common' && tenant !== 'consumers') return undefined
  return `cannot be "${tenant}": Microsoft refuses the password grant there; use the tenant's id, its domain, or "organizations"`
}

export const entraTokenEndpoint = (tenant: string, cloud: Cloud): string =>
  `https://${clouds[cloud]}/${tenant}/oauth2/v2.0/token`

/**
 * Checks an endpoint that a person, a file or a provider named.
 *
 * @returns the normalized URL, without control characters and letters outside ASCII
 */
export const parseTokenEndpoint = (text: string, allowLoopbackHttp: boolean): Decoded<string> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || text.trim() !== text)
    return { ok: false, problem: 'must be a URL, such as https://idp.example.com/oauth2/token' }
  if (url.username !== '' || url.password !== '')
    return { ok: false, problem: 'must not contain a user name or password' }
  if (url.hash !== '') return { ok: false, problem: 'must not have a fragment' }
  const loopback = url.protocol === 'http:' && loopbackHosts.includes(url.hostname)
  if (url.protocol !== 'https:' && !(loopback && allowLoopbackHttp)) {
    return { ok: false, problem: 'must start with https:// (client secrets and tokens travel to it)' }
  }
  const tenant = isEntra(url) ? url.pathname.split('/')[1] : undefined
  const problem = tenant === undefined ? undefined : tenantProblem(tenant)
  return problem === undefined
    ? { ok: true, value: url.href }
    : { ok: false, problem: `names a tenant that ${problem}` }
}

/** One of Microsoft's own hosts. */
export const isMicrosoft = (tokenEndpoint: string): boolean => entraHosts.includes(new URL(tokenEndpoint).hostname)

/**
 * Whether accounts of many tenants sign in at this token endpoint. If so, a tenant's fault is no evidence against the client.
 * For the endpoint of another provider the answer is yes.
 */
export const isSharedAuthority = (tokenEndpoint: string): boolean => {
  const url = new URL(tokenEndpoint)
  return !isEntra(url) || sharedTenants.includes(url.pathname.split('/')[1]?.toLowerCase() ?? '')
}

/**
 * The audience that a federated credential of an app registration has, at this token endpoint. It is known for the global
 * cloud (learn.microsoft.com, "Workload identity federation"); for the national clouds nothing documented was found.
 *
 * @returns undefined: no web identity token is sent to this token endpoint
 */
export const federationAudience = (tokenEndpoint: string): string | undefined => {
  const url = new URL(tokenEndpoint)
  const global = url.hostname === clouds.global || url.hostname === 'login.windows.net' || isLoopbackHost(url)
  return global && isEntra(url) ? entraFederationAudience : undefined
}

/** Microsoft Entra, or something on this machine that answers at Entra's path. */
const isEntra = ({ hostname, pathname }: URL): boolean =>
  entraHosts.includes(hostname) ||
  (loopbackHosts.includes(hostname) && /^\/[^/]+\/oauth2\/v2\.0\/token$/.test(pathname))

/**
 * Entra keeps an old refresh token valid after use. The behaviour of other providers is not known, so their refresh tokens
 * count as single-use unless the login says otherwise.
 */
export const providerOf = (tokenEndpoint: string): Provider =>
  isEntra(new URL(tokenEndpoint))
    ? { name: 'entra', rotation: 'reusable', inactivity_days: 90 }
    : { name: 'generic', rotation: 'single-use', inactivity_days: 90 }
