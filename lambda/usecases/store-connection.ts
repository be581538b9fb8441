// Storing a bootstrapped connection: client, grant, published secret, tags.

import { type BootstrapAnswer, tags } from '../contract.ts'
import type { Client } from '../core/client.ts'
import type { Grant } from '../core/grant.ts'
import { missingScopes } from '../core/missing-scope.ts'
import { successTags } from '../core/status.ts'
import type { Dependencies } from '../ports.ts'
import { publish } from './publish.ts'
import { readRestoring } from './read-removed.ts'
import { storeClient } from './store-client.ts'
import { storeGrant } from './store-grant.ts'

export interface NewConnection {
  readonly connection: string
  readonly client: Client
  readonly made: Grant
}

/** In this order, so that each one finds what it stands on. */
export const storeConnection = async (
  dependencies: Dependencies,
  { connection, client, made }: NewConnection,
): Promise<BootstrapAnswer> => {
  const { store, settings } = dependencies
  await storeClient(dependencies, client, made.scope)
  const { grant, versionId } = await storeGrant(dependencies, connection, made)
  const current = await readRestoring(store, { room: 'connections', name: connection })
  const secret = await publish(dependencies, { connection, grant, client, current })
  const status = successTags(connection, grant, versionId, settings.timing)
  // The bootstrap is told as such, so nobody waits for a recovery to be told.
  await store.tag({ room: 'grants', name: connection }, { ...status, [tags.told]: 'healthy' })
  const missing = missingScopes(grant.scope, grant.granted_scope)
  return {
    connection,
    status: 'healthy',
    mode: grant.mode,
    publish: grant.publish,
    secret,
    expires_at: grant.expires_at.toISOString(),
    refresh_by: grant.refresh_by.toISOString(),
    ...(grant.ends_at !== undefined && { ends_at: grant.ends_at.toISOString() }),
    ...(missing.length > 0 && { missing_scope: missing.join(' ') }),
  }
}
