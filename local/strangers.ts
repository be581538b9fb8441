// Requests that the embedded stack refuses: those of web pages, by any host name, and those without its access key.

import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Whether people open pages of the server in a browser, whose forms then name the server's own origin. */
export type Audience = 'programs' | 'browsers'

const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * A web page that a user of this machine opens can send requests to loopback. Its own host name may resolve to 127.0.0.1 (DNS
 * rebinding): then the Host header is that name. Otherwise the browser names the page's origin in Origin or Sec-Fetch-Site.
 *
 * @returns why a request is not answered; undefined when it may be
 */
export const refusalOf = (method: string, headers: IncomingHttpHeaders, audience: Audience): string | undefined => {
  const { host = '', origin } = headers
  if (!loopbackNames.has(hostnameOf(host))) return 'the Host is not a name of this machine for itself'
  const site = headers['sec-fetch-site']
  if (audience === 'programs') return (origin ?? site) ? 'a web page sent it' : undefined
  if (origin !== undefined && origin !== `http://${host}`) return 'a page of another origin sent it'
  // A person may follow a link from any site to a sign-in page, because the person then sees the page.
  const opened =
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  const own = site === undefined || site === 'none' || site === 'same-origin'
  return own || opened ? undefined : 'a page of another origin sent it'
}

const hostnameOf = (host: string): string => {
  try {
    return new URL(`http://${host}`).hostname
  } catch {
    return ''
  }
}

/** A random access key id. A caller must know it. It is valid while the process runs. */
export const newAccessKeyId = (name: string): string => `${name}-${randomBytes(16).toString('hex')}`
