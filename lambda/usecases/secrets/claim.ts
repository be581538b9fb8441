// Claiming: who may use what can be used only once. A login, or a single-use refresh token.

import { longestInvocationSeconds } from '../../contract.ts'
import { claimUntil, encodeClaim } from '../../core/secrets/claim.ts'
import { claimVersionId, releaseVersionId } from '../../core/secrets/version-id.ts'
import type { Dependencies, Invocation, SecretId, StoredVersion } from '../../ports.ts'

export const claimLabel = 'TOKEN_REFRESHER_CLAIM'

/** By so much may the clocks of two invocations differ. */
const clockSkewMilliseconds = 15_000

/** When an invocation has certainly ended, so that what it has claimed and not used is free again. */
export const endOf = ({ clock }: Pick<Dependencies, 'clock'>, invocation: Invocation): Date => {
  const remaining = Math.min(invocation.remainingMilliseconds(), longestInvocationSeconds * 1000)
  return new Date(clock.now() + remaining + clockSkewMilliseconds)
}

export interface Claim {
  readonly id: SecretId | { readonly arn: string }
  /** The version that holds what is used. */
  readonly version: StoredVersion
  /** When it expires: the claiming process has ended by then; undefined: never. */
  readonly until: Date | undefined
  /**
   * Who may claim it again and again: a device code is asked about every few seconds, for one connection. A version that is
   * put twice with the same value is not made twice (API reference of Secrets Manager, PutSecretValue).
   */
  readonly holder?: string
}

export type Claimed =
  /** Which claim on this version it is, counted from 0. */
  | { readonly kind: 'ours'; readonly attempt: number }
  /** Another process holds it; undefined: for good, or until when is not known. */
  | { readonly kind: 'taken'; readonly until: Date | undefined }

/**
 * A claim is a version with a label of its own, its id derived from the version that it claims: as with a commit,
 * only one writer can make it. It holds a number drawn at random, so that two writers never write the same.
 */
export const claim = async (dependencies: Dependencies, wanted: Claim): Promise<Claimed> => {
  const { store } = dependencies
  const { id, version, until } = wanted
  const text = encodeClaim(wanted.holder ?? dependencies.random.uuid(), until)
  for (let attempt = 0; ; attempt++) {
    const versionId = claimVersionId(version.versionId, attempt)
    if ((await store.put({ ...id, text, versionId }, claimLabel)) === 'written') return { kind: 'ours', attempt }
    if (until === undefined) return { kind: 'taken', until: undefined }
    attempt = await newestClaim(dependencies, wanted, attempt)
    const other = await store.read(id, claimVersionId(version.versionId, attempt))
    // It exists, so a read that does not find it is stale, and the claim is young.
    const end = other && claimUntil(other)
    const stands = end === undefined || end.getTime() >= dependencies.clock.now()
    const released = stands && (await store.read(id, releaseVersionId(version.versionId, attempt))) !== undefined
    if (stands && !released) return { kind: 'taken', until: end }
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

/** Ends a claim early: the claimed token was certainly not used, so other processes do not have to wait. */
export const release = async (
  dependencies: Dependencies,
  { id, version, attempt }: Pick<Claim, 'id' | 'version'> & { readonly attempt: number },
): Promise<void> => {
  const versionId = releaseVersionId(version.versionId, attempt)
  const text = encodeClaim(dependencies.random.uuid(), undefined)
  await dependencies.store.put({ ...id, text, versionId }, claimLabel)
}
