// Turns the renewal of a client secret on or off, or asks whether it is possible.

import { type ClientRefusal, defaultRenewalDays, type RenewalAnswer, type RenewalEvent, tags } from '../contract.ts'
import { remedyFor } from '../core/failures/failure-table.ts'
import { isOneTenant } from '../core/login/authority.ts'
import { hour } from '../core/milliseconds.ts'
import { tenantOf } from '../core/renewal/graph-address.ts'
import { nextStep, renewalDue } from '../core/renewal/plan.ts'
import { type Client, clientName, isPending, type Renewal } from '../core/secrets/client.ts'
import type { Dependencies, Invocation } from '../ports.ts'
import { editClient, readClient, type StoredClient } from './client/edit-client.ts'
import { BootstrapRefused, refuse } from './login/bootstrap-refused.ts'
import { makeClientSecret } from './renewal/make-client-secret.ts'
import { notifyOfSuccess } from './renewal/notify-people.ts'
import { addressOf, openGraph, requireValue } from './renewal/open-graph.ts'
import { type StepTaken, takeStep } from './renewal/take-step.ts'

/**
 * What is refused turns nothing on, and comes back as an answer.
 *
 * @throws StoreFailure when the store failed
 */
export const manageRenewal = async (
  dependencies: Dependencies,
  event: RenewalEvent,
  invocation: Invocation,
): Promise<RenewalAnswer | ClientRefusal> => {
  const { client: clientId } = event
  try {
    const stored = await readClient(dependencies, clientId)
    const { done, client } = await manage(dependencies, event, { stored, invocation })
    return answerOf(done, client)
  } catch (error) {
    if (!(error instanceof BootstrapRefused)) throw error
    const { class: kind, code } = error.failure
    const remedy = remedyFor(error.failure, { client: clientId })
    const shown = event.renewal === 'start' ? forPerson(remedy, clientId) : remedy
    return { client: clientId, refused: { class: kind, code, remedy: shown } }
  }
}

/** Nothing was turned on, so nothing tries again by itself. */
const forPerson = (remedy: string, clientId: string): string =>
  remedy.startsWith('Nothing to do')
    ? `Wait some minutes, then run token-refresher client renew-secret ${clientId} --automatic again.`
    : remedy

interface Managed {
  readonly stored: StoredClient
  readonly invocation: Invocation
}

const manage = async (
  dependencies: Dependencies,
  event: RenewalEvent,
  { stored, invocation }: Managed,
): Promise<StepTaken> => {
  switch (event.renewal) {
    case 'start':
      return start(dependencies, { stored, invocation }, event)
    case 'stop':
      return { done: 'nothing', client: await stop(dependencies, event.client) }
    case 'check':
      await check(dependencies, stored.client)
      return { done: 'nothing', client: stored.client }
  }
}

type StartEvent = Extract<RenewalEvent, { renewal: 'start' }>

const renewalOf = (event: StartEvent, client: Client): Renewal => {
  const before = client.secret_renewal
  const tenant = event.tenant ?? before?.tenant ?? tenantOf(client.token_endpoint) ?? refuse('renewal_tenant_not_known')
  if (!isOneTenant(tenant)) refuse('renewal_tenant_not_known')
  return { tenant, days: event.days ?? before?.days ?? defaultRenewalDays, longest_days: undefined }
}

/**
 * A client secret that was made and not accepted yet is tried: another one would prove nothing more. Whether the client can do
 * this at all comes before its tenant, which a person is asked for.
 */
const start = async (
  dependencies: Dependencies,
  { stored, invocation }: Managed,
  event: StartEvent,
): Promise<StepTaken> => {
  addressOf(dependencies, stored.client)
  if (dependencies.graph === undefined) refuse('renewal_off')
  const renewal = renewalOf(event, stored.client)
  const { client_id: clientId } = stored.client
  // One that is too new to be tried counts too.
  const step = nextStep({ ...stored.client, secret_renewal: renewal }, dependencies.clock.now() + hour)
  if (step.kind === 'try' && isPending(step.secret)) {
    const wanted = { ...stored, client: { ...stored.client, secret_renewal: renewal } }
    const { done } = await takeStep(dependencies, wanted, invocation)
    const { client } = await editClient(dependencies, clientId, (now) => ({ ...now, secret_renewal: renewal }))
    if (done === 'accepted') await notifyOfSuccess(dependencies, client, true)
    return { done, client }
  }
  const { done, client } = await makeClientSecret(dependencies, { stored, renewal, invocation, start: true })
  if (done === 'nothing') refuse('renewal_not_possible')
  dependencies.telemetry.renewal({ client: clientId, done, failure: undefined })
  return { done, client }
}

const stop = async (dependencies: Dependencies, clientId: string): Promise<Client> => {
  const { client } = await editClient(dependencies, clientId, (now) => ({ ...now, secret_renewal: undefined }))
  await dependencies.store.tag({ room: 'clients', name: clientName(clientId) }, { [tags.renewalFailed]: '' })
  return client
}

const check = async (dependencies: Dependencies, client: Client): Promise<void> => {
  if (dependencies.graph === undefined) refuse('renewal_off')
  if (client.secret_renewal === undefined) return
  const { graph, app } = await openGraph(dependencies, client, client.secret_renewal)
  requireValue(await graph.list(app))
}

const answerOf = (done: RenewalAnswer['done'], client: Client): RenewalAnswer => {
  const { secret_renewal: renewal, client_secrets: secrets } = client
  const expires = secrets[0]?.expires_at
  const due = renewalDue(client)
  return {
    client: client.client_id,
    done,
    automatic: renewal !== undefined,
    ...(renewal !== undefined && { tenant: renewal.tenant, days: renewal.days }),
    ...(renewal?.longest_days !== undefined && { longest_days: renewal.longest_days }),
    client_secrets: secrets.length,
    ...(expires !== undefined && { client_secret_expires_at: expires.toISOString() }),
    ...(due !== undefined && { due_at: due.toISOString() }),
  }
}
