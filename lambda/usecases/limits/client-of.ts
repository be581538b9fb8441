// The client of a connection: from its tag if the seal confirms the tag, otherwise from the grant.

import { clientName } from '../../core/secrets/client.ts'
import { decodeGrant } from '../../core/secrets/grant.ts'
import { readStatus } from '../../core/tags/status.ts'
import { type Dependencies, type StoredEntry, StoreFailure } from '../../ports.ts'

/** @returns undefined when there is no tag, or when the grant cannot be read, which its refresh reports */
export const clientOf = async ({ store }: Dependencies, entry: StoredEntry): Promise<string | undefined> => {
  const { client, doubtful } = readStatus(entry.tags, entry.currentVersionId)
  // Without the tag no breaker holds the connection before its grant is read, so no further read is necessary.
  if (!doubtful || client === undefined) return client
  try {
    const current = await store.read({ room: 'grants', name: entry.name })
    const grant = current && decodeGrant(current.text)
    return grant?.ok ? clientName(grant.value.client_id) : undefined
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    return undefined
  }
}

/** When it was refreshed for this client, in milliseconds. -Infinity: never, according to sealed tags. */
export const refreshOf = ({ tags, currentVersionId }: StoredEntry, client: string): number => {
  const { refreshed, client: tagged, doubtful } = readStatus(tags, currentVersionId)
  return refreshed === undefined || doubtful || tagged !== client ? Number.NEGATIVE_INFINITY : refreshed.getTime()
}
