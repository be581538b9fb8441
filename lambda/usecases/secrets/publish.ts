// Publishing: apps see the newest generation, and never an older one than before.

import { tags } from '../../contract.ts'
import { storeFailure } from '../../core/failures/failure-table.ts'
import type { Client } from '../../core/secrets/client.ts'
import type { Grant } from '../../core/secrets/grant.ts'
import { decodePublishedGeneration, encodePublished } from '../../core/secrets/published.ts'
import { childVersionId } from '../../core/secrets/version-id.ts'
import { type Dependencies, type StoredVersion, StoreFailure } from '../../ports.ts'
import { commitVersion } from './commit-version.ts'

/** More writers than this do not meet: the store contradicts itself for now, and the next tick publishes. */
const mostTries = 10

export interface Publication {
  readonly connection: string
  readonly grant: Grant
  readonly client: Client
  /** The published secret's current version as it was read; undefined when there was none. */
  readonly current: StoredVersion | undefined
}

/** @returns the ARN of the published secret */
export const publish = async (dependencies: Dependencies, publication: Publication): Promise<string> => {
  const { connection, grant, client } = publication
  const { store } = dependencies
  const id = { room: 'connections', name: connection } as const
  const text = encodePublished(grant, client)
  let current = publication.current
  for (let tries = 0; tries < mostTries; tries++) {
    if (current === undefined) {
      const created = await store.create(
        { ...id, text, versionId: childVersionId('none', 0) },
        { [tags.connection]: connection },
      )
      if (typeof created === 'object') return created.arn
      current = await store.read(id)
      continue
    }
    const seen = decodePublishedGeneration(current.text)
    if (seen.ok && seen.value >= grant.generation) return current.arn
    const committed = await commitVersion(dependencies, { id, parent: current.versionId, text })
    if (committed.kind === 'written') return current.arn
    current = committed.by
  }
  throw new StoreFailure(storeFailure('ResourceExistsException'), true)
}
