// What a client whose secret renews itself needs now, from its record alone.

import { defaultRenewalDays, renewalDaysBeforeEnd } from '../../contract.ts'
import { day, minute } from '../milliseconds.ts'
import { type Client, type ClientSecret, isPending, sendsClientSecret } from '../secrets/client.ts'

/**
 * A new client secret is tried no earlier: the provider's servers learn of it one after another (seconds to minutes), and apps
 * get it as soon as it was accepted.
 */
const settlingMilliseconds = 10 * minute

/** A new client secret that is still refused after this time is given up. */
const hopelessMilliseconds = 2 * day

/** An expired client secret is deleted this long after its end. */
const graceMilliseconds = 7 * day

export type RenewalStep =
  /** Ask the provider whether it accepts this one, and if so, give it to apps. */
  | { readonly kind: 'try'; readonly secret: ClientSecret; readonly hopeless: boolean }
  | { readonly kind: 'make' }
  /** Delete expired client secrets. */
  | { readonly kind: 'delete'; readonly secrets: readonly ClientSecret[] }
  | { readonly kind: 'wait' }

export const nextStep = (client: Client, now: number): RenewalStep => {
  if (client.secret_renewal === undefined || !sendsClientSecret(client)) return { kind: 'wait' }
  const secret = secretToTry(client)
  if (secret !== undefined) {
    const age = now - (secret.made_at?.getTime() ?? 0)
    if (age < settlingMilliseconds) return { kind: 'wait' }
    return { kind: 'try', secret, hopeless: isPending(secret) && age > hopelessMilliseconds }
  }
  const due = renewalDue(client)
  if (due !== undefined && due.getTime() <= now) return { kind: 'make' }
  const secrets = overdue(client, now)
  return secrets.length === 0 ? { kind: 'wait' } : { kind: 'delete', secrets }
}

/**
 * When the next client secret is made. The first client secret counts, because apps get that one. If its end is not known, it is
 * due at once.
 *
 * @returns undefined: the client secret does not renew itself
 */
export const renewalDue = (client: Client): Date | undefined => {
  const { secret_renewal: renewal, client_secrets: secrets } = client
  if (renewal === undefined || !sendsClientSecret(client)) return undefined
  const end = secrets[0]?.expires_at?.getTime() ?? 0
  const lifetime = Math.min(renewal.longest_days ?? renewal.days, renewal.days)
  return new Date(Math.max(0, end - Math.min(renewalDaysBeforeEnd, lifetime / 3) * day))
}

/** When the client secret was made that is tried next. Undefined: there is none. */
export const renewalTrying = (client: Client): Date | undefined =>
  renewalDue(client) === undefined ? undefined : secretToTry(client)?.made_at

/**
 * The newest that was not accepted yet; or one that was, and is newer than the one that apps get: a refresh has moved it back,
 * because one of the provider's servers did not know it yet.
 */
const secretToTry = ({ client_secrets: [first, ...others] }: Client): ClientSecret | undefined => {
  const pending = others.filter(isPending)
  if (pending.length > 0) return newest(pending)
  if (first !== undefined && isPending(first)) return first
  const newer = others.filter((one) => one.accepted_at !== undefined && isNewer(one, first))
  return newer.length === 0 ? undefined : newest(newer)
}

/** When one was made by hand is not known, so the one that lives longer counts as newer than it. */
const isNewer = (one: ClientSecret, first: ClientSecret | undefined): boolean =>
  first?.made_at === undefined ? endOf(one) > endOf(first) : (one.made_at?.getTime() ?? 0) > first.made_at.getTime()

const newest = (secrets: readonly ClientSecret[]): ClientSecret | undefined =>
  secrets.toSorted((a, b) => endOf(b) - endOf(a))[0]

const endOf = (secret: ClientSecret | undefined): number => secret?.expires_at?.getTime() ?? 0

/** Never the first one, which apps get. */
const overdue = ({ client_secrets: [, ...others] }: Client, now: number): readonly ClientSecret[] =>
  others.filter(({ expires_at }) => expires_at !== undefined && expires_at.getTime() + graceMilliseconds < now)

/** Lifetimes in days to ask for, the longest first: a policy of the tenant may allow only a shorter one. */
export const lifetimesToAsk = (days = defaultRenewalDays): readonly number[] => [
  days,
  ...[90, 60, 30, 14, 7, 3].filter((shorter) => shorter < days),
]
