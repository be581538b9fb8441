// Writing a secret that other processes write too: creates it, or commits the next version of what is there now.

import { storeFailure } from '../../core/failures/failure-table.ts'
import type { Redacted } from '../../core/secrets/redacted.ts'
import { childVersionId } from '../../core/secrets/version-id.ts'
import type { Tags } from '../../core/tags/status.ts'
import { type Dependencies, type SecretId, type StoredVersion, StoreFailure } from '../../ports.ts'
import { commitVersion } from './commit-version.ts'

/** Fewer writers than this compete for one secret. More attempts mean that the store contradicts itself: a later run succeeds. */
const mostTries = 10

export interface SecretWrite {
  readonly id: SecretId
  /** The current version as it was read; undefined when there was no such secret. */
  readonly current: StoredVersion | undefined
  /** Tags of a new secret. An existing one keeps its tags. */
  readonly tags: Tags
  /**
   * What to write in place of the current version. Called again whenever another process wrote first.
   *
   * @returns undefined when nothing has to be written
   */
  next(current: StoredVersion | undefined): Redacted | undefined
}

export type SecretWritten =
  /** The tags of the write are on the new secret. */
  | { readonly kind: 'created'; readonly arn: string; readonly versionId: string }
  | { readonly kind: 'committed'; readonly arn: string; readonly versionId: string }
  | { readonly kind: 'unchanged'; readonly arn: string; readonly versionId: string }

/** @throws StoreFailure of the store, and when other processes wrote first every time */
export const createOrCommit = async (dependencies: Dependencies, write: SecretWrite): Promise<SecretWritten> => {
  const { id, next } = write
  let { current } = write
  for (let tries = 0; tries < mostTries; tries++) {
    const text = next(current)
    if (current === undefined) {
      if (text === undefined) break
      const created = await create(dependencies, write, text)
      if (created !== undefined) return created
      current = await dependencies.store.read(id)
      continue
    }
    const { arn, versionId: parent } = current
    if (text === undefined) return { kind: 'unchanged', arn, versionId: parent }
    const committed = await commitVersion(dependencies, { id, parent, text })
    if (committed.kind === 'written') return { kind: 'committed', arn, versionId: committed.versionId }
    current = committed.by
  }
  throw new StoreFailure(storeFailure('ResourceExistsException'), true)
}

const create = async (
  { store }: Dependencies,
  { id, tags }: SecretWrite,
  text: Redacted,
): Promise<SecretWritten | undefined> => {
  const versionId = childVersionId('none', 0)
  const created = await store.create({ ...id, text, versionId }, tags)
  return created === 'exists' ? undefined : { kind: 'created', arn: created.arn, versionId }
}
