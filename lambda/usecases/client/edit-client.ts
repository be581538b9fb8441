// Edits a stored client record: read, change, commit; repeats when another process committed first.

import { type Client, clientName, decodeClientOf, encodeClient } from '../../core/secrets/client.ts'
import { clientTags } from '../../core/tags/client-tags.ts'
import type { Tags } from '../../core/tags/status.ts'
import type { Dependencies, StoredVersion } from '../../ports.ts'
import { refuse } from '../login/bootstrap-refused.ts'
import { createOrCommit } from '../secrets/create-or-commit.ts'

export interface StoredClient {
  readonly client: Client
  readonly version: StoredVersion
}

/** @throws BootstrapRefused when there is none, or it does not decode */
export const readClient = async (dependencies: Dependencies, clientId: string): Promise<StoredClient> =>
  decode(dependencies, clientId, await dependencies.store.read(idOf(clientId)))

const idOf = (clientId: string) => ({ room: 'clients', name: clientName(clientId) }) as const

const decode = (
  { settings }: Dependencies,
  clientId: string,
  version: StoredVersion | undefined = refuse('client_not_known'),
): StoredClient => {
  const decoded = decodeClientOf(clientId, version.text, settings.allowLoopbackHttp)
  return decoded.ok ? { client: decoded.value, version } : refuse('client_not_decodable', decoded.problem)
}

/**
 * @param change receives the stored client, and is called again when another process has changed it
 * @param more tags beside those of the record
 * @throws BootstrapRefused when there is none, or it does not decode
 */
export const editClient = async (
  dependencies: Dependencies,
  clientId: string,
  change: (client: Client) => Client,
  more: Tags = {},
): Promise<StoredClient> => {
  const id = idOf(clientId)
  let edited = await readClient(dependencies, clientId)
  const written = await createOrCommit(dependencies, {
    id,
    current: edited.version,
    tags: {},
    next: (current) => {
      const { client: before, version } = decode(dependencies, clientId, current)
      const client = change(before)
      const text = encodeClient(client)
      edited = { client, version: { ...version, text } }
      return text.equals(version.text) ? undefined : text
    },
  })
  const { client, version } = edited
  await dependencies.store.tag(id, { ...clientTags(client), ...more })
  return { client, version: { ...version, versionId: written.versionId } }
}
