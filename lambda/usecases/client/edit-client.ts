// Edits a stored client record: read, change, commit; repeats when another process committed first.

import { storeFailure } from '../../core/failures/failure-table.ts'
import { type Client, clientName, decodeClientOf, encodeClient } from '../../core/secrets/client.ts'
import { clientTags } from '../../core/tags/client-tags.ts'
import { type Dependencies, type StoredVersion, StoreFailure } from '../../ports.ts'
import { refuse } from '../login/bootstrap-refused.ts'
import { commitVersion } from '../secrets/commit-version.ts'

const mostTries = 10

export interface StoredClient {
  readonly client: Client
  readonly version: StoredVersion
}

/** @throws BootstrapRefused when there is none, or it does not decode */
export const readClient = async ({ store, settings }: Dependencies, clientId: string): Promise<StoredClient> => {
  const version = await store.read({ room: 'clients', name: clientName(clientId) })
  if (version === undefined) return refuse('client_not_known')
  const decoded = decodeClientOf(clientId, version.text, settings.allowLoopbackHttp)
  return decoded.ok ? { client: decoded.value, version } : refuse('client_not_decodable', decoded.problem)
}

/** @param change receives the stored client, and is called again when another process has changed it */
export const editClient = async (
  dependencies: Dependencies,
  clientId: string,
  change: (client: Client) => Client,
): Promise<StoredClient> => {
  const { store } = dependencies
  const id = { room: 'clients', name: clientName(clientId) } as const
  for (let tries = 0; tries < mostTries; tries++) {
    const { client: before, version } = await readClient(dependencies, clientId)
    const client = change(before)
    const text = encodeClient(client)
    const same = text.equals(version.text)
    const committed = same ? undefined : await commitVersion(dependencies, { id, parent: version.versionId, text })
    if (committed?.kind === 'superseded') continue
    await store.tag(id, clientTags(client))
    return { client, version: committed === undefined ? version : { ...version, text, versionId: committed.versionId } }
  }
  throw new StoreFailure(storeFailure('ResourceExistsException'), true)
}
