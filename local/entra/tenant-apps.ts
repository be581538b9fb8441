// An app in one tenant (Entra's enterprise application), whose administrator decides for the tenant's own users.

import type { EntraParts } from './parts.ts'
import type { AppState, Client, User } from './records.ts'
import { type Refusal, refuse } from './refusal.ts'

const codes: Readonly<Record<AppState, number>> = {
  disabled: 7000112,
  removed: 700016,
  'resource-disabled': 500014,
  'not-consented': 65001,
  'assignment-required': 50105,
}

/** Whether the user's tenant blocks this app for the user, even if the owner's tenant allows it. */
export const refusedByTenant = (
  { registry }: EntraParts,
  { client, user }: { readonly client: Client; readonly user: User },
): Refusal | undefined => {
  const tenant = registry.tenant(user.tenantId)
  const state = tenant?.apps?.[client.clientId]
  if (tenant === undefined || state === undefined) return undefined
  return refuse(codes[state], {
    client: client.clientId,
    user: user.userName,
    tenant: tenant.domains[0] ?? tenant.id,
    name: 'https://graph.microsoft.com',
  })
}
