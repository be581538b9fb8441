// The properties of a new client or user, and those that can be changed later.

import type { Client, User } from './records.ts'

export interface NewClient {
  readonly tenantId: string
  readonly clientId?: string
  /** @default false */
  readonly multiTenant?: boolean
  /** @default false */
  readonly publicClient?: boolean
  readonly redirectUris?: readonly string[]
  /** @default everything is consented */
  readonly consentedScopes?: readonly string[]
}

export interface NewUser {
  readonly tenantId: string
  readonly userName: string
  /** @default a random one */
  readonly password?: string
  /** @default false */
  readonly mfa?: boolean
}

export type UserChange = Partial<
  Pick<User, 'password' | 'disabled' | 'locked' | 'passwordExpired' | 'mfa' | 'blockedByPolicy'>
>

export interface ClientChange
  extends Partial<Pick<Client, 'disabled' | 'multiTenant' | 'publicClient' | 'ownsItself'>> {
  readonly appRoles?: readonly string[]
  readonly redirectUris?: readonly string[]
  /** `null`: everything */
  readonly consentedScopes?: readonly string[] | null
}
