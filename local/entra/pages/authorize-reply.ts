// How the authorize endpoint answers the client: through its redirect URI, in one of three response modes.

import type { LoopbackAnswer } from '../../loopback-server.ts'
import type { Client } from '../records.ts'
import { type Refusal, refusalBody, type Wording } from '../refusal.ts'
import { escapeHtml, hidden, input, page } from './html.ts'

export interface Reply {
  readonly redirectUri: string
  readonly mode: 'query' | 'fragment' | 'form_post'
  readonly state: string | null
}

export const reply = (to: Reply, values: Readonly<Record<string, string>>): LoopbackAnswer => {
  const all = { ...values, ...(to.state !== null && { state: to.state }) }
  if (to.mode === 'form_post') return formPost(to.redirectUri, all)
  const location = new URL(to.redirectUri)
  if (to.mode === 'fragment') location.hash = new URLSearchParams(all).toString()
  else for (const [name, value] of Object.entries(all)) location.searchParams.append(name, value)
  return { status: 302, headers: { location: location.href, 'cache-control': 'no-store' } }
}

export const replyWithRefusal = (to: Reply, refusal: Refusal, wording: Wording): LoopbackAnswer => {
  const { error, error_description, error_uri } = refusalBody(refusal, wording)
  return reply(to, {
    error: String(error),
    error_description: String(error_description),
    error_uri: String(error_uri),
  })
}

/** A registered `http://localhost` matches every port, so that a program can use any free port. */
export const isRegistered = (client: Client, redirectUri: string): boolean =>
  client.redirectUris.some((each) => each === redirectUri || withoutLocalPort(each) === withoutLocalPort(redirectUri))

const withoutLocalPort = (uri: string): string => {
  if (!URL.canParse(uri)) return uri
  const url = new URL(uri)
  if (url.protocol === 'http:' && (url.hostname === 'localhost' || url.hostname === '127.0.0.1')) url.port = ''
  return url.href
}

const formPost = (redirectUri: string, values: Readonly<Record<string, string>>): LoopbackAnswer =>
  page(
    200,
    'Working...',
    `<form method="post" action="${escapeHtml(redirectUri)}">` +
      Object.entries(values)
        .map(([name, value]) => input(hidden(name, value)))
        .join('') +
      '<button>Continue</button></form><script>document.forms[0].submit()</script>',
  )
