// What a person can do to the embedded Entra on the control page: each action by its name, and what happens next.

import type { Entra } from '../entra/service.ts'
import type { Faults } from '../services.ts'
import { type Trouble, troubles } from './troubles.ts'

export interface World {
  readonly entra: Entra
  readonly faults: Faults
  /** Of new clients. */
  readonly redirectUris: readonly string[]
}

/** What the page says after an action. A password or a client secret is shown here once. */
export type Notice = readonly string[]

const retried = 'The next tick tries the connections again; to see it now: token-refresher refresh <connection>'

interface Form {
  /** @throws Error when the field is empty */
  readonly field: (name: string) => string
}

type Action = (world: World, form: Form) => Notice

export const actions: Readonly<Record<string, Action>> = {
  'add-user': ({ entra }, { field }) => {
    const userName = field('userName')
    const { password } = entra.addUser({ tenantId: firstTenant(entra), userName })
    return [`${userName} is there. Its password, shown once: ${password}`]
  },
  'mfa-on': change(
    { mfa: true },
    'needs a second factor from now on: the password grant ends in AADSTS50076, and a link works.',
  ),
  'mfa-off': change({ mfa: false }, 'needs no second factor any more.'),
  disable: change({ disabled: true }, 'is disabled: AADSTS50057.', retried),
  enable: change({ disabled: false }, 'is enabled again.', retried),
  block: change({ blockedByPolicy: true }, 'is blocked by Conditional Access: AADSTS53003.', retried),
  unblock: change({ blockedByPolicy: false }, 'is not blocked any more.', retried),
  revoke: ({ entra }, { field }) => {
    const userName = field('userName')
    entra.revokeSessions(userName)
    return [`Every refresh token that ${userName} has is dead: AADSTS50173.`, retried]
  },
  'new-password': ({ entra }, { field }) => {
    const userName = field('userName')
    const password = `p-${crypto.randomUUID()}`
    entra.updateUser(userName, { password })
    return [
      `${userName} has a new password, shown once: ${password}`,
      'Refresh tokens from before it are dead.',
      retried,
    ]
  },
  'add-client': ({ entra, redirectUris }) => {
    const { clientId } = entra.addClient({ tenantId: firstTenant(entra), multiTenant: true, redirectUris })
    const { value } = entra.addClientSecret(clientId)
    return [`Client ${clientId} is there. Its client secret, shown once: ${value}`]
  },
  'new-secret': ({ entra }, { field }) => {
    const clientId = field('clientId')
    const { value } = entra.addClientSecret(clientId)
    return [
      `${clientId} has another client secret, shown once: ${value}`,
      `Hand it over: token-refresher client set-secret ${clientId}`,
    ]
  },
  'expire-secrets': ({ entra }, { field }) => {
    const clientId = field('clientId')
    entra.expireClientSecrets(clientId)
    return [`The client secrets of ${clientId} have expired: AADSTS7000222.`, retried]
  },
  'disable-client': changeClient(true, 'is disabled: AADSTS7000112.'),
  'enable-client': changeClient(false, 'is enabled again.'),
  trouble: ({ entra, faults }, { field }) => {
    const name = field('trouble')
    const trouble: Trouble | undefined = troubles.find((one) => one.name === name)
    if (trouble === undefined) throw new Error('there is no such trouble')
    faults.entra = trouble.fault
    entra.answerAsUsual()
    if (trouble.habit !== undefined) entra.habits.add(trouble.habit, { times: trouble.times })
    return [
      `${trouble.says}.`,
      ...(trouble.name === 'none' ? [retried] : ['It lasts until you choose another one here.']),
    ]
  },
}

function change(what: Parameters<Entra['updateUser']>[1], ...says: readonly [string, ...string[]]): Action {
  const [first, ...rest] = says
  return ({ entra }, { field }) => {
    const userName = field('userName')
    entra.updateUser(userName, what)
    return [`${userName} ${first}`, ...rest]
  }
}

function changeClient(disabled: boolean, says: string): Action {
  return ({ entra }, { field }) => {
    const clientId = field('clientId')
    entra.updateClient(clientId, { disabled })
    return [`Client ${clientId} ${says}`, retried]
  }
}

const firstTenant = (entra: Entra): string => {
  const [tenant] = entra.directory.tenants
  if (tenant === undefined) throw new Error('there is no tenant')
  return tenant.id
}
