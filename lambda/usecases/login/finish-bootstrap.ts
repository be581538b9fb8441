// The end of a bootstrap: publishes the tokens of the connection, deletes the login, announces the connection.

import { type BootstrapAnswer, shortestFreshLifetimeMinutes } from '../../contract.ts'
import { type Client, clientName } from '../../core/secrets/client.ts'
import { type Announcement, type Dependencies, StoreFailure } from '../../ports.ts'
import type { BootstrapInProgress } from './bootstrap-in-progress.ts'
import { refuse } from './bootstrap-refused.ts'
import { settle } from './settle.ts'
import { type MadeConnection, publishConnection } from './store-connection.ts'

/** The connection holds the tokens, so the login can be deleted, even if the next tick has to publish them. */
export const finishBootstrap = async (
  dependencies: Dependencies,
  began: BootstrapInProgress,
  made: MadeConnection,
): Promise<BootstrapAnswer> => {
  const { connection, client, invocation, id, askedAt, invitation } = began
  const { grant, versionId, tooShortMinutes } = made
  const published = await settle(publishConnection(dependencies, { connection, client, grant, versionId, invocation }))
  const erased = await settle(dependencies.store.erase(id))
  if (invitation !== undefined) await settle(dependencies.store.erase(invitation))
  if (!published.ok) throw published.error
  if (tooShortMinutes !== undefined) {
    const shortest = shortestFreshLifetimeMinutes(dependencies.settings.timing, client.provider.rotation)
    refuse(
      'lifetime_too_short',
      `The access token lives ${tooShortMinutes} minutes and fresh mode takes ${shortest}, so the connection is kept in keep-alive mode`,
    )
  }
  await notifyBootstrapped(dependencies, { answer: published.value, client, askedAt })
  if (!erased.ok) throw erased.error
  return published.value
}

/** A bootstrap whose announcement failed has still succeeded. */
const notifyBootstrapped = async (
  { telemetry, events, settings }: Dependencies,
  { answer, client, askedAt }: { answer: BootstrapAnswer; client: Client; askedAt: Date },
): Promise<void> => {
  const { connection, expires_at } = answer
  const announcement: Announcement = {
    name: 'Connection Bootstrapped',
    detail: {
      prefix: settings.prefix,
      connection,
      client: clientName(client.client_id),
      since: askedAt.toISOString(),
      access_token_expires_at: expires_at,
      runbook: settings.runbookUrl,
    },
  }
  telemetry.bootstrapped({ connection, failure: undefined })
  const told = await settle(events.announce([announcement]))
  if (told.ok) telemetry.announced(announcement)
  else if (!(told.error instanceof StoreFailure)) throw told.error
  else telemetry.storeFailed({ task: 'announce', name: connection, failure: told.error.failure })
}
