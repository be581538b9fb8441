// The types that the grants of a user share.

import type { Session } from '../issue.ts'
import type { EntraParts } from '../parts.ts'
import type { Client } from '../records.ts'
import type { Refusal } from '../refusal.ts'
import type { TenantPath } from '../tenant-path.ts'

/** A token request of a client that is allowed and authenticated. */
export interface GrantRequest {
  readonly form: URLSearchParams
  readonly client: Client
  readonly path: TenantPath
}

export interface Grant {
  /** Form fields without which the request is refused (900144). */
  readonly parameters: readonly string[]
  redeem(parts: EntraParts, request: GrantRequest): Session | Refusal
}
