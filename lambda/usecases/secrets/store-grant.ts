// Stores the grant of a bootstrap, with a generation above every one that apps have seen.

import { tags } from '../../contract.ts'
import { storeFailure } from '../../core/failures/failure-table.ts'
import { decodeGrant, encodeGrant, type Grant } from '../../core/secrets/grant.ts'
import { decodePublishedGeneration } from '../../core/secrets/published.ts'
import { childVersionId } from '../../core/secrets/version-id.ts'
import { type Dependencies, type StoredVersion, StoreFailure } from '../../ports.ts'
import { commitVersion } from './commit-version.ts'
import { readRestoringDeleted } from './read-deleted.ts'

export interface StoredGrant {
  readonly grant: Grant
  readonly versionId: string
}

/** More writers than this do not meet in one bootstrap. */
const mostTries = 10

export const storeGrant = async (dependencies: Dependencies, connection: string, made: Grant): Promise<StoredGrant> => {
  const { store } = dependencies
  const id = { room: 'grants', name: connection } as const
  let generation = (await publishedGeneration(dependencies, connection)) + 1
  let parent = await readRestoringDeleted(store, id)
  for (let tries = 0; tries < mostTries; tries++) {
    generation = Math.max(generation, generationOf(parent) + 1)
    const grant = { ...made, generation }
    const text = encodeGrant(grant)
    if (parent === undefined) {
      const versionId = childVersionId('none', 0)
      // Without the tags of a success: until it is published and tagged, a tick has to look at it.
      const created = await store.create({ ...id, text, versionId }, { [tags.connection]: connection })
      if (typeof created === 'object') return { grant, versionId }
      parent = await store.read(id)
      continue
    }
    const committed = await commitVersion(dependencies, { id, parent: parent.versionId, text })
    if (committed.kind === 'written') return { grant, versionId: committed.versionId }
    // A refresh was first. The bootstrap is newer than any of them, so it becomes the child of what is there now.
    parent = committed.by
  }
  throw new StoreFailure(storeFailure('ResourceExistsException'), true)
}

const generationOf = (version: StoredVersion | undefined): number => {
  const decoded = version === undefined ? undefined : decodeGrant(version.text)
  return decoded?.ok ? decoded.value.generation : 0
}

const publishedGeneration = async ({ store }: Dependencies, connection: string): Promise<number> => {
  const version = await readRestoringDeleted(store, { room: 'connections', name: connection })
  const decoded = version === undefined ? undefined : decodePublishedGeneration(version.text)
  return decoded?.ok ? decoded.value : 0
}
