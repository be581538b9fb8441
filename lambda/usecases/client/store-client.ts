// Stores a client: adds the fields of a login to the known client, and removes nothing.

import { type Client, clientName, decodeClientOf, encodeClient, withClientSecret } from '../../core/secrets/client.ts'
import { clientTags } from '../../core/tags/client-tags.ts'
import type { Dependencies } from '../../ports.ts'
import { createOrCommit } from '../secrets/create-or-commit.ts'

/** @param scope the scope that the bootstrap requested */
export const storeClient = async (dependencies: Dependencies, client: Client, scope: string): Promise<void> => {
  const { store, settings } = dependencies
  const id = { room: 'clients', name: clientName(client.client_id) } as const
  let merged = client
  const written = await createOrCommit(dependencies, {
    id,
    current: await store.read(id),
    tags: clientTags(client, scope),
    next: (current) => {
      const decoded = current && decodeClientOf(client.client_id, current.text, settings.allowLoopbackHttp)
      merged = decoded?.ok ? merge(decoded.value, client) : client
      const text = encodeClient(merged)
      return current !== undefined && text.equals(current.text) ? undefined : text
    },
  })
  if (written.kind !== 'created') await store.tag(id, clientTags(merged, scope))
}

/** Another bootstrap may have added a client secret of its own meanwhile. */
const merge = (stored: Client, client: Client): Client => {
  const first = client.client_secrets[0]
  const { provider, token_endpoint_auth_method } = client
  const base = { ...stored, provider, token_endpoint_auth_method }
  return first === undefined ? base : withClientSecret(base, first)
}
