// What a person can do to clients, which Entra calls app registrations.

import { type Action, firstTenant, nextRefresh } from './action.ts'
import { ofClient } from './connections.ts'

const addClient: Action = ({ entra, redirectUris }) => {
  const { clientId } = entra.addClient({ tenantId: firstTenant(entra), multiTenant: true, redirectUris })
  const { value } = entra.addClientSecret(clientId)
  return [
    `Client ${clientId} is there. Its client secret, shown once: ${value}`,
    `Use it: token-refresher invite <connection> --client-id ${clientId}`,
  ]
}

const newSecret: Action = ({ entra }, { field }) => {
  const clientId = field('clientId')
  const { value } = entra.addClientSecret(clientId)
  return [
    `Client ${clientId} has another client secret, shown once: ${value}`,
    `Hand it over: token-refresher client set-secret ${clientId}`,
  ]
}

const expireSecrets: Action = ({ entra, connections }, { field }) => {
  const clientId = field('clientId')
  entra.expireClientSecrets(clientId)
  return [
    `The client secrets of ${clientId} have expired.`,
    ...nextRefresh(ofClient(connections(), clientId), 'is refused: AADSTS7000222'),
  ]
}

const changing =
  (disabled: boolean, says: string, next: string): Action =>
  ({ entra, connections }, { field }) => {
    const clientId = field('clientId')
    entra.updateClient(clientId, { disabled })
    return [`Client ${clientId} ${says}`, ...nextRefresh(ofClient(connections(), clientId), next)]
  }

export const clientActions = {
  'add-client': addClient,
  'new-secret': newSecret,
  'expire-secrets': expireSecrets,
  'disable-client': changing(true, 'is disabled.', 'is refused: AADSTS7000112'),
  'enable-client': changing(false, 'is enabled again.', 'succeeds if nothing else is wrong'),
} as const satisfies Readonly<Record<string, Action>>
