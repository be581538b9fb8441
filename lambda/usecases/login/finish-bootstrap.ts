// The end of a bootstrap: publishes the tokens of the connection, deletes the login, announces the connection.

import { type BootstrapAnswer, shortestFreshLifetimeMinutes } from '../../contract.ts'
import { type Client, clientName } from '../../core/secrets/client.ts'
import { type Announcement, type Dependencies, StoreFailure } from '../../ports.ts'
import { noteAnnounced, publishedAnnouncement } from '../reporting/announce-publication.ts'
import type { PublishedChange } from '../secrets/publish.ts'
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
  const changes: PublishedChange[] = []
  const stored = { connection, client, grant, versionId, invocation }
  const onChange = (change: PublishedChange): void => void changes.push(change)
  const published = await settle(publishConnection(dependencies, { ...stored, onChange }))
  const erased = await settle(dependencies.store.erase(id))
  if (invitation !== undefined) await settle(dependencies.store.erase(invitation))
  const bootstrapped = published.ok && tooShortMinutes === undefined
  if (bootstrapped) dependencies.telemetry.bootstrapped({ connection, failure: undefined })
  await announce(dependencies, {
    connection,
    changes,
    others: bootstrapped ? [bootstrappedAnnouncement(dependencies, { answer: published.value, client, askedAt })] : [],
  })
  if (!published.ok) throw published.error
  if (tooShortMinutes !== undefined) {
    const shortest = shortestFreshLifetimeMinutes(dependencies.settings.timing, client.provider.rotation)
    refuse(
      'lifetime_too_short',
      `The access token lives ${tooShortMinutes} minutes and fresh mode takes ${shortest}, so the connection is kept in keep-alive mode`,
    )
  }
  if (!erased.ok) throw erased.error
  return published.value
}

const bootstrappedAnnouncement = (
  { settings }: Pick<Dependencies, 'settings'>,
  { answer, client, askedAt }: { answer: BootstrapAnswer; client: Client; askedAt: Date },
): Announcement => ({
  name: 'Connection Bootstrapped',
  detail: {
    prefix: settings.prefix,
    connection: answer.connection,
    client: clientName(client.client_id),
    since: askedAt.toISOString(),
    access_token_expires_at: answer.expires_at,
    runbook: settings.runbookUrl,
  },
})

interface Announcing {
  readonly connection: string
  readonly changes: readonly PublishedChange[]
  readonly others: readonly Announcement[]
}

/** A bootstrap whose announcement failed has still succeeded. The next tick announces what was published. */
const announce = async (dependencies: Dependencies, { connection, changes, others }: Announcing): Promise<void> => {
  const { telemetry, events, store } = dependencies
  const publications = changes.map((change) => ({ connection, change }))
  const all = [...others, ...publications.map((one) => publishedAnnouncement(dependencies, one))]
  if (all.length === 0) return
  const told = await settle(
    events.announce(all).then(async () => {
      for (const announcement of all) telemetry.announced(announcement)
      for (const one of publications) await noteAnnounced({ store }, one)
    }),
  )
  if (told.ok) return
  if (!(told.error instanceof StoreFailure)) throw told.error
  telemetry.storeFailed({ task: 'announce', name: connection, failure: told.error.failure })
}
