// A sign-in that brought no refresh token, in the words of the provider.

import type { Client } from '../core/client.ts'
import { ownFailure } from '../core/failure-table.ts'
import { offlineAccessRemedy } from '../core/offline-access.ts'
import { BootstrapRefused } from './refused.ts'

export const refuseWithout = ({ token_endpoint }: Client): never => {
  throw new BootstrapRefused({ ...ownFailure('no_refresh_token'), remedy: offlineAccessRemedy(token_endpoint) })
}
