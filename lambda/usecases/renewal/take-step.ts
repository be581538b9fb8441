// The next step of a client whose secret renews itself: make one, try it, delete expired ones. At most one step in a run.

import type { RenewalAnswer } from '../../contract.ts'
import { mayBeAboutClientSecret } from '../../core/failures/failure-table.ts'
import { nextStep, type RenewalStep } from '../../core/renewal/plan.ts'
import { type Client, type ClientSecret, type Renewal, withClientSecret } from '../../core/secrets/client.ts'
import type { Dependencies, Invocation } from '../../ports.ts'
import { editClient, type StoredClient } from '../client/edit-client.ts'
import { BootstrapRefused, refuse } from '../login/bootstrap-refused.ts'
import { deleteExpired, withoutSecrets } from './delete-client-secrets.ts'
import { makeClientSecret } from './make-client-secret.ts'
import { openGraph, requireValue, trySecret } from './open-graph.ts'

export interface StepTaken {
  readonly done: RenewalAnswer['done']
  readonly client: Client
}

/** @throws BootstrapRefused when the provider refuses, or the setting is off; StoreFailure */
export const takeStep = async (
  dependencies: Dependencies,
  stored: StoredClient,
  invocation: Invocation,
): Promise<StepTaken> => {
  const { client } = stored
  const { secret_renewal: renewal } = client
  const step = nextStep(client, dependencies.clock.now())
  if (renewal === undefined || step.kind === 'wait') return { done: 'nothing', client }
  if (dependencies.graph === undefined) return refuse('renewal_off')
  switch (step.kind) {
    case 'make':
      return makeClientSecret(dependencies, { stored, renewal, invocation })
    case 'try':
      return tryStored(dependencies, stored, { ...step, renewal, invocation })
    case 'delete':
      return { done: 'nothing', client: await deleteOrLog(dependencies, client, renewal) }
  }
}

/** An expired client secret that stays harms no one, so a refusal is no reason to notify people: the next renewal will be refused too. */
const deleteOrLog = async (dependencies: Dependencies, client: Client, renewal: Renewal): Promise<Client> => {
  try {
    return await deleteExpired(dependencies, client, renewal)
  } catch (error) {
    if (!(error instanceof BootstrapRefused)) throw error
    dependencies.telemetry.renewal({ client: client.client_id, done: 'not deleted', failure: error.failure })
    return client
  }
}

type Trying = Extract<RenewalStep, { kind: 'try' }> & { readonly renewal: Renewal; readonly invocation: Invocation }

const tryStored = async (dependencies: Dependencies, stored: StoredClient, trying: Trying): Promise<StepTaken> => {
  const { client } = stored
  const { secret, hopeless } = trying
  const redemption = await trySecret(dependencies, client, trying)
  if (redemption.kind === 'granted') return { done: 'accepted', client: await accept(dependencies, client, secret) }
  const { failure } = redemption
  if (!mayBeAboutClientSecret(failure)) throw new BootstrapRefused(failure)
  if (!hopeless) return { done: 'waiting', client }
  if (secret.accepted_at !== undefined) return goOnWithout(dependencies, stored, trying)
  await giveUp(dependencies, client, trying)
  return refuse('new_client_secret_not_accepted')
}

/** Puts it first: the next refresh of each connection sends it, and publishes it for apps that read the client secret. */
const accept = async (dependencies: Dependencies, { client_id }: Client, secret: ClientSecret): Promise<Client> => {
  const accepted_at = new Date(dependencies.clock.now())
  const { client } = await editClient(dependencies, client_id, (now) => {
    const known = now.client_secrets.find(({ value }) => value.equals(secret.value))
    return known === undefined ? now : withClientSecret(now, { ...known, accepted_at })
  })
  return client
}

/**
 * It was accepted once, and apps may have it, so nothing is removed at the provider. Where a person has deleted it there, it is forgotten;
 * where not, it does not delay the next one.
 */
const goOnWithout = async (
  dependencies: Dependencies,
  stored: StoredClient,
  { secret, renewal, invocation }: Trying,
): Promise<StepTaken> => {
  const { client } = stored
  const { graph, app } = await openGraph(dependencies, client, renewal)
  const listed = requireValue(await graph.list(app))
  if (secret.key_id !== undefined && !listed.some(({ keyId }) => keyId === secret.key_id)) {
    const edited = await editClient(dependencies, client.client_id, (now) => withoutSecrets(now, [secret]))
    return { done: 'waiting', client: edited.client }
  }
  const { done, client: now } = await makeClientSecret(dependencies, { stored, renewal, invocation, ignored: secret })
  return { done: done === 'made' ? done : 'waiting', client: now }
}

/** Removes it at the provider first: after a crash the record still knows it. */
const giveUp = async (dependencies: Dependencies, client: Client, { secret, renewal }: Trying): Promise<void> => {
  const { graph, app } = await openGraph(dependencies, client, renewal)
  const listed = requireValue(await graph.list(app))
  const keyId = listed.find((one) => one.keyId === secret.key_id)?.keyId
  if (keyId !== undefined) requireValue(await graph.remove(app, keyId))
  await editClient(dependencies, client.client_id, (now) => withoutSecrets(now, [secret]))
}
