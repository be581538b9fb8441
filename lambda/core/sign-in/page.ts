// The sign-in pages as HTML: no script, no third party, readable on a phone, in light and dark, and by a screen reader.

import { createHash } from 'node:crypto'
import type { Link } from './link.ts'
import {
  afterConsent,
  button,
  buttonAgain,
  consentLink,
  goOn,
  labels,
  type PageName,
  refresherAsked,
  scopesInWords,
  texts,
} from './texts.ts'

/** The content of a page. */
export interface Page {
  readonly name: PageName
  /** First part of every name of the deployment. */
  readonly prefix: string
  /** Undefined: the link could not be read. */
  readonly link: Link | undefined
  /** The link itself, for the button. Undefined: there is none. */
  readonly again?: string
  /** Address of an automatic redirect, or of a link on the page. */
  readonly address?: string
  /** Code of the provider's or the bootstrap function's answer. */
  readonly code?: string
  /** The user name of the wrong account, if the provider has named it. */
  readonly signedInAs?: string
}

const style = `:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif;color:#1b1f24;background:#f4f5f7;overflow-wrap:anywhere}
main{max-width:36rem;margin:6vh auto;padding:2rem;background:#fff;border-radius:.75rem}
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}
dl{margin:1.5rem 0}dt{font-size:.875rem;color:#4a5159}dd{margin:0 0 .75rem}ul{margin:0;padding-left:1.25rem}
button,a.button{display:inline-block;font:inherit;font-weight:600;padding:.75rem 1.5rem;border:0;border-radius:.5rem;color:#fff;background:#0b57c4;text-decoration:none;cursor:pointer}
:focus-visible{outline:3px solid #d97706;outline-offset:3px}
@media (max-width:40rem){main{margin:0;min-height:100vh;border-radius:0;padding:1.25rem}button,a.button{width:100%;text-align:center}}
@media (prefers-color-scheme:dark){body{color:#e8eaed;background:#14171a}main{background:#1f2428}dt{color:#b3bac2}button,a.button{color:#0b1420;background:#8ab8ff}}`

const styleHash = createHash('sha256').update(style).digest('base64')

/** The page loads, frames and runs nothing. Its form posts only to this page; the next page is a separate navigation. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

export const html = (page: Page): string => {
  const link = page.link ?? unknownLink
  const { title, paragraphs } = texts[page.name](link, page)
  const refresh =
    page.name === 'leaving' && page.address !== undefined
      ? `<meta http-equiv="refresh" content="0;url=${escaped(page.address)}">`
      : ''
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<meta name="robots" content="noindex, nofollow">${refresh}<title>${escaped(title)}</title><style>${style}</style></head>` +
    `<body><main><h1>${escaped(title)}</h1>${paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('')}` +
    `${page.name === 'invitation' ? facts(page.prefix, link) : ''}${action(page)}</main></body></html>\n`
  )
}

const unknownLink: Link = {
  id: 'not-known',
  connection: 'unknown',
  made: 0,
  expires: 0,
  by: '',
  client_id: '',
  authorization_endpoint: '',
  scope: '',
}

const facts = (prefix: string, link: Link): string => {
  const rows: readonly (readonly [string, string])[] = [
    [labels.deployment, escaped(prefix)],
    [labels.connection, escaped(link.connection)],
    ...(link.account === undefined ? [] : [[labels.account, escaped(link.account)] as const]),
    [labels.scopes, list(scopesInWords(link.scope))],
    [labels.by, escaped(link.by === '' ? refresherAsked : link.by)],
    [labels.made, time(link.made)],
    [labels.expires, time(link.expires)],
  ]
  return `<dl>${rows.map(([label, value]) => `<dt>${label}</dt><dd>${value}</dd>`).join('')}</dl>`
}

const list = (items: readonly string[]): string =>
  `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`

const time = (seconds: number): string => {
  const iso = new Date(seconds * 1000).toISOString()
  return `<time datetime="${iso}">${iso.slice(0, 10)}, ${iso.slice(11, 16)} UTC</time>`
}

const action = ({ name, again, address }: Page): string => {
  if (again !== undefined) {
    const choose = name === 'other-account' ? '<input type="hidden" name="choose" value="1">' : ''
    const label = name === 'invitation' ? button : buttonAgain
    const field = `<input type="hidden" name="link" value="${escaped(again)}">`
    return `<form method="post" action="/">${field}${choose}<button>${label}</button></form>`
  }
  if (address === undefined) return ''
  const link = (label: string) => `<p><a class="button" rel="noreferrer" href="${escaped(address)}">${label}</a></p>`
  // Also as text, so that a person can copy it on a phone.
  return name === 'leaving'
    ? link(goOn)
    : `<p><code>${escaped(address)}</code></p><p>${afterConsent}</p>${link(consentLink)}`
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
