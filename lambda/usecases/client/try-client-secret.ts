// Trying a client secret alone, with the refresh token of one connection: a refresh like any other, but for its failure.

import type { Failure } from '../../core/failures/failure.ts'
import { mayBeAboutTheSecret, ownFailure } from '../../core/failures/failure-table.ts'
import type { ClientSecret } from '../../core/secrets/client.ts'
import { decodeGrant } from '../../core/secrets/grant.ts'
import { decodePublishedGeneration } from '../../core/secrets/published.ts'
import { successTags } from '../../core/tags/status.ts'
import type { Dependencies, Invocation, StoredVersion } from '../../ports.ts'
import type { LoadedConnection } from '../connection/load-connection.ts'
import { type Redeemed, redeemGrant } from '../connection/redeem-grant.ts'
import { ownRefusalContext } from '../limits/judge-refusal.ts'
import { refuse } from '../login/bootstrap-refused.ts'
import { claim, endOf, release } from '../secrets/claim.ts'
import { commitGrant } from '../secrets/commit-grant.ts'
import { publish } from '../secrets/publish.ts'
import type { StoredClient } from './edit-client.ts'

export interface Trial {
  readonly connection: string
  readonly stored: StoredClient
  readonly offered: ClientSecret
  readonly invocation: Invocation
}

export type Tried =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** Something else was in the way: the connection, the provider, another refresh. */
  | { readonly kind: 'not-judged'; readonly failure: Failure }

/** Nothing is recorded of a failure: it says nothing of the connection, and nothing of the client as it was. */
export const tryClientSecret = async (dependencies: Dependencies, trial: Trial): Promise<Tried> => {
  const { random } = dependencies
  const { connection, invocation } = trial
  const found = await find(dependencies, trial)
  const { parent, client } = found
  const id = { room: 'grants', name: connection } as const
  const claimed = { id, version: parent }
  const singleUse = client.provider.rotation === 'single-use'
  const until = endOf(dependencies, invocation)
  const attempt = singleUse ? await claim(dependencies, { ...claimed, until }) : undefined
  if (singleUse && attempt === undefined) return { kind: 'not-judged', failure: ownFailure('superseded') }
  // Without tags: the previous version's token is not tried, for this is no second refusal.
  const entry = { ...id, arn: parent.arn, currentVersionId: parent.versionId, tags: {} }
  const input = {
    entry,
    force: true,
    correlationId: random.uuid(),
    invocation,
    context: ownRefusalContext(),
    urgent: true,
  }
  const redeemed = await redeemGrant(dependencies, input, found)
  if (attempt !== undefined && redeemed.unused) await release(dependencies, { ...claimed, attempt })
  await keep(dependencies, trial, { found, redeemed })
  const { failure } = redeemed
  if (failure === undefined) return { kind: 'accepted' }
  return { kind: mayBeAboutTheSecret(failure) ? 'refused' : 'not-judged', failure }
}

/** As after any refresh: new tokens are stored, and a success is published and tagged. */
const keep = async (
  dependencies: Dependencies,
  { connection, invocation }: Trial,
  { found, redeemed }: { readonly found: Trying; readonly redeemed: Redeemed },
): Promise<void> => {
  const { store, settings } = dependencies
  const { made, client } = redeemed
  if (made === undefined) return
  const { parent, published } = found
  const committed = await commitGrant(dependencies, { name: connection, parent, text: made.text, client, invocation })
  if (committed.kind === 'superseded' || redeemed.failure !== undefined) return
  await publish(dependencies, { connection, grant: made.grant, client, current: published })
  const status = successTags(connection, made.grant, committed.versionId, settings.timing)
  await store.tag({ room: 'grants', name: connection }, status)
}

interface Trying extends LoadedConnection {
  readonly published: StoredVersion | undefined
}

/** The connection as a refresh finds it, with the new client secret as the client's only one. */
const find = async ({ store }: Dependencies, trial: Trial): Promise<Trying> => {
  const { connection: name, offered } = trial
  const { client, version: clientVersion } = trial.stored
  const parent = (await store.read({ room: 'grants', name })) ?? refuse('connection_not_found')
  const decoded = decodeGrant(parent.text)
  const grant = decoded.ok ? decoded.value : refuse('grant_not_decodable')
  if (grant.client_id !== client.client_id) refuse('connection_not_found', `${name} uses another client`)
  const published = await store.read({ room: 'connections', name })
  const seen = published && decodePublishedGeneration(published.text)
  const publishedGeneration = seen?.ok ? seen.value : undefined
  return {
    parent,
    grant,
    client: { ...client, client_secrets: [offered] },
    clientVersion,
    published,
    publishedGeneration,
  }
}
