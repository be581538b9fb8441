// What a client whose secret renews itself needs now, from its record alone.

import { defaultRenewalDays, renewalDaysBeforeEnd } from '../../contract.ts'
import { day, minute } from '../milliseconds.ts'
import { type Client, type ClientSecret, isPending, sendsClientSecret } from '../secrets/client.ts'

/**
 * A new client secret is tried no earlier: the provider's servers learn of it one after another (seconds to minutes), and apps
 * get it as soon as it was accepted.
 */
const settlingMilliseconds = 10 * minute

/** A client secret that is still refused so long after it was made, or accepted, is not waited for. */
const hopelessMilliseconds = 2 * day

/** An expired client secret is deleted this long after its end. */
const graceMilliseconds = 7 * day

export type RenewalStep =
  /** Ask the provider whether it accepts this one, and if so, give it to apps. */
  | { readonly kind: 'try'; readonly secret: ClientSecret; readonly hopeless: boolean }
  | { readonly kind: 'make' }
  /** Delete these expired client secrets, and what a crash has left. */
  | { readonly kind: 'delete'; readonly secrets: readonly ClientSecret[] }
  | { readonly kind: 'wait' }

export const nextStep = (client: Client, now: number): RenewalStep => {
  if (client.secret_renewal === undefined || !sendsClientSecret(client)) return { kind: 'wait' }
  const secret = secretToTry(client, now)
  if (secret !== undefined) {
    if (ageOf(secret.made_at, now) < settlingMilliseconds) return { kind: 'wait' }
    const hopeless = ageOf(secret.accepted_at ?? secret.made_at, now) > hopelessMilliseconds
    return { kind: 'try', secret, hopeless }
  }
  const due = renewalDue(client)
  if (due !== undefined && due.getTime() <= now) return { kind: 'make' }
  const secrets = overdue(client, now)
  const isClean = secrets.length === 0 && client.making === undefined
  return isClean ? { kind: 'wait' } : { kind: 'delete', secrets }
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
  const [first] = secrets
  const lifetime = Math.min(renewal.longest_days ?? renewal.days, renewal.days, lifetimeOf(first))
  return new Date(Math.max(0, endOf(first) - Math.min(renewalDaysBeforeEnd, lifetime / 3) * day))
}

/** In days, of one that this project made: the provider may have given it a shorter one than was asked for. */
const lifetimeOf = (secret: ClientSecret | undefined): number => {
  const days = secret?.made_at === undefined ? 0 : Math.ceil((endOf(secret) - secret.made_at.getTime()) / day)
  return days > 0 ? days : Number.POSITIVE_INFINITY
}

/** A time that is not known, or is ahead of the clock, counts as long ago. */
const ageOf = (time: Date | undefined, now: number): number => {
  const age = now - (time?.getTime() ?? 0)
  return age < -settlingMilliseconds ? now : age
}

/** When the client secret was made that is tried next. Undefined: there is none. */
export const renewalTrying = (client: Client): Date | undefined =>
  renewalDue(client) === undefined ? undefined : secretToTry(client, latestTime)?.made_at

/** The latest time of JavaScript: to it none is in the future. */
const latestTime = 8.64e15

/**
 * The newest that was not accepted yet; or one that was, and lives longer than the one that apps get: a refresh has moved it
 * back, because one of the provider's servers did not know it yet. None that is older than the one that apps get: two runs at once
 * have made both, or an operator wants a shorter lifetime.
 */
const secretToTry = ({ client_secrets: [first, ...others] }: Client, now: number): ClientSecret | undefined => {
  const newer = others.filter((one) => ageOf(one.made_at, now) < ageOf(first?.made_at, now))
  const pending = newer.filter(isPending)
  if (pending.length > 0) return newest(pending)
  if (first !== undefined && isPending(first)) return first
  return newest(newer.filter((one) => one.accepted_at !== undefined && endOf(one) > endOf(first)))
}

const newest = (secrets: readonly ClientSecret[]): ClientSecret | undefined =>
  secrets.toSorted((a, b) => Number(b.made_at ?? 0) - Number(a.made_at ?? 0))[0]

const endOf = (secret: ClientSecret | undefined): number => secret?.expires_at?.getTime() ?? 0

/** Never the first one, which apps get. */
const overdue = ({ client_secrets: [, ...others] }: Client, now: number): readonly ClientSecret[] =>
  others.filter(({ expires_at }) => expires_at !== undefined && expires_at.getTime() + graceMilliseconds < now)

/** Lifetimes in days to ask for, the longest first: a policy of the tenant may allow only a shorter one. */
export const lifetimesToAsk = (days = defaultRenewalDays): readonly number[] => [
  days,
  ...[90, 60, 30, 14, 7, 3].filter((shorter) => shorter < days),
]
