// A person at Entra to log in as.

import { randomUUID } from 'node:crypto'
import type { Services } from '../../local/services.ts'

/** A tenant, a client with one secret, and a user; and the login of that user. */
export const addAccess = ({ entra, tokenEndpoint }: Pick<Services, 'entra' | 'tokenEndpoint'>) => {
  const tenant = entra.addTenant({ domains: ['example.com'] })
  const { clientId } = entra.addClient({ tenantId: tenant.id, multiTenant: true })
  const { value, keyId } = entra.addClientSecret(clientId)
  const username = `${randomUUID()}@example.com`
  const { password } = entra.addUser({ tenantId: tenant.id, userName: username })
  const login = {
    token_endpoint: tokenEndpoint,
    client_id: clientId,
    client_secret: value,
    scope: 'Mail.Read offline_access',
    username,
    password,
  }
  return { login, clientSecretKeyId: keyId }
}
