// Whether a client secret renews itself, and why the last renewal failed: from the tags of the client's record.

import { type FailureClass, failureClasses } from '../../lambda/contract.ts'
import { meaningOf, remedyOf } from '../../lambda/core/failures/failure-table.ts'
import { readClientTags, renewalOverdueFrom } from '../../lambda/core/tags/read-client-tags.ts'
import type { Entry } from '../aws/secrets.ts'

export interface ShownRenewal {
  /** When the next client secret is made. The start of 1970: at once, because the expiry of the present one is not known. */
  readonly due: Date
  /** Expiry of the client secret that apps get; undefined: not known. */
  readonly expires: Date | undefined
  /** When the client secret was made that an hourly run tries before apps get it. Undefined: there is none. */
  readonly tryingSince: Date | undefined
  /** Why the last renewal failed, if a person has to act. */
  readonly failure: RenewalFailure | undefined
}

export interface RenewalFailure {
  readonly class: FailureClass
  readonly code: string
  readonly meaning: string | undefined
  /** What to do, with a placeholder for the client. */
  readonly remedy: string
}

/**
 * @param secretExpiries of each client secret, the one that apps get first
 * @returns undefined: its client secret does not renew itself
 */
export const shownRenewal = (
  all: Entry['tags'],
  secretExpiries: readonly (Date | undefined)[],
): ShownRenewal | undefined => {
  const { renewalDue: due, renewalTrying: tryingSince } = readClientTags(all)
  if (due === undefined) return undefined
  return { due, expires: secretExpiries[0], tryingSince, failure: failureIn(all) }
}

/** `<class>:<code>`, where a person may have written anything. */
const failureIn = (all: Entry['tags']): RenewalFailure | undefined => {
  const [, name, code] = /^([a-z]+):(.+)$/.exec(readClientTags(all).renewalFailed?.reason ?? '') ?? []
  const known = failureClasses.find((one) => one === name)
  if (known === undefined || code === undefined) return undefined
  return { class: known, code, meaning: meaningOf(code), remedy: remedyOf(known, code) }
}

/** The hourly runs should have made a new client secret long ago. */
export const isOverdue = ({ due, expires, tryingSince }: ShownRenewal, now: number): boolean =>
  tryingSince === undefined && renewalOverdueFrom(due, expires) < now

/** No person has to see to the expiry of the client secret. */
export const renewsInTime = (renewal: ShownRenewal | undefined, now: number): boolean =>
  renewal !== undefined && renewal.failure === undefined && !isOverdue(renewal, now)
