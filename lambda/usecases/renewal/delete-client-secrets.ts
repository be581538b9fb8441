// Deletes client secrets that are not in use: expired ones, and those that a crash has left at the provider.

import { expiredOf, withoutOldIntents } from '../../core/renewal/credentials.ts'
import { nextStep } from '../../core/renewal/plan.ts'
import type { Client, ClientSecret, Renewal } from '../../core/secrets/client.ts'
import type { Dependencies } from '../../ports.ts'
import { editClient } from '../client/edit-client.ts'
import { compareWithGraph } from './compare-with-graph.ts'
import { requireValue } from './open-graph.ts'

/**
 * The ends that the provider lists count. At the provider only those are removed that have expired there.
 *
 * @throws BootstrapRefused when the provider refuses; StoreFailure
 */
export const deleteExpired = async (dependencies: Dependencies, before: Client, renewal: Renewal): Promise<Client> => {
  const { clock } = dependencies
  const { graph, app, client, listed } = await compareWithGraph(dependencies, before, renewal)
  const step = nextStep(client, clock.now())
  if (step.kind !== 'delete') return client
  for (const { keyId } of expiredOf(step.secrets, listed, clock.now())) requireValue(await graph.remove(app, keyId))
  const edited = await editClient(dependencies, client.client_id, (now) =>
    withoutSecrets(withoutOldIntents(now, listed, clock.now()), step.secrets),
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
