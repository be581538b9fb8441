// Stores the grant of a bootstrap, with a generation above every one that apps have seen.

import { tags } from '../../contract.ts'
import { decodeGrant, encodeGrant, type Grant } from '../../core/secrets/grant.ts'
import { decodePublishedGeneration } from '../../core/secrets/published.ts'
import type { Dependencies, StoredVersion } from '../../ports.ts'
import { createOrCommit } from './create-or-commit.ts'
import { readRestoringDeleted } from './read-deleted.ts'

export interface StoredGrant {
  readonly grant: Grant
  readonly versionId: string
}

/** The bootstrap is newer than every refresh that wrote first, so it becomes the child of the current version. */
export const storeGrant = async (dependencies: Dependencies, connection: string, made: Grant): Promise<StoredGrant> => {
  const id = { room: 'grants', name: connection } as const
  let grant = atGeneration(made, (await publishedGeneration(dependencies, connection)) + 1)
  const { versionId } = await createOrCommit(dependencies, {
    id,
    current: await readRestoringDeleted(dependencies.store, id),
    // Without the tags of a success, so that a tick reads it until it is published and tagged.
    tags: { [tags.connection]: connection },
    next: (current) => {
      grant = atGeneration(made, Math.max(grant.generation, generationOf(current) + 1))
      return encodeGrant(grant)
    },
  })
  return { grant, versionId }
}

const atGeneration = (made: Grant, generation: number): Grant => ({
  ...made,
  generation,
  bootstrapped_generation: generation,
})

const generationOf = (version: StoredVersion | undefined): number => {
  const decoded = version === undefined ? undefined : decodeGrant(version.text)
  return decoded?.ok ? decoded.value.generation : 0
}

const publishedGeneration = async ({ store }: Dependencies, connection: string): Promise<number> => {
  const version = await readRestoringDeleted(store, { room: 'connections', name: connection })
  const decoded = version === undefined ? undefined : decodePublishedGeneration(version.text)
  return decoded?.ok ? decoded.value : 0
}
