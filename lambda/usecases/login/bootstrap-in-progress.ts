// The state of a running bootstrap.

import type { Bootstrapped } from '../../core/tokens/next-grant.ts'
import type { Invocation, SecretId, StoredVersion } from '../../ports.ts'

/** The input of a bootstrap and its purpose. */
export interface BootstrapInProgress extends Pick<Bootstrapped, 'login' | 'client' | 'askedAt' | 'account'> {
  readonly connection: string
  readonly invocation: Invocation
  readonly id: SecretId | { readonly arn: string }
  /** The invitation: fields of the operator for a sign-in by link. */
  readonly invitation?: SecretId | undefined
  /** The login as it was read. */
  readonly stored: StoredVersion
}
