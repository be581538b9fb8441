// Puts the accepted client secret first, for the next refresh and for the published secret.

import { type Client, clientName, encodeClient } from '../../core/secrets/client.ts'
import { type Dependencies, type StoredVersion, StoreFailure } from '../../ports.ts'
import { commitVersion } from '../secrets/commit-version.ts'

export interface Preference {
  /** The client as it is stored. */
  readonly stored: Client
  readonly version: StoredVersion
  /** The same client with the accepted client secret first, from `preferring`. */
  readonly preferred: Client
}

/**
 * Call it after the tokens are stored: nothing is written between their arrival and their commit. A failure of the store
 * is logged and not thrown, because the next refresh does it again. A change by another writer stays.
 */
export const rememberClientSecret = async (
  dependencies: Dependencies,
  { stored, version, preferred }: Preference,
): Promise<void> => {
  if (preferred === stored) return
  const id = { room: 'clients', name: clientName(preferred.client_id) } as const
  try {
    await commitVersion(dependencies, { id, parent: version.versionId, text: encodeClient(preferred) })
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    const { failure } = error
    dependencies.telemetry.storeFailed({ task: 'remember the accepted client secret', name: id.name, failure })
  }
}
