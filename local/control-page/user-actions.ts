// What a person can do to users, as the administrator of the tenant would.

import { randomBytes } from 'node:crypto'
import type { UserChange } from '../entra/changes.ts'
import { type Action, firstTenant, type Notice, nextRefresh } from './action.ts'
import { ofUser } from './connections.ts'

const addUser: Action = ({ entra }, { field, isChecked }) => {
  const userName = field('userName')
  const mfa = isChecked('mfa')
  const { password } = entra.addUser({ tenantId: firstTenant(entra), userName, mfa })
  return [
    `${userName} is there. The password, shown once: ${password}`,
    mfa
      ? `Invite this user: token-refresher invite <connection> --username ${userName}`
      : `Sign in: token-refresher bootstrap <connection> --username ${userName}`,
  ]
}

const revoke: Action = ({ entra, connections }, { field }) => {
  const userName = field('userName')
  entra.revokeSessions(userName)
  return [
    `Every refresh token that ${userName} has now is dead.`,
    ...nextRefresh(ofUser(connections(), userName), 'is refused: AADSTS50173'),
  ]
}

const newPassword: Action = ({ entra, connections }, { field }) => {
  const userName = field('userName')
  const password = randomBytes(15).toString('base64url')
  entra.updateUser(userName, { password })
  return [
    `${userName} has a new password, shown once: ${password}`,
    'A sign-in with the old password is refused: AADSTS50126.',
    ...nextRefresh(
      ofUser(connections(), userName),
      'still succeeds if its client has a client secret, as at Entra; of a public client it is refused: AADSTS50173',
    ),
  ]
}

interface Change {
  readonly change: UserChange
  /** The new state, in words that follow the name of the user. */
  readonly says: string
  readonly next: string
}

const changing =
  ({ change, says, next }: Change): Action =>
  ({ entra, connections }, { field }): Notice => {
    const userName = field('userName')
    entra.updateUser(userName, change)
    return [`${userName} ${says}`, ...nextRefresh(ofUser(connections(), userName), next)]
  }

export const userActions = {
  'add-user': addUser,
  'mfa-on': changing({
    change: { mfa: true },
    says: 'needs a second factor: a sign-in with the password alone is refused, AADSTS50076. A link to sign in works.',
    next: 'is refused, AADSTS50076, unless its sign-in had a second factor',
  }),
  'mfa-off': changing({
    change: { mfa: false },
    says: 'needs no second factor any more.',
    next: 'succeeds if nothing else is wrong',
  }),
  disable: changing({ change: { disabled: true }, says: 'is disabled.', next: 'is refused: AADSTS50057' }),
  enable: changing({
    change: { disabled: false },
    says: 'is enabled again.',
    next: 'succeeds if nothing else is wrong',
  }),
  block: changing({
    change: { blockedByPolicy: true },
    says: 'is blocked by Conditional Access.',
    next: 'is refused: AADSTS53003',
  }),
  unblock: changing({
    change: { blockedByPolicy: false },
    says: 'is not blocked any more.',
    next: 'succeeds if nothing else is wrong',
  }),
  revoke,
  'new-password': newPassword,
} as const satisfies Readonly<Record<string, Action>>
