// Reads the tags of a client's record. Each may be missing, stale, edited or nonsense.

import { renewalOverdueDays, tags } from '../../contract.ts'
import { day } from '../milliseconds.ts'
import type { Tags } from './status.ts'
import { readTime } from './tag-time.ts'

export interface ClientTags {
  /** Host of its token endpoint, to distinguish slow endpoints; undefined: not a URL. */
  readonly tokenEndpointHost: string | undefined
  /** Until when one of its client secrets is known to be valid. */
  readonly clientSecretExpires: Date | undefined
  /** When its client secret renews itself next; undefined: it does not. */
  readonly renewalDue: Date | undefined
  /** When the client secret was made that is tried before apps get it; undefined: there is none. */
  readonly renewalTrying: Date | undefined
  /** Why it was not renewed, as people know, and when it was due. `others`: earlier reasons of the same renewal. */
  readonly renewalFailed:
    | { readonly reason: string; readonly due: string; readonly others: readonly string[] }
    | undefined
  /** The connection that was refused last while the client was at fault. */
  readonly probe: string | undefined
}

export const readClientTags = (all: Tags): ClientTags => ({
  tokenEndpointHost: hostOf(all[tags.tokenEndpoint] ?? ''),
  clientSecretExpires: readTime(all[tags.clientSecretExpires]),
  renewalDue: readTime(all[tags.renewalDue]),
  renewalTrying: readTime(all[tags.renewalTrying]),
  renewalFailed: readRenewalFailed(all[tags.renewalFailed]),
  probe: all[tags.probe],
})

/**
 * In milliseconds since 1970.
 *
 * @param expires undefined: not known
 */
export const renewalOverdueFrom = (due: Date, expires: Date | undefined): number => {
  const left = expires === undefined ? Number.POSITIVE_INFINITY : expires.getTime() - due.getTime()
  return due.getTime() + Math.min(renewalOverdueDays * day, left / 2)
}

/**
 * When the client secret expires, if a person has to see to it.
 *
 * @returns undefined: the expiry is not known, or the client secret renews itself in time
 */
export const expiryForPeople = (all: Tags, now: number): Date | undefined => {
  const { clientSecretExpires, renewalDue, renewalFailed } = readClientTags(all)
  if (clientSecretExpires === undefined || renewalDue === undefined) return clientSecretExpires
  // A person has edited a tag: no client secret renews itself after its end.
  if (renewalDue > clientSecretExpires) return clientSecretExpires
  const renewsItself = renewalFailed === undefined && now < renewalOverdueFrom(renewalDue, clientSecretExpires)
  return renewsItself ? undefined : clientSecretExpires
}

/** `<when it was due> <class>:<code>`, and further reasons, the newest first. */
const readRenewalFailed = (text = ''): ClientTags['renewalFailed'] => {
  const [due = '', reason, ...others] = text.split(' ')
  return reason === undefined ? undefined : { reason, due, others }
}

const hostOf = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).host || undefined : undefined)
