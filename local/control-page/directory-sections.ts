// The users and the clients of the embedded Entra as HTML, each with what can be done to it.

import { escapeHtml } from '../entra/pages/html.ts'
import type { Client, User } from '../entra/records.ts'
import type { ActionName } from './actions.ts'
import { type Connection, ofClient, ofUser } from './connections.ts'

export interface Directory {
  readonly users: readonly User[]
  readonly clients: readonly Client[]
  readonly connections: readonly Connection[]
  /** The code that the authenticator app of a user with a second factor shows now. */
  readonly oneTimeCode: (userName: string) => string
  readonly now: number
}

export const usersSection = (directory: Directory): string =>
  `<section><h2>Users</h2>${directory.users.map((user) => userArticle(user, directory)).join('')}${newUser}</section>`

export const clientsSection = (directory: Directory): string =>
  `<section><h2>Clients</h2><p class="quiet">Entra calls them app registrations.</p>` +
  `${directory.clients.map((client) => clientArticle(client, directory)).join('')}` +
  `<div class="card">${button('add-client', 'Make a client')}</div></section>`

const newUser = `<form method="post" class="card"><div class="row"><label>New user <input name="userName" placeholder="name@example.com" autocomplete="off" required></label>
<label><input type="checkbox" name="mfa" value="on"> with a second factor</label>
<button name="action" value="add-user">Make the user</button></div></form>`

/** @param fields hidden ones @param whose what the label concerns, for a reader of the button alone */
const button = (
  action: ActionName,
  label: string,
  fields: Readonly<Record<string, string>> = {},
  whose?: string,
): string => {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  )
  const named = whose === undefined ? '' : ` aria-label="${escapeHtml(`${label}: ${whose}`)}"`
  return `<form method="post">${hidden.join('')}<button name="action" value="${action}"${named}>${escapeHtml(label)}</button></form>`
}

const userArticle = (user: User, { connections, oneTimeCode }: Directory): string => {
  const { userName, mfa, disabled, blockedByPolicy } = user
  const states = [
    disabled ? 'Disabled.' : 'Enabled.',
    ...(blockedByPolicy ? ['Blocked by Conditional Access.'] : []),
    mfa ? `Second factor; one-time code now: <strong>${escapeHtml(oneTimeCode(userName))}</strong>` : 'Password alone.',
  ]
  const of = (action: ActionName, label: string) => button(action, label, { userName }, userName)
  return `<article><h3>${escapeHtml(userName)}</h3><p>${states.join(' ')}</p>${usedBy(ofUser(connections, userName))}<div class="row">${[
    mfa ? of('mfa-off', 'No second factor') : of('mfa-on', 'Demand a second factor'),
    disabled ? of('enable', 'Enable') : of('disable', 'Disable'),
    blockedByPolicy ? of('unblock', 'Unblock') : of('block', 'Block by policy'),
    of('revoke', 'Revoke sign-ins'),
    of('new-password', 'New password'),
  ].join('')}</div></article>`
}

const clientArticle = (client: Client, all: Directory): string => {
  const { clientId, disabled, secrets, redirectUris, ownsItself } = client
  const valid = secrets.filter(({ expiresAt }) => expiresAt > all.now).length
  const of = (action: ActionName, label: string) => button(action, label, { clientId }, clientId)
  const addresses = redirectUris.length === 0 ? 'none' : redirectUris.join(', ')
  return `<article><h3>${escapeHtml(clientId)}</h3><p>${disabled ? 'Disabled.' : 'Enabled.'} Valid client secrets: ${valid} of ${secrets.length}.${ownsItself ? ' May change its own client secrets.' : ''}</p>
<p class="quiet">Redirect URIs: ${escapeHtml(addresses)}</p>${usedBy(ofClient(all.connections, clientId))}<div class="row">${[
    of('new-secret', 'New client secret'),
    of('expire-secrets', 'Let all client secrets expire'),
    ownsItself
      ? of('forbid-renewal', 'Forbid it to change its client secrets')
      : of('allow-renewal', 'Allow it to change its client secrets'),
    disabled ? of('enable-client', 'Enable') : of('disable-client', 'Disable'),
  ].join('')}</div></article>`
}

const usedBy = (names: readonly string[]): string =>
  `<p class="quiet">Connections: ${names.length === 0 ? 'none' : escapeHtml(names.join(', '))}</p>`
