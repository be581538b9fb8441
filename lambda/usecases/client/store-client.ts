// Storing a client: what a login brought is added to what is known, and nothing known is taken away.

import { storeFailure } from '../../core/failures/failure-table.ts'
import { type Client, clientName, decodeClientOf, encodeClient, withClientSecret } from '../../core/secrets/client.ts'
import { childVersionId } from '../../core/secrets/version-id.ts'
import { clientTags } from '../../core/tags/client-tags.ts'
import { type Dependencies, StoreFailure } from '../../ports.ts'
import { commitVersion } from '../secrets/commit-version.ts'

const mostTries = 10

/** @param scope what the bootstrap asked for */
export const storeClient = async (dependencies: Dependencies, client: Client, scope: string): Promise<void> => {
  const { store, settings } = dependencies
  const id = { room: 'clients', name: clientName(client.client_id) } as const
  let current = await store.read(id)
  for (let tries = 0; tries < mostTries; tries++) {
    if (current === undefined) {
      const write = { ...id, text: encodeClient(client), versionId: childVersionId('none', 0) }
      const created = await store.create(write, clientTags(client, scope))
      if (typeof created === 'object') return
      current = await store.read(id)
      continue
    }
    const decoded = decodeClientOf(client.client_id, current.text, settings.allowLoopbackHttp)
    const merged = decoded.ok ? merge(decoded.value, client) : client
    const text = encodeClient(merged)
    if (text.equals(current.text)) return store.tag(id, clientTags(merged, scope))
    const committed = await commitVersion(dependencies, { id, parent: current.versionId, text })
    if (committed.kind === 'written') return store.tag(id, clientTags(merged, scope))
    current = committed.by
  }
  throw new StoreFailure(storeFailure('ResourceExistsException'), true)
}

/** Another bootstrap may have added a client secret of its own meanwhile. */
const merge = (stored: Client, client: Client): Client => {
  const first = client.client_secrets[0]
  const { provider, token_endpoint_auth_method } = client
  const base = { ...stored, provider, token_endpoint_auth_method }
  return first === undefined ? base : withClientSecret(base, first)
}
