// The `scope` parameter: the requested resource, its permissions, and whether there is consent.

import type { Client } from './records.ts'
import { Refusal, refuse } from './refusal.ts'

export interface Scopes {
  /** The requested scope, without the permissions of other resources. */
  readonly text: string
  readonly resource: string
  readonly permissions: readonly string[]
  /** The scope in the answer. */
  readonly granted: string
  readonly offline: boolean
  readonly openid: boolean
}

const graph = 'https://graph.microsoft.com'
const resources = new Map([
  [graph, graph],
  ['00000003-0000-0000-c000-000000000000', graph],
  ['https://outlook.office.com', 'https://outlook.office.com'],
  ['https://outlook.office365.com', 'https://outlook.office.com'],
])
const protocolScopes = new Set(['openid', 'profile', 'email', 'offline_access'])
const permissionShape = /^(\.default|[a-z]\w*(\.[a-z]\w*)+)$/i
const adminPermissions =
  /^(application|auditlog|device|directory|domain|group|groupmember|rolemanagement|user)\..*\.all$/

interface Asked {
  readonly written: string
  readonly resource: string
  readonly permission: string
}

/** @param several what a scope with more than one resource means: the first one counts, or 700022 */
export const parseScopes = (text: string, several: 'first-counts' | 'refused'): Scopes | Refusal => {
  const written = [...new Set(text.split(' ').filter((one) => one !== ''))]
  if (written.length === 0) return refuse(900144, { name: 'scope' })
  const protocol = written.filter((one) => protocolScopes.has(one.toLowerCase()))
  const asked: Asked[] = []
  for (const one of written.filter((each) => !protocol.includes(each))) {
    const read = readScope(one)
    if (read instanceof Refusal) return read
    asked.push(read)
  }
  const resource = asked[0]?.resource ?? graph
  if (several === 'refused' && asked.some((one) => one.resource !== resource)) return refuse(700022)
  const counted = asked.filter((one) => one.resource === resource)
  if (counted.length > 1 && counted.some((one) => one.permission === '.default')) {
    return refuse(70011, { name: counted.map((one) => one.written).join(' ') })
  }
  const asWritten = counted.map((one) => one.written)
  return {
    text: [...asWritten, ...protocol].join(' '),
    resource,
    permissions: counted.map((one) => one.permission),
    granted: [...asWritten, ...protocol.filter((one) => one !== 'offline_access')].join(' ') || 'User.Read',
    offline: protocol.includes('offline_access'),
    openid: protocol.includes('openid'),
  }
}

const readScope = (written: string): Asked | Refusal => {
  const slash = written.lastIndexOf('/')
  const permission = written.slice(slash + 1)
  const named = slash < 0 ? graph : written.slice(0, slash).replace(/\/$/, '').toLowerCase()
  if (!permissionShape.test(permission)) return refuse(70011, { name: written })
  const resource = resources.get(named)
  return resource === undefined ? refuse(500011, { name: named }) : { written, resource, permission }
}

/** 90094 where only an administrator may consent, 65001 for everything else. */
export const missingConsent = (client: Client, scopes: Scopes): Refusal | undefined => {
  if (client.consentedScopes === null) return undefined
  const consented = new Set(client.consentedScopes.map(fullName))
  const missing = scopes.permissions.filter((permission) =>
    permission === '.default' ? consented.size === 0 : !consented.has(`${scopes.resource}/${permission}`.toLowerCase()),
  )
  if (missing.length === 0) return undefined
  return refuse(missing.some((permission) => adminPermissions.test(permission.toLowerCase())) ? 90094 : 65001)
}

const fullName = (consented: string): string => {
  const read = readScope(consented)
  return (read instanceof Refusal ? consented : `${read.resource}/${read.permission}`).toLowerCase()
}
