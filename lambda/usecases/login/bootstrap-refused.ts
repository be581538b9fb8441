// The error that ends the work on a login, with a detail if the class's remedy is not enough.

import type { Failure } from '../../core/failures/failure.ts'
import { ownFailure, type RemedyNames, remedyOfAttempt } from '../../core/failures/failure-table.ts'
import { hostDetail } from '../../core/failures/host-not-allowed.ts'
import { type AllowedHosts, isAllowedEndpoint } from '../../core/login/token-endpoint-hosts.ts'
import type { Client } from '../../core/secrets/client.ts'

export class BootstrapRefused extends Error {
  override readonly name = 'BootstrapRefused'
  readonly failure: Failure
  /** The user name that the provider has named, of `other_account`. Not part of the message, which Lambda logs. */
  readonly signedInAs: string | undefined
  readonly #detail: string | undefined

  constructor(failure: Failure, detail?: string, signedInAs?: string) {
    super(`${failure.class} ${failure.code}: ${detail === undefined ? '' : `${detail}. `}${failure.remedy}`)
    this.failure = failure
    this.#detail = detail
    this.signedInAs = signedInAs
  }

  /** Makes the error, with the remedy for the person who started the bootstrap and with its names. */
  named(names: RemedyNames): BootstrapRefused {
    return new BootstrapRefused(
      { ...this.failure, remedy: remedyOfAttempt(this.failure, names) },
      this.#detail,
      this.signedInAs,
    )
  }
}

/** A host that the deployment does not allow receives nothing. The login is kept, because it was not tried. */
export const refuseOtherHosts = ({ token_endpoint }: Pick<Client, 'token_endpoint'>, allowed: AllowedHosts): void => {
  if (!isAllowedEndpoint(token_endpoint, allowed)) refuse('token_endpoint_host_not_allowed', hostDetail(token_endpoint))
}

export const refuse = (code: Parameters<typeof ownFailure>[0], detail?: string): never => {
  throw new BootstrapRefused(ownFailure(code), detail)
}
