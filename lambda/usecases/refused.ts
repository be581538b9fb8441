// What ended the work on a login, with what was wrong in particular where there is more to say than the class's remedy.

import type { Failure } from '../core/failure.ts'
import { ownFailure } from '../core/failure-table.ts'

export class BootstrapRefused extends Error {
  override readonly name = 'BootstrapRefused'
  readonly failure: Failure

  constructor(failure: Failure, detail?: string) {
    super(`${failure.class} ${failure.code}: ${detail === undefined ? '' : `${detail}. `}${failure.remedy}`)
    this.failure = failure
  }
}

export const refuse = (code: Parameters<typeof ownFailure>[0], detail?: string): never => {
  throw new BootstrapRefused(ownFailure(code), detail)
}
