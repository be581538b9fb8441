// From a stored grant to the next one: redeems its refresh token, and keeps every token of the answer.

import type { Failure } from '../../core/failures/failure.ts'
import { ownFailure } from '../../core/failures/failure-table.ts'
import { type Client, clientName, preferring } from '../../core/secrets/client.ts'
import { decodeGrant, encodeGrant, type Grant } from '../../core/secrets/grant.ts'
import { encodePublished } from '../../core/secrets/published.ts'
import type { Redacted } from '../../core/secrets/redacted.ts'
import { fitsSecret } from '../../core/secrets/secret-size.ts'
import { readStatus } from '../../core/tags/status.ts'
import { refreshedGrant, salvagedGrant } from '../../core/tokens/next-grant.ts'
import { type Dependencies, previousVersion, type Redemption } from '../../ports.ts'
import type { LoadedConnection } from './load-connection.ts'
import type { RefreshInput } from './refresh-input.ts'
import { requestTokens } from './request-tokens.ts'

/** A grant and what is stored of it. */
export interface MadeGrant {
  readonly grant: Grant
  readonly text: Redacted
}

export interface Redeemed {
  /** Undefined when nothing new came. */
  readonly made: MadeGrant | undefined
  /** Why it was no success, even when something of it is to be stored. */
  readonly failure: Failure | undefined
  readonly askedAt: Date
  /** The provider has not taken the refresh token: it was not sent, or refused. */
  readonly unused: boolean
  /** With the client secret first that was accepted. After the commit of `made`, the caller calls `rememberClientSecret`. */
  readonly client: Client
  readonly clientName: string
}

export const redeemGrant = async (
  dependencies: Dependencies,
  input: RefreshInput,
  found: LoadedConnection,
): Promise<Redeemed> => {
  const { grant, publishedGeneration } = found
  const askedAt = new Date(dependencies.clock.now())
  const { redemption, secret } = await requestWithPrevious(dependencies, input, found)
  input.context.breakers.answered(found.client, redemption)
  const client = preferring(found.client, secret)
  const unused = redemption.kind === 'failed' && redemption.outcome !== 'unknown'
  const base = { client, clientName: clientName(client.client_id), askedAt, unused }
  if (redemption.kind !== 'granted') {
    const arrived = redemption.kind === 'unusable' ? redemption.refreshToken : undefined
    return { ...base, made: salvage(grant, arrived), failure: redemption.failure }
  }
  const { tokens } = redemption
  const made = withText(refreshedGrant({ before: grant, client, tokens, askedAt, publishedGeneration }))
  const fits = fitsSecret(made.text) && fitsSecret(encodePublished(made.grant, client))
  if (fits) return { ...base, made, failure: undefined }
  return { ...base, made: salvage(grant, tokens.refresh_token), failure: ownFailure('secret_too_large') }
}

const withText = (grant: Grant): MadeGrant => ({ grant, text: encodeGrant(grant) })

/** A refresh token that came with an answer which cannot be used otherwise is kept, where it is a new one and fits. */
const salvage = (grant: Grant, arrived: Redacted | undefined): MadeGrant | undefined => {
  if (arrived === undefined || arrived.equals(grant.refresh_token)) return undefined
  const saved = withText(salvagedGrant(grant, arrived))
  return fitsSecret(saved.text) ? saved : undefined
}

/**
 * These two codes may concern the stored text and not the grant: a token that a person has damaged, or a provider's
 * hiccup. Before the second refusal counts, the previous version's refresh token is tried, once.
 */
const doubtful: readonly string[] = ['AADSTS70000', 'AADSTS9002313']

const requestWithPrevious = async (dependencies: Dependencies, input: RefreshInput, found: LoadedConnection) => {
  const { grant, client, parent } = found
  const ask = ({ refresh_token, scope }: Grant) =>
    requestTokens(dependencies, {
      client,
      grant: { grant_type: 'refresh_token', refresh_token },
      scope,
      correlationId: input.correlationId,
    })
  const first = await ask(grant)
  // A single-use token of the version before is a spent one, and using it again could end the whole grant.
  if (client.provider.rotation === 'single-use' || !isDoubtful(first.redemption)) return first
  if (readStatus(input.entry.tags, parent.versionId).failure?.refusals !== 1) return first
  const previous = await dependencies.store.read({ room: 'grants', name: input.entry.name }, previousVersion)
  const decoded = previous && decodeGrant(previous.text)
  if (!decoded?.ok || decoded.value.refresh_token.equals(grant.refresh_token)) return first
  // Of an earlier sign-in: a bootstrap has replaced it, and is not undone.
  if (decoded.value.bootstrapped_at.getTime() !== grant.bootstrapped_at.getTime()) return first
  const again = await ask(decoded.value)
  return again.redemption.kind === 'granted' ? again : first
}

const isDoubtful = (redemption: Redemption): boolean =>
  redemption.kind === 'failed' &&
  redemption.failure.class === 'reauthorize' &&
  doubtful.includes(redemption.failure.code)
