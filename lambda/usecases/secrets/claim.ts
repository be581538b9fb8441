// Claims a login or a single-use refresh token, which only one process may use.

import { longestInvocationSeconds } from '../../contract.ts'
import { claimUntil, encodeClaim } from '../../core/secrets/claim.ts'
import { claimVersionId, releaseVersionId } from '../../core/secrets/version-id.ts'
import type { Dependencies, Invocation, SecretId, StoredVersion } from '../../ports.ts'

export const claimLabel = 'TOKEN_REFRESHER_CLAIM'

/** The clocks of two invocations may differ by this much. */
const clockSkewMilliseconds = 15_000

/** When an invocation has certainly ended, so that its unused claims are void. */
export const endOf = ({ clock }: Pick<Dependencies, 'clock'>, invocation: Invocation): Date => {
  const remaining = Math.min(invocation.remainingMilliseconds(), longestInvocationSeconds * 1000)
  return new Date(clock.now() + remaining + clockSkewMilliseconds)
}

export interface Claim {
  readonly id: SecretId | { readonly arn: string }
  /** The version that holds the claimed token or login. */
  readonly version: StoredVersion
  /** When it expires: the claiming process has ended by then; undefined: never. */
  readonly until: Date | undefined
  /**
   * Owner that may repeat the claim: a device code is polled every few seconds, for one connection. A version that is
   * put twice with the same value is not made twice (API reference of Secrets Manager, PutSecretValue).
   */
  readonly holder?: string
}

export type Claimed =
  /** Number of the claim on this version, counted from 0. */
  | { readonly kind: 'ours'; readonly attempt: number }
  /** Another process holds it until this time; undefined: for good, or the time is not known. */
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
    // It exists, so a read that does not find it is stale, and the claim is new.
    const end = other && claimUntil(other)
    const stands = end === undefined || end.getTime() >= dependencies.clock.now()
    const released = stands && (await store.read(id, releaseVersionId(version.versionId, attempt))) !== undefined
    if (stands && !released) return { kind: 'taken', until: end }
  }
}

/**
 * Each claim was made when the one before was void or released, so only the newest counts. After a long outage there are
 * many: the search doubles its steps, then halves them.
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
