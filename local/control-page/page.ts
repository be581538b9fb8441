// The control page as HTML: the directory of the embedded Entra, what it can be made to do, and the mails that were sent.

import { createHash } from 'node:crypto'
import { escapeHtml } from '../entra/pages/html.ts'
import type { Client, User } from '../entra/records.ts'
import type { Mail } from '../mails.ts'
import type { Notice } from './actions.ts'
import { troubles } from './troubles.ts'

export interface Shown {
  readonly users: readonly User[]
  readonly clients: readonly Client[]
  /** What the authenticator app of a user with a second factor shows now. */
  readonly oneTimeCode: (userName: string) => string
  /** Name of the trouble that was chosen. */
  readonly trouble: string
  /** The newest first. */
  readonly mails: readonly Mail[]
  readonly now: number
  readonly notice: Notice
  /** An action was not done. */
  readonly problem?: string | undefined
}

const style = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{margin-top:2rem;font-size:1.25rem}h3{margin:0;font-size:1rem}
section>article{border:1px solid #767f89;border-radius:.5rem;padding:.75rem;margin:.5rem 0}
form{display:inline-block;margin:.25rem .25rem 0 0}button,input,select{font:inherit;padding:.25rem .6rem;max-width:100%}
[role=status],[role=alert]{border-left:.3rem solid #0b57c4;padding:.25rem .75rem}[role=alert]{border-color:#b3261e}
pre{white-space:pre-wrap;font:inherit;margin:0}:focus-visible{outline:3px solid #b45309;outline-offset:2px}
@media (prefers-color-scheme:dark){body{color:#e8eaed;background:#14171a}}`

export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

export const controlPage = (shown: Shown): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The embedded Entra</title><style>${style}</style></head><body><main><h1>The embedded Entra</h1>${notice(shown)}
<section><h2>Users</h2>${shown.users.map((user) => userArticle(user, shown)).join('')}${newUser}</section>
<section><h2>Clients</h2>${shown.clients.map((client) => clientArticle(client, shown.now)).join('')}${button('add-client', 'New client')}</section>
<section><h2>What goes wrong</h2>${troubleForm(shown.trouble)}</section>
<section><h2>Mails</h2>${mails(shown.mails)}</section></main></body></html>
`

const notice = ({ notice: lines, problem }: Shown): string => {
  if (problem !== undefined) return `<p role="alert">${escapeHtml(problem)}</p>`
  return lines.length === 0
    ? ''
    : `<div role="status">${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</div>`
}

const button = (action: string, label: string, fields: Readonly<Record<string, string>> = {}): string =>
  `<form method="post">${Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('')}<button name="action" value="${action}">${escapeHtml(label)}</button></form>`

const newUser = `<form method="post"><label>New user <input name="userName" placeholder="name@example.com" required></label>
<button name="action" value="add-user">Make</button></form>`

const userArticle = (user: User, { oneTimeCode }: Shown): string => {
  const { userName, mfa, disabled, blockedByPolicy } = user
  const states = [disabled && 'disabled', blockedByPolicy && 'blocked by policy', mfa && 'second factor'].filter(
    Boolean,
  )
  const code = mfa ? ` One-time code now: <strong>${escapeHtml(oneTimeCode(userName))}</strong>` : ''
  const of = (action: string, label: string) => button(action, label, { userName })
  return `<article><h3>${escapeHtml(userName)}</h3><div>${states.join(', ') || 'nothing special'}.${code}</div>${[
    mfa ? of('mfa-off', 'No second factor') : of('mfa-on', 'Demand a second factor'),
    disabled ? of('enable', 'Enable') : of('disable', 'Disable'),
    blockedByPolicy ? of('unblock', 'Unblock') : of('block', 'Block by policy'),
    of('revoke', 'Revoke sign-ins'),
    of('new-password', 'New password'),
  ].join('')}</article>`
}

const clientArticle = ({ clientId, disabled, secrets }: Client, now: number): string => {
  const valid = secrets.filter(({ expiresAt }) => expiresAt > now).length
  const of = (action: string, label: string) => button(action, label, { clientId })
  return `<article><h3>${escapeHtml(clientId)}</h3><div>${disabled ? 'disabled, ' : ''}${valid} of ${secrets.length} client secrets valid.</div>${[
    of('new-secret', 'New client secret'),
    of('expire-secrets', 'Let all client secrets expire'),
    disabled ? of('enable-client', 'Enable') : of('disable-client', 'Disable'),
  ].join('')}</article>`
}

const troubleForm = (chosen: string): string =>
  `<form method="post"><label>From now on <select name="trouble">${troubles
    .map(
      ({ name, says }) => `<option value="${name}"${name === chosen ? ' selected' : ''}>${escapeHtml(says)}</option>`,
    )
    .join('')}</select></label> <button name="action" value="trouble">Do this</button></form>`

const mails = (all: readonly Mail[]): string =>
  all.length === 0
    ? '<p>None was sent yet.</p>'
    : all
        .map(({ at, lines }) => {
          const time = new Date(at).toISOString()
          return `<article><h3><time datetime="${time}">${time.slice(0, 16).replace('T', ' ')} UTC</time></h3><pre>${lines.map(linked).join('\n')}</pre></article>`
        })
        .join('')

/** A link to sign in can be followed from here, as from a mail. */
const linked = (line: string): string => {
  const [, before = '', address] = /^(.*?)(https?:\/\/\S+link=\S+)$/.exec(line) ?? []
  if (address === undefined) return escapeHtml(line)
  return `${escapeHtml(before)}<a href="${escapeHtml(address)}">${escapeHtml(address)}</a>`
}
