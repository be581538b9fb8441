// The first part of every path: one tenant, or one of the names for many tenants.

import type { EntraParts } from './parts.ts'
import type { Client, Tenant } from './records.ts'
import { isGuid, type Refusal, refuse } from './refusal.ts'

export type TenantPath = { readonly name: string } & (
  | { readonly kind: 'tenant'; readonly tenant: Tenant }
  | { readonly kind: 'organizations' | 'common' | 'consumers' }
)

export const resolveTenant = (parts: EntraParts, name: string): TenantPath | Refusal => {
  const lower = name.toLowerCase()
  if (lower === 'organizations' || lower === 'common' || lower === 'consumers') return { name, kind: lower }
  if (!isGuid(name) && !name.includes('.')) return refuse(900023, { tenant: name })
  const tenant = parts.registry.tenant(name) ?? parts.registry.tenantOfDomain(name)
  return tenant === undefined ? refuse(90002, { tenant: name }) : { name, kind: 'tenant', tenant }
}

/** Whether this client may request tokens under this path. */
export const admitClient = (parts: EntraParts, path: TenantPath, clientId: string): Client | Refusal => {
  const words = { client: clientId, tenant: path.name }
  const client = parts.registry.client(clientId)
  if (client === undefined) return refuse(700016, words)
  if (path.kind === 'consumers') return refuse(9002332, words)
  if (!client.multiTenant) {
    if (path.kind !== 'tenant') return refuse(50194, words)
    if (path.tenant.id !== client.tenantId) return refuse(700016, words)
  }
  return client.disabled ? refuse(7000112, words) : client
}

/** The tenant in which a user name is looked up. */
export const tenantOfUser = (parts: EntraParts, path: TenantPath, userName: string): Tenant | Refusal => {
  if (path.kind === 'tenant') return path.tenant
  const [, domain] = userName.split('@')
  if (!domain) return refuse(50059)
  return parts.registry.tenantOfDomain(domain) ?? refuse(50128, { name: domain })
}
