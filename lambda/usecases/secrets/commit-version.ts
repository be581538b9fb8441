// Compare-and-swap: a new version becomes the only child of its parent version, or another process was first.

import { listingLagMinutes } from '../../contract.ts'
import { storeFailure } from '../../core/failures/failure-table.ts'
import type { Redacted } from '../../core/secrets/redacted.ts'
import { childVersionId } from '../../core/secrets/version-id.ts'
import { type Dependencies, type SecretId, type StoredVersion, StoreFailure } from '../../ports.ts'

export type Committed =
  | { readonly kind: 'written'; readonly versionId: string }
  | { readonly kind: 'superseded'; readonly by: StoredVersion }

export interface Child {
  readonly id: SecretId
  /** Version id of the parent. */
  readonly parent: string
  readonly text: Redacted
}

const staleReadMilliseconds = 1_000
const mostStaleReads = 10

/**
 * Compare-and-swap in one call: the child's version id is derived from its parent's, and Secrets Manager accepts an id only once.
 * If the parent already has a child but is still AWSCURRENT, either the read is stale or a person has moved
 * the label back. If the child is older than the store's lag, a person did it.
 */
export const commitVersion = async ({ store, clock }: Dependencies, child: Child): Promise<Committed> => {
  let staleReads = 0
  for (let attempt = 0; ; ) {
    const versionId = childVersionId(child.parent, attempt)
    if ((await store.put({ ...child.id, text: child.text, versionId })) === 'written')
      return { kind: 'written', versionId }
    const current = await store.read(child.id)
    if (current !== undefined && current.versionId !== child.parent) return { kind: 'superseded', by: current }
    const sibling = await store.read(child.id, versionId)
    const settled = clock.now() - listingLagMinutes * 60_000
    if (sibling !== undefined && sibling.createdAt.getTime() > settled) return { kind: 'superseded', by: sibling }
    if (sibling !== undefined) attempt++
    else if (++staleReads === mostStaleReads) throw new StoreFailure(storeFailure('ResourceExistsException'), true)
    // The id is used, so the version exists: this read is stale, and a later one finds it.
    else await clock.wait(staleReadMilliseconds)
  }
}
