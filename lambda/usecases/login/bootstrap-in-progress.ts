// A bootstrap at work.

import type { Bootstrapped } from '../../core/tokens/next-grant.ts'
import type { Invocation, SecretId, StoredVersion } from '../../ports.ts'

/** What a bootstrap was handed, and what it is for. */
export interface BootstrapInProgress extends Pick<Bootstrapped, 'login' | 'client' | 'askedAt' | 'account'> {
  readonly connection: string
  readonly invocation: Invocation
  readonly id: SecretId | { readonly arn: string }
  /** What the operator has handed over for a sign-in by link. */
  readonly invitation?: SecretId | undefined
  /** The login as it was read. */
  readonly stored: StoredVersion
}
