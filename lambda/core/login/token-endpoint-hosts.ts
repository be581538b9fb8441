// Which hosts the deployment lets credentials be sent to.

import { isLoopbackHost } from './authority.ts'

/** From the settings of a deployment. */
export interface AllowedHosts {
  /** In lower case, with the port where it is not 443. */
  readonly tokenEndpointHosts: readonly string[]
  /** On this machine a loopback host is allowed whether it is listed or not. */
  readonly allowLoopbackHttp: boolean
}

/** Host and port in the form of the list; undefined when the text is not a URL. */
export const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined)

/** Whether credentials may be sent to this URL: exact host and port over https, or this machine where that is allowed. */
export const isAllowedEndpoint = (url: string, { tokenEndpointHosts, allowLoopbackHttp }: AllowedHosts): boolean => {
  if (!URL.canParse(url)) return false
  const parsed = new URL(url)
  if (allowLoopbackHttp && isLoopbackHost(parsed)) return ['https:', 'http:'].includes(parsed.protocol)
  return parsed.protocol === 'https:' && tokenEndpointHosts.includes(parsed.host)
}
