// Storing a client: what a login brought is added to what is known, and nothing known is taken away.

import { tags } from '../contract.ts'
import {
  type Client,
  clientName,
  clientSecretExpiry,
  decodeClient,
  encodeClient,
  withClientSecret,
} from '../core/client.ts'
import { storeFailure } from '../core/failure-table.ts'
import type { Tags } from '../core/status.ts'
import { childVersionId } from '../core/version-id.ts'
import { type Dependencies, StoreFailure } from '../ports.ts'
import { commitChild } from './commit.ts'

const mostTries = 10

export const storeClient = async (dependencies: Dependencies, client: Client): Promise<void> => {
  const { store, settings } = dependencies
  const id = { room: 'clients', name: clientName(client.client_id) } as const
  let current = await store.read(id)
  for (let tries = 0; tries < mostTries; tries++) {
    if (current === undefined) {
      const write = { ...id, text: encodeClient(client), versionId: childVersionId('none', 0) }
      const created = await store.create(write, clientTags(client))
      if (typeof created === 'object') return
      current = await store.read(id)
      continue
    }
    const decoded = decodeClient(current.text, settings.allowLoopbackHttp)
    const merged = decoded.ok ? merge(decoded.value, client) : client
    const text = encodeClient(merged)
    if (text.equals(current.text)) return
    const committed = await commitChild(dependencies, { id, parent: current.versionId, text })
    if (committed.kind === 'written') return store.tag(id, clientTags(merged))
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

/** An empty value takes the place of an expiry that is no longer known. */
const clientTags = (client: Client): Tags => ({
  [tags.clientSecretExpires]: clientSecretExpiry(client)?.toISOString() ?? '',
})
