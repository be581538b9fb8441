// Notifies people once why a client secret could not be renewed, and once that it was.

import { type EventDetail, runbookLink, tags } from '../../contract.ts'
import type { Failure } from '../../core/failures/failure.ts'
import { remedyFor } from '../../core/failures/failure-table.ts'
import { renewalDue } from '../../core/renewal/plan.ts'
import { type Client, clientName } from '../../core/secrets/client.ts'
import { readClientTags } from '../../core/tags/read-client-tags.ts'
import type { Announcement, Dependencies } from '../../ports.ts'

/** These pass by themselves. If they last, the renewal is overdue, and the warnings of the expiry are sent. */
const passing: readonly string[] = ['transient', 'throttled', 'store']

/** @throws StoreFailure when no message could be sent; the next failure sends it */
export const notifyOfFailure = async (dependencies: Dependencies, client: Client, failure: Failure): Promise<void> => {
  const { store } = dependencies
  if (passing.includes(failure.class)) return
  const about = { room: 'clients', name: clientName(client.client_id) } as const
  const told = `${dueOf(client)} ${failure.class}:${failure.code}`
  const newest = await store.describe(about)
  if (newest === undefined || newest.tags[tags.renewalFailed] === told) return
  await announce(dependencies, 'Client Secret Not Renewed', {
    ...detailOf(dependencies, client),
    class: failure.class,
    code: failure.code,
    remedy: remedyFor(failure, { client: client.client_id }),
  })
  await store.tag(about, { [tags.renewalFailed]: told })
}

const dueOf = (client: Client): string => renewalDue(client)?.toISOString() ?? ''

/**
 * A failure is over when another client secret has moved the time of the next renewal, also one that a person has stored. Where
 * the renewal was turned off meanwhile, nothing was renewed.
 *
 * @param accepted whether a new client secret was accepted just now
 * @throws StoreFailure when no message could be sent
 */
export const notifyOfSuccess = async (dependencies: Dependencies, client: Client, accepted: boolean): Promise<void> => {
  const { store } = dependencies
  if (renewalDue(client) === undefined) return
  const about = { room: 'clients', name: clientName(client.client_id) } as const
  const newest = await store.describe(about)
  const { renewalFailed: failed } = readClientTags(newest?.tags ?? {})
  const isOver = failed !== undefined && (accepted || failed.due !== dueOf(client))
  if (accepted || isOver) await announce(dependencies, 'Client Secret Renewed', detailOf(dependencies, client))
  if (isOver) await store.tag(about, { [tags.renewalFailed]: '' })
}

const announce = async (
  { events, telemetry, settings }: Dependencies,
  name: Announcement['name'],
  detail: Omit<EventDetail, 'prefix'>,
): Promise<void> => {
  const announcement = { name, detail: { prefix: settings.prefix, ...detail } }
  await events.announce([announcement])
  telemetry.announced(announcement)
}

const detailOf = ({ clock, settings }: Dependencies, { client_id, client_secrets: [first] }: Client) => ({
  client: client_id,
  since: new Date(clock.now()).toISOString(),
  ...(first?.expires_at !== undefined && { client_secret_expires_at: first.expires_at.toISOString() }),
  runbook: runbookLink(settings.runbookUrl, 'ClientSecretExpiring'),
})
