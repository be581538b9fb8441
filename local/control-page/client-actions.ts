// What a person can do to clients, which Entra calls app registrations.

import { type Action, firstTenant, nextRefresh, type World } from './action.ts'
import { ofClient } from './connections.ts'

/** What an app needs at Microsoft to change its own client secrets. */
const renewalPermission = 'Application.ReadWrite.OwnedBy'

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

const allowRenewal: Action = ({ entra }, { field }) => {
  const clientId = field('clientId')
  entra.updateClient(clientId, { appRoles: [renewalPermission], ownsItself: true })
  return [
    `Client ${clientId} may change its own client secrets: it has the permission ${renewalPermission}, with consent, and owns itself.`,
    `Use it: token-refresher client renew-secret ${clientId} --automatic --tenant ${tenantOf(entra, clientId)}`,
  ]
}

const forbidRenewal: Action = ({ entra }, { field }) => {
  const clientId = field('clientId')
  entra.updateClient(clientId, { appRoles: [], ownsItself: false })
  return [
    `Client ${clientId} may not change its own client secrets any more. Its renewal is refused: Authorization_RequestDenied.`,
    'See it now: token-refresher doctor',
  ]
}

/** A domain of the tenant in which the client is registered, or its id. */
const tenantOf = ({ directory }: World['entra'], clientId: string): string => {
  const id = directory.clients.find((one) => one.clientId === clientId)?.tenantId ?? ''
  return directory.tenants.find((one) => one.id === id)?.domains[0] ?? id
}

export const clientActions = {
  'add-client': addClient,
  'new-secret': newSecret,
  'expire-secrets': expireSecrets,
  'allow-renewal': allowRenewal,
  'forbid-renewal': forbidRenewal,
  'disable-client': changing(true, 'is disabled.', 'is refused: AADSTS7000112'),
  'enable-client': changing(false, 'is enabled again.', 'succeeds if nothing else is wrong'),
} as const satisfies Readonly<Record<string, Action>>
