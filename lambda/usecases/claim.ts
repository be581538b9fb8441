// Claiming: who may use what can be used only once. A login, or a single-use refresh token.

import { Redacted } from '../core/redacted.ts'
import { claimVersionId } from '../core/version-id.ts'
import type { Dependencies, SecretId, StoredVersion } from '../ports.ts'

export const claimLabel = 'TOKEN_REFRESHER_CLAIM'

export interface Claim {
  readonly id: SecretId | { readonly arn: string }
  /** The version that holds what is used. */
  readonly version: StoredVersion
  /** From when on an older claim is void, for whoever made it has ended; undefined: never. */
  readonly voidBefore: Date | undefined
}

/**
 * A claim is a version with a label of its own, its id derived from the version that it claims: as with a commit,
 * only one writer can make it. It holds a number drawn at random, so that two writers never write the same.
 * @returns whether the claim is ours
 */
export const claim = async ({ store, random }: Dependencies, { id, version, voidBefore }: Claim): Promise<boolean> => {
  const text = new Redacted(JSON.stringify({ schema: 1, claim: random.uuid() }))
  for (let attempt = 0; ; attempt++) {
    const versionId = claimVersionId(version.versionId, attempt)
    if ((await store.put({ ...id, text, versionId }, claimLabel)) === 'written') return true
    if (voidBefore === undefined) return false
    const other = await store.read(id, versionId)
    if (other !== undefined && other.createdAt >= voidBefore) return false
  }
}
