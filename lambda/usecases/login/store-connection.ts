// Stores a bootstrapped connection: client, grant, published secret, tags.

import { type BootstrapAnswer, pauseIsOver, shortestFreshLifetimeMinutes, tags } from '../../contract.ts'
import { type Client, encodeClient } from '../../core/secrets/client.ts'
import { encodeGrant, type Grant } from '../../core/secrets/grant.ts'
import { encodePublished } from '../../core/secrets/published.ts'
import { fitsSecret } from '../../core/secrets/secret-size.ts'
import { successTags } from '../../core/tags/status.ts'
import { missingScopes } from '../../core/tokens/missing-scope.ts'
import { bootstrappedGrant, type Tokens } from '../../core/tokens/next-grant.ts'
import type { Dependencies, Invocation } from '../../ports.ts'
import { storeClient } from '../client/store-client.ts'
import { type PublishedChange, publish } from '../secrets/publish.ts'
import { readRestoringDeleted } from '../secrets/read-deleted.ts'
import { retryWrite } from '../secrets/retry-write.ts'
import { type StoredGrant, storeGrant } from '../secrets/store-grant.ts'
import type { BootstrapInProgress } from './bootstrap-in-progress.ts'
import { refuse } from './bootstrap-refused.ts'
import type { TokenKeeper } from './keep-token.ts'
import { refuseWithout } from './no-refresh-token.ts'

export interface MadeConnection extends StoredGrant {
  /** The lifetime of the access token, if it is too short for the mode of the login. */
  readonly tooShortMinutes?: number
}

export const storeTokens = async (
  dependencies: Dependencies,
  began: BootstrapInProgress,
  { tokens, keeper }: { readonly tokens: Tokens; readonly keeper: TokenKeeper },
): Promise<MadeConnection> => {
  const { connection, client, invocation, stored } = began
  // Without a new refresh token the one that was handed over is kept (RFC 6749 section 6).
  const refreshToken = keeper.newest ?? refuseWithout(client)
  const asked = bootstrappedGrant({ ...began, tokens, refreshToken, loginVersion: stored.versionId })
  const shortest = shortestFreshLifetimeMinutes(dependencies.settings.timing, client.provider.rotation)
  const tooShort = asked.mode === 'fresh' && tokens.expires_in < shortest * 60
  // The grant is kept all the same, but in a mode that promises no fresh access token.
  const grant = tooShort ? { ...asked, mode: 'keep-alive' as const } : asked
  const fits = [encodeGrant(grant), encodePublished(grant, client), encodeClient(client)].every(fitsSecret)
  if (!fits) refuse('secret_too_large')
  const made = await storeClientAndGrant(dependencies, { connection, client, made: grant, invocation })
  return { ...made, ...(tooShort && { tooShortMinutes: Math.floor(tokens.expires_in / 60) }) }
}

interface NewConnection {
  readonly connection: string
  readonly client: Client
  readonly made: Grant
  readonly invocation: Invocation
}

/** Written in this order, because each secret depends on the one before. Each write is repeated while there is time. */
const storeClientAndGrant = async (
  dependencies: Dependencies,
  { connection, client, made, invocation }: NewConnection,
): Promise<StoredGrant> => {
  const lasting = { invocation, tries: undefined }
  await retryWrite(dependencies, lasting, () => storeClient(dependencies, client, made.scope))
  return retryWrite(dependencies, lasting, () => storeGrant(dependencies, connection, made))
}

export interface StoredConnection extends StoredGrant {
  readonly connection: string
  readonly client: Client
  readonly invocation: Invocation
  /** Receives what was published and may have to be handed on. */
  readonly onChange: (change: PublishedChange) => void
}

/** A sign-in makes every link of the connection void. */
const voidLink = { [tags.link]: '' }

/** Writes the published secret and the tags of a success. Ends a pause: an operator who signs in wants the connection refreshed. */
export const publishConnection = async (
  dependencies: Dependencies,
  { connection, client, grant, versionId, invocation, onChange }: StoredConnection,
): Promise<BootstrapAnswer> => {
  const { store, settings } = dependencies
  const secret = await retryWrite(dependencies, { invocation, tries: undefined }, async () => {
    const current = await readRestoringDeleted(store, { room: 'connections', name: connection })
    const arn = await publish(dependencies, { connection, grant, client, current, onChange })
    const status = successTags(connection, grant, versionId, settings.timing)
    // The bootstrap has its own message, so no recovery is announced.
    const told = { [tags.told]: 'healthy', [tags.paused]: pauseIsOver, ...(dependencies.macs && voidLink) }
    await store.tag({ room: 'grants', name: connection }, { ...status, ...told })
    return arn
  })
  const missing = missingScopes(grant.scope, grant.granted_scope)
  return {
    connection,
    status: 'healthy',
    mode: grant.mode,
    publish: grant.publish,
    secret,
    ...(grant.account?.username !== undefined && { account: grant.account.username }),
    expires_at: grant.expires_at.toISOString(),
    refresh_by: grant.refresh_by.toISOString(),
    ...(grant.ends_at !== undefined && { ends_at: grant.ends_at.toISOString() }),
    ...(missing.length > 0 && { missing_scope: missing.join(' ') }),
  }
}
