// Claiming: who may use what can be used only once. A login, or a single-use refresh token.

import { Redacted } from '../core/redacted.ts'
import { claimVersionId, releaseVersionId } from '../core/version-id.ts'
import type { Dependencies, SecretId, StoredVersion } from '../ports.ts'

export const claimLabel = 'TOKEN_REFRESHER_CLAIM'

/**
 * A claim on a single-use refresh token is void after this long: an invocation lasts 270 seconds at most, and the tick
 * after one that has died finds the way free.
 */
const claimSeconds = 285

export const claimVoidBefore = (now: number): Date => new Date(now - claimSeconds * 1000)

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
 * @returns which claim on this version is ours, counted from 0; undefined when somebody else's stands
 */
export const claim = async (dependencies: Dependencies, wanted: Claim): Promise<number | undefined> => {
  const { store } = dependencies
  const { id, version, voidBefore } = wanted
  const text = uniqueText(dependencies)
  for (let attempt = 0; ; attempt++) {
    const versionId = claimVersionId(version.versionId, attempt)
    if ((await store.put({ ...id, text, versionId }, claimLabel)) === 'written') return attempt
    if (voidBefore === undefined) return undefined
    attempt = await newestClaim(dependencies, wanted, attempt)
    const other = await store.read(id, claimVersionId(version.versionId, attempt))
    // It exists, so a read that does not find it is stale, and the claim is young.
    const stands = other === undefined || other.createdAt >= voidBefore
    if (stands && (await store.read(id, releaseVersionId(version.versionId, attempt))) === undefined) return undefined
  }
}

/**
 * Each claim was made when the one before was void or released, so the newest alone counts. In long trouble there are
 * many: it is looked for in strides that double, then halve.
 *
 * @param known that exists
 */
const newestClaim = async ({ store }: Dependencies, { id, version }: Claim, known: number): Promise<number> => {
  const exists = async (attempt: number) =>
    (await store.read(id, claimVersionId(version.versionId, attempt))) !== undefined
  let newest = known
  let stride = 1
  while (await exists(newest + stride)) {
    newest += stride
    stride *= 2
  }
  for (stride /= 2; stride >= 1; stride /= 2) if (await exists(newest + stride)) newest += stride
  return newest
}

/** What was claimed was certainly not used, so that nobody has to wait until the claim is void. */
export const release = async (
  dependencies: Dependencies,
  { id, version, attempt }: Pick<Claim, 'id' | 'version'> & { readonly attempt: number },
): Promise<void> => {
  const versionId = releaseVersionId(version.versionId, attempt)
  await dependencies.store.put({ ...id, text: uniqueText(dependencies), versionId }, claimLabel)
}

const uniqueText = ({ random }: Dependencies): Redacted =>
  new Redacted(JSON.stringify({ schema: 1, claim: random.uuid() }))
