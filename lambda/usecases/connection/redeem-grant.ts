// From a stored grant to the next one: redeems its refresh token, and keeps every token of the answer.

import type { Failure } from '../../core/failures/failure.ts'
import { ownFailure } from '../../core/failures/failure-table.ts'
import { isOtherAccount } from '../../core/secrets/account.ts'
import { type Client, preferring } from '../../core/secrets/client.ts'
import { decodeGrant, encodeGrant, type Grant } from '../../core/secrets/grant.ts'
import { encodePublished } from '../../core/secrets/published.ts'
import type { Redacted } from '../../core/secrets/redacted.ts'
import { fitsSecret } from '../../core/secrets/secret-size.ts'
import { readStatus } from '../../core/tags/status.ts'
import { refreshedGrant, salvagedGrant } from '../../core/tokens/next-grant.ts'
import { type Dependencies, previousVersion, type Redemption } from '../../ports.ts'
import type { LoadedConnection } from './load-connection.ts'
import type { RedeemInput } from './refresh-input.ts'
import { requestTokens } from './request-tokens.ts'

/** A grant and what is stored of it. */
export interface MadeGrant {
  readonly grant: Grant
  readonly text: Redacted
}

interface Answered {
  readonly askedAt: Date
  /** The accepted client secret is first. After the commit, the caller calls `rememberClientSecret`. */
  readonly client: Client
}

/** A refresh: the next grant, to be committed. */
export interface Granted extends Answered {
  readonly kind: 'granted'
  readonly made: MadeGrant
}

export interface NotGranted extends Answered {
  readonly kind: 'failed'
  readonly failure: Failure
  /** A refresh token that came with the failure, to be committed. Undefined if no new one came. */
  readonly salvaged: MadeGrant | undefined
  /** The provider has not used up the refresh token: it was not sent, or was refused. */
  readonly unused: boolean
}

export type Redeemed = Granted | NotGranted

export const redeemGrant = async (
  dependencies: Dependencies,
  input: RedeemInput,
  found: LoadedConnection,
): Promise<Redeemed> => {
  const { grant, publishedGeneration } = found
  const askedAt = new Date(dependencies.clock.now())
  const { redemption, secret } = await requestWithPrevious(dependencies, input, found)
  input.context.breakers.answered(found.client, redemption)
  const client = preferring(found.client, secret)
  const answered = { client, askedAt }
  const failed = { kind: 'failed', ...answered } as const
  switch (redemption.kind) {
    case 'failed': {
      const { failure, outcome } = redemption
      return { ...failed, failure, salvaged: undefined, unused: outcome !== 'unknown' }
    }
    case 'unusable': {
      const { failure, refreshToken } = redemption
      return { ...failed, failure, salvaged: salvage(grant, refreshToken), unused: false }
    }
    case 'granted': {
      const { tokens } = redemption
      // The stored token stays, because the new one is for another account and must not get into this connection (I10).
      if (isOtherAccount(grant.account, tokens.account)) {
        return { ...failed, failure: ownFailure('other_account'), salvaged: undefined, unused: false }
      }
      const before = { ...grant, ...input.set }
      const made = withText(refreshedGrant({ before, client, tokens, askedAt, publishedGeneration }))
      const fits = fitsSecret(made.text) && fitsSecret(encodePublished(made.grant, client))
      if (fits) return { kind: 'granted', ...answered, made }
      const failure = ownFailure('secret_too_large')
      return { ...failed, failure, salvaged: salvage(grant, tokens.refresh_token), unused: false }
    }
  }
}

const withText = (grant: Grant): MadeGrant => ({ grant, text: encodeGrant(grant) })

/** Keeps the refresh token of an unusable answer, if it is new and not too large. */
const salvage = (grant: Grant, arrived: Redacted | undefined): MadeGrant | undefined => {
  if (arrived === undefined || arrived.equals(grant.refresh_token)) return undefined
  const saved = withText(salvagedGrant(grant, arrived))
  return fitsSecret(saved.text) ? saved : undefined
}

/**
 * These two codes may be about the stored text and not the grant: a person has damaged the token, or the provider had a short
 * failure. Before the second refusal counts, the previous version's refresh token is tried, once.
 */
const doubtful: readonly string[] = ['AADSTS70000', 'AADSTS9002313']

const requestWithPrevious = async (dependencies: Dependencies, input: RedeemInput, found: LoadedConnection) => {
  const { grant, client, parent } = found
  const ask = ({ refresh_token, scope }: Grant) =>
    requestTokens(dependencies, {
      client,
      grant: { grant_type: 'refresh_token', refresh_token },
      scope,
      correlationId: input.correlationId,
    })
  const first = await ask(grant)
  // A single-use token of the version before is used up, and a second use could end the whole grant.
  if (client.provider.rotation === 'single-use' || !isDoubtful(first.redemption)) return first
  if (readStatus(input.entry.tags, parent.versionId).failure?.refusals !== 1) return first
  const previous = await dependencies.store.read({ room: 'grants', name: input.entry.name }, previousVersion)
  const decoded = previous && decodeGrant(previous.text)
  if (!decoded?.ok || decoded.value.refresh_token.equals(grant.refresh_token)) return first
  // A token of an earlier sign-in is not tried: a bootstrap has replaced it.
  if (decoded.value.bootstrapped_at.getTime() !== grant.bootstrapped_at.getTime()) return first
  const again = await ask(decoded.value)
  return again.redemption.kind === 'granted' ? again : first
}

const isDoubtful = (redemption: Redemption): boolean =>
  redemption.kind === 'failed' &&
  redemption.failure.class === 'reauthorize' &&
  doubtful.includes(redemption.failure.code)
