// Checks user name and password, for the password grant and the sign-in pages.

import { createHmac } from 'node:crypto'
import type { EntraParts } from './parts.ts'
import type { User } from './records.ts'
import { Refusal, refuse } from './refusal.ts'
import { type TenantPath, tenantOfUser } from './tenant-path.ts'

/** Smart lockout: this many wrong passwords lock the account for a minute; each further one doubles the time. */
const wrongPasswordsAllowed = 10
const firstLockMilliseconds = 60_000
const longestLockMilliseconds = 86_400_000
const oneTimeCodeMilliseconds = 30_000

export const checkPassword = (
  parts: EntraParts,
  path: TenantPath,
  given: { readonly userName: string; readonly password: string },
): User | Refusal => {
  const tenant = tenantOfUser(parts, path, given.userName)
  if (tenant instanceof Refusal) return tenant
  const words = { user: given.userName, tenant: tenant.domains[0] ?? tenant.id }
  const user = parts.registry.userNamed(given.userName)
  if (user === undefined || user.tenantId !== tenant.id) return refuse(50034, words)
  const now = parts.clock.now()
  if (user.locked || now < user.lockedUntil) return refuse(50053, words)
  if (user.disabled) return refuse(50057, words)
  if (user.password !== given.password) {
    countWrongPassword(parts, user, now)
    return refuse(50126, words)
  }
  if (user.wrongPasswords > 0) parts.registry.putUser({ ...user, wrongPasswords: 0, lockedUntil: 0 })
  if (user.passwordExpired) return refuse(50055, words)
  return user.blockedByPolicy ? refuse(53003, words) : user
}

/** Six digits that change twice a minute, in place of an authenticator app. */
export const oneTimeCode = (parts: EntraParts, user: User, now: number): string => {
  const moment = Math.floor(now / oneTimeCodeMilliseconds)
  const digest = createHmac('sha256', parts.key).update(`one-time-code.${user.id}.${moment}`).digest()
  return String(digest.readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
}

/** The previous code is still accepted. */
export const isOneTimeCode = (parts: EntraParts, user: User, given: string): boolean => {
  const now = parts.clock.now()
  return [now, now - oneTimeCodeMilliseconds].some((moment) => oneTimeCode(parts, user, moment) === given.trim())
}

const countWrongPassword = (parts: EntraParts, user: User, now: number): void => {
  const wrongPasswords = user.wrongPasswords + 1
  const beyond = wrongPasswords - wrongPasswordsAllowed
  const lock = Math.min(firstLockMilliseconds * 2 ** Math.min(beyond, 20), longestLockMilliseconds)
  parts.registry.putUser({ ...user, wrongPasswords, lockedUntil: beyond < 0 ? 0 : now + lock })
}
