// Deletes client secrets that nobody uses: expired ones, and those that a crash has left at the provider.

import { type Credential, displayNameFor, expiredOf, orphans, withListed } from '../../core/renewal/credentials.ts'
import { nextStep } from '../../core/renewal/plan.ts'
import type { Client, ClientSecret, Renewal } from '../../core/secrets/client.ts'
import type { Dependencies } from '../../ports.ts'
import { editClient } from '../client/edit-client.ts'
import { type OpenGraph, openGraph, requireValue } from './open-graph.ts'

/**
 * The ends that the provider lists count, and are written to the record first. At the provider only those are removed that have
 * expired there.
 *
 * @throws BootstrapRefused when the provider refuses; StoreFailure
 */
export const deleteExpired = async (dependencies: Dependencies, before: Client, renewal: Renewal): Promise<Client> => {
  const { clock } = dependencies
  const { client_id: clientId } = before
  const opened = await openGraph(dependencies, before, renewal)
  const listed = requireValue(await opened.graph.list(opened.app))
  const { client, version } = await editClient(dependencies, clientId, (now) => withListed(now, listed))
  await removeOrphans(dependencies, opened, { client, listed, arn: version.arn })
  const step = nextStep(client, clock.now())
  if (step.kind !== 'delete') return client
  for (const { keyId } of expiredOf(step.secrets, listed, clock.now())) {
    requireValue(await opened.graph.remove(opened.app, keyId))
  }
  const edited = await editClient(dependencies, clientId, (now) => withoutSecrets(now, step.secrets))
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
  /** ARN of the client's record. */
  readonly arn: string
}

/** What cannot be removed now is found again by a later run, and keeps none from being made. */
export const removeOrphans = async (
  { clock }: Dependencies,
  { graph, app }: OpenGraph,
  { client, listed, arn }: Found,
): Promise<void> => {
  const left = orphans(client, listed, { displayName: displayNameFor(arn), now: clock.now() })
  for (const { keyId } of left) await graph.remove(app, keyId)
}
