// Redeems one refresh token and commits the answer. A single-use refresh token is claimed first.

import type { Dependencies } from '../../ports.ts'
import { claim, endOf, release } from '../secrets/claim.ts'
import { commitGrant } from '../secrets/commit-grant.ts'
import type { LoadedConnection } from './load-connection.ts'
import { type Granted, type NotGranted, redeemGrant } from './redeem-grant.ts'
import type { RedeemInput } from './refresh-input.ts'

export type Attempt =
  /** Another process holds the refresh token, so no request was sent. */
  | { readonly kind: 'claimed-by-another'; readonly until: Date | undefined }
  /** Another process committed first, and its version is the current one. */
  | { readonly kind: 'superseded'; readonly by: Granted | NotGranted }
  | { readonly kind: 'granted'; readonly redeemed: Granted; readonly versionId: string }
  /** `versionId`: of the grant with a refresh token that came with the failure, else of the grant that was tried. */
  | { readonly kind: 'failed'; readonly redeemed: NotGranted; readonly versionId: string }

/** Nothing happens between redeeming and committing. */
export const redeemAndCommit = async (
  dependencies: Dependencies,
  input: RedeemInput,
  found: LoadedConnection,
): Promise<Attempt> => {
  const { parent, client } = found
  const { invocation } = input
  const { name } = input.entry
  const claimed = { id: { room: 'grants', name }, version: parent } as const
  const singleUse = client.provider.rotation === 'single-use'
  const until = endOf(dependencies, invocation)
  const claiming = singleUse ? await claim(dependencies, { ...claimed, until }) : undefined
  if (claiming?.kind === 'taken') return { kind: 'claimed-by-another', until: claiming.until }
  const redeemed = await redeemGrant(dependencies, input, found)
  const unused = redeemed.kind === 'failed' && redeemed.unused
  if (claiming !== undefined && unused) await release(dependencies, { ...claimed, attempt: claiming.attempt })
  const made = redeemed.kind === 'granted' ? redeemed.made : redeemed.salvaged
  const committed = made && (await commitGrant(dependencies, { name, parent, text: made.text, client, invocation }))
  if (committed?.kind === 'superseded') return { kind: 'superseded', by: redeemed }
  const versionId = committed?.versionId ?? parent.versionId
  return redeemed.kind === 'granted'
    ? { kind: 'granted', redeemed, versionId }
    : { kind: 'failed', redeemed, versionId }
}
