// Checks whether a connection can be kept in another way, before its refresh token is used.

import { type ConnectionSettings, shortestFreshLifetimeMinutes } from '../../contract.ts'
import type { OwnCode } from '../../core/failures/failure-table.ts'
import { minute } from '../../core/milliseconds.ts'
import { encodePublished } from '../../core/secrets/published.ts'
import { fitsSecret } from '../../core/secrets/secret-size.ts'
import type { Dependencies } from '../../ports.ts'
import type { LoadedConnection } from './load-connection.ts'

/** @returns undefined if it can. The present tokens are the best estimate of the next ones. */
export const whyNotSet = (
  { settings }: Pick<Dependencies, 'settings'>,
  { grant, client }: Pick<LoadedConnection, 'grant' | 'client'>,
  set: ConnectionSettings,
): Extract<OwnCode, 'lifetime_too_short' | 'secret_too_large'> | undefined => {
  const lifetimeMinutes = (grant.expires_at.getTime() - grant.refreshed_at.getTime()) / minute
  const shortest = shortestFreshLifetimeMinutes(settings.timing, client.provider.rotation)
  if (set.mode === 'fresh' && lifetimeMinutes < shortest) return 'lifetime_too_short'
  return fitsSecret(encodePublished({ ...grant, ...set }, client)) ? undefined : 'secret_too_large'
}
