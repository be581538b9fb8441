// Tries another authentication of a client, with the refresh token of one connection: a normal refresh, except for its failures.

import type { Failure } from '../../core/failures/failure.ts'
import { mayBeAboutClientSecret, ownFailure } from '../../core/failures/failure-table.ts'
import type { Client } from '../../core/secrets/client.ts'
import { decodeGrant } from '../../core/secrets/grant.ts'
import { decodePublishedGeneration } from '../../core/secrets/published.ts'
import { successTags } from '../../core/tags/status.ts'
import type { Dependencies, Invocation, StoredVersion } from '../../ports.ts'
import type { LoadedConnection } from '../connection/load-connection.ts'
import { type Attempt, redeemAndCommit } from '../connection/redeem-and-commit.ts'
import { ownRefusalContext } from '../limits/judge-refusal.ts'
import { refuse } from '../login/bootstrap-refused.ts'
import { announcePublicationAside } from '../reporting/announce-publication.ts'
import { type PublishedChange, publish } from '../secrets/publish.ts'
import type { StoredClient } from './edit-client.ts'

export interface Trial {
  readonly connection: string
  readonly stored: StoredClient
  /** The stored client with the authentication to try, and no other. */
  readonly as: Client
  readonly invocation: Invocation
}

export type Tried =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** Another reason prevented the trial: the connection, the provider, another refresh. */
  | { readonly kind: 'not-judged'; readonly failure: Failure }

/** A failure is not recorded, because it concerns neither the connection nor the stored client. */
export const tryClient = async (dependencies: Dependencies, trial: Trial): Promise<Tried> => {
  const { random } = dependencies
  const { connection, invocation } = trial
  const found = await find(dependencies, trial)
  const entry = {
    ...({ room: 'grants', name: connection } as const),
    // Without tags: the previous version's token is not tried, because this is not a second refusal.
    ...{ arn: found.parent.arn, currentVersionId: found.parent.versionId, tags: {} },
  }
  const context = ownRefusalContext()
  const input = { entry, force: true, correlationId: random.uuid(), invocation, context, urgent: true }
  const attempt = await redeemAndCommit(dependencies, input, found)
  if (attempt.kind === 'claimed-by-another') return { kind: 'not-judged', failure: ownFailure('superseded') }
  if (attempt.kind === 'granted') await publishTried(dependencies, { connection, found, attempt })
  const redeemed = attempt.kind === 'superseded' ? attempt.by : attempt.redeemed
  if (redeemed.kind === 'granted') return { kind: 'accepted' }
  const { failure } = redeemed
  return { kind: mayBeAboutClientSecret(failure) ? 'refused' : 'not-judged', failure }
}

interface Accepted {
  readonly connection: string
  readonly found: Trying
  readonly attempt: Extract<Attempt, { kind: 'granted' }>
}

/** As after any refresh. */
const publishTried = async (
  dependencies: Dependencies,
  { connection, found, attempt: { redeemed, versionId } }: Accepted,
): Promise<void> => {
  const { store, settings } = dependencies
  const { made, client } = redeemed
  const changes: PublishedChange[] = []
  const onChange = (change: PublishedChange): void => void changes.push(change)
  await publish(dependencies, { connection, grant: made.grant, client, current: found.published, onChange })
  for (const change of changes) await announcePublicationAside(dependencies, { connection, change })
  const status = successTags(connection, made.grant, versionId, settings.timing)
  await store.tag({ room: 'grants', name: connection }, status)
}

interface Trying extends LoadedConnection {
  readonly published: StoredVersion | undefined
}

/** The connection as in a refresh, with the new client secret as the client's only one. */
const find = async ({ store }: Dependencies, trial: Trial): Promise<Trying> => {
  const { connection: name, as } = trial
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
    client: as,
    clientVersion,
    published,
    publishedGeneration,
  }
}
