// What a row of a failure table says: class, whom it can be about, and what to do.

import type { FailureClass } from '../../contract.ts'
import type { Concerns } from './failure.ts'

/** The grant types whose answers the table judges. */
export const grants = ['password', 'refresh_token', 'authorization_code', 'device_code'] as const
/** The last one is for an app that signs in as itself, which no connection does. */
export type GrantType = (typeof grants)[number] | 'client_credentials'

/** Who acts, for whom, and what to do. */
export interface Ruling {
  readonly class: FailureClass
  /** The largest group that can have the same fault; `connection` if the answer does not say. */
  readonly concerns: Concerns
  /** One sentence, imperative, for an operator who has never seen this project. */
  readonly remedy: string
  readonly meaning?: string
}

export interface ErrorRow extends Ruling {
  /** The same `error` means different things for different grant types. */
  readonly byGrant?: Partial<Record<GrantType, Ruling>>
}

export interface AadstsRow extends Ruling {
  /** The grants for which it occurs. */
  readonly grants: readonly GrantType[]
  /** Replaces the row if the `error` is `invalid_grant` on a refresh. */
  readonly invalidGrantOnRefresh?: Ruling
  /** Does not count beside another code, or inside `invalid_grant`. */
  readonly wrapper?: true
}

/** Rows of one file, whose name says whom they concern. */
export type AadstsRows = Readonly<Record<number, Omit<AadstsRow, 'concerns'>>>

export const every = grants
export const password = ['password'] as const
export const refresh = ['refresh_token'] as const
export const authCode = ['authorization_code'] as const
export const device = ['device_code'] as const
export const redeemed = ['refresh_token', 'authorization_code'] as const
