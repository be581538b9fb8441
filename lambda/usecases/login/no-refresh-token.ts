// A sign-in that brought no refresh token: the remedy for each provider.

import { ownFailure } from '../../core/failures/failure-table.ts'
import { offlineAccessRemedy } from '../../core/login/offline-access.ts'
import type { Client } from '../../core/secrets/client.ts'
import { BootstrapRefused } from './bootstrap-refused.ts'

export const refuseWithout = ({ token_endpoint }: Client): never => {
  throw new BootstrapRefused({ ...ownFailure('no_refresh_token'), remedy: offlineAccessRemedy(token_endpoint) })
}
