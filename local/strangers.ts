// Whom the embedded stack does not answer: web pages of others, whatever name they reach it by, and callers without its key.

import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Whether people open pages of the server in a browser, whose forms then name the server's own origin. */
export type Audience = 'programs' | 'browsers'

const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * A web page that a user of this machine opens can send requests to loopback. It may have given its own name the address
 * 127.0.0.1 (DNS rebinding): then the Host is that name. Else the browser says whose page it is, in Origin or Sec-Fetch-Site.
 *
 * @returns why a request is not answered; undefined when it may be
 */
export const refusalOf = (method: string, headers: IncomingHttpHeaders, audience: Audience): string | undefined => {
  const { host = '', origin } = headers
  if (!loopbackNames.has(hostnameOf(host))) return 'the Host is not a name of this machine for itself'
  const site = headers['sec-fetch-site']
  if (audience === 'programs') return (origin ?? site) ? 'a web page sent it' : undefined
  if (origin !== undefined && origin !== `http://${host}`) return 'a page of another origin sent it'
  // A link to a sign-in page is followed from anywhere, as long as a person sees the page.
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

/** An access key id that nobody can guess: as long as the process lives, it is what a caller has to know. */
export const newAccessKeyId = (name: string): string => `${name}-${randomBytes(16).toString('hex')}`
