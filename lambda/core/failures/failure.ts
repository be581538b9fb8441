// What a failure is: a class that decides who acts, a code that names it, and one sentence of remedy.

import type { FailureClass } from '../../contract.ts'

/**
 * Whom a refusal can be about: this connection alone (its account or its grant), the tenant of its account, or the client,
 * and so every connection of that client.
 */
export const concernsOf = ['connection', 'tenant', 'client'] as const
export type Concerns = (typeof concernsOf)[number]

/**
 * A failure, in words of our own. Of the texts of a provider or the store, it keeps only
 * the fields listed here, because descriptions contain user names.
 */
export interface Failure {
  readonly class: FailureClass
  /** `AADSTS50173`, an RFC 6749 `error`, or a code of our own, such as `timeout` or `http_503`. */
  readonly code: string
  /** One sentence that a person can act on. `remedyFor` inserts the names of connection and client. */
  readonly remedy: string
  /** Absent: only this connection. */
  readonly concerns?: Concerns
  /** No table knows this answer, so a person should look at it. */
  readonly unknown?: true
  readonly httpStatus?: number
  /** The provider's own numbers for the error, known to the table or not, for a look-up in its documentation. */
  readonly errorCodes?: readonly number[]
  /** The provider's own ids of the answer, for a support case. */
  readonly traceId?: string
  readonly correlationId?: string
  /**
   * The meaning of the answer if it lasts: a refusal with Retry-After, or a redirect, counts as passing at first.
   */
  readonly onceItLasts?: Pick<Failure, 'class' | 'remedy' | 'concerns'>
  /** The Retry-After of the answer. */
  readonly retryAfterSeconds?: number
}
