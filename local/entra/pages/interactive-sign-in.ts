// A person signs in on a page: user name and password, then a one-time code where a second factor is needed.

import type { EntraParts } from '../parts.ts'
import type { User } from '../records.ts'
import { Refusal, refuse } from '../refusal.ts'
import { checkPassword, isOneTimeCode } from '../sign-in.ts'
import type { TenantPath } from '../tenant-path.ts'
import { type FormField, hidden } from './html.ts'

const secondFactorMilliseconds = 600_000

export type InteractiveSignIn =
  | { readonly kind: 'signed-in'; readonly user: User; readonly mfa: boolean }
  | { readonly kind: 'ask'; readonly fields: readonly FormField[]; readonly refusal?: Refusal }

export const signInFields = (userName: string): readonly FormField[] => [
  { name: 'username', label: 'User name', type: 'text', value: userName },
  { name: 'password', label: 'Password', type: 'password' },
]

export const signInInteractively = (
  parts: EntraParts,
  path: TenantPath,
  answers: URLSearchParams,
): InteractiveSignIn => {
  const halfSignIn = answers.get('half_sign_in')
  if (halfSignIn) return finishSignIn(parts, halfSignIn, answers.get('otc') ?? '')
  const userName = answers.get('username') ?? ''
  if (userName === '') return { kind: 'ask', fields: signInFields('') }
  const user = checkPassword(parts, path, { userName, password: answers.get('password') ?? '' })
  if (user instanceof Refusal) return { kind: 'ask', fields: signInFields(userName), refusal: user }
  if (!user.mfa && !parts.registry.tenant(user.tenantId)?.securityDefaults) {
    return { kind: 'signed-in', user, mfa: false }
  }
  const expiresAt = parts.clock.now() + secondFactorMilliseconds
  const half = parts.seals.halfSignIn.close({ userId: user.id, expiresAt })
  const otc = answers.get('otc')
  return otc ? finishSignIn(parts, half, otc) : { kind: 'ask', fields: secondFactorFields(half) }
}

const finishSignIn = (parts: EntraParts, sealed: string, otc: string): InteractiveSignIn => {
  const half = parts.seals.halfSignIn.open(sealed)
  const user = half && parts.registry.user(half.userId)
  if (half === undefined || user === undefined || user.disabled || parts.clock.now() >= half.expiresAt) {
    return { kind: 'ask', fields: signInFields('') }
  }
  if (isOneTimeCode(parts, user, otc)) return { kind: 'signed-in', user, mfa: true }
  return { kind: 'ask', fields: secondFactorFields(sealed), refusal: refuse(500121) }
}

const secondFactorFields = (sealed: string): readonly FormField[] => [
  hidden('half_sign_in', sealed),
  { name: 'otc', label: 'One-time code', type: 'text' },
]
