// Deletes client secrets that are not in use: expired ones, and those that a crash has left at the provider.

import { type Credential, expiredOf, orphans, withListed, withoutOldIntents } from '../../core/renewal/credentials.ts'
import { nextStep } from '../../core/renewal/plan.ts'
import type { Client, ClientSecret, Renewal } from '../../core/secrets/client.ts'
import type { Dependencies } from '../../ports.ts'
import { editClient } from '../client/edit-client.ts'
import { type OpenGraph, openGraph, requireValue } from './open-graph.ts'

/**
 * Also what a crash has left. The ends that the provider lists count, and are written to the record first. At the provider only those are removed that have
 * expired there.
 *
 * @throws BootstrapRefused when the provider refuses; StoreFailure
 */
export const deleteExpired = async (dependencies: Dependencies, before: Client, renewal: Renewal): Promise<Client> => {
  const { clock } = dependencies
  const { client_id: clientId } = before
  const opened = await openGraph(dependencies, before, renewal)
  const listed = requireValue(await opened.graph.list(opened.app))
  const { client } = await editClient(dependencies, clientId, (now) => withListed(now, listed))
  const left = await removeOrphans(dependencies, opened, { client, listed })
  const step = nextStep(client, clock.now())
  if (step.kind !== 'delete') return client
  for (const { keyId } of expiredOf(step.secrets, listed, clock.now())) {
    requireValue(await opened.graph.remove(opened.app, keyId))
  }
  const edited = await editClient(dependencies, clientId, (now) =>
    withoutSecrets(withoutOldIntents(now, left, clock.now()), step.secrets),
  )
  return edited.client
}

/** Never the first one, which apps get. */
export const withoutSecrets = (client: Client, secrets: readonly ClientSecret[]): Client => ({
  ...client,
  client_secrets: client.client_secrets.filter(
    ({ value }, index) => index === 0 || !secrets.some((one) => one.value.equals(value)),
  ),
})

interface Found {
  readonly client: Client
  readonly listed: readonly Credential[]
}

/**
 * What cannot be removed now is found again by a later run, and keeps none from being made.
 *
 * @returns what is listed without them
 */
export const removeOrphans = async (
  { clock }: Dependencies,
  { graph, app }: OpenGraph,
  { client, listed }: Found,
): Promise<readonly Credential[]> => {
  const removed: Credential[] = []
  for (const one of orphans(client, listed, clock.now())) {
    const { kind } = await graph.remove(app, one.keyId)
    if (kind === 'done') removed.push(one)
  }
  return listed.filter((one) => !removed.includes(one))
}
