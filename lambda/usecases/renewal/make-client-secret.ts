// Makes a client secret at Microsoft Graph and stores it beside the others. If it cannot be stored, it is removed again.

import { isLifetimeRefused } from '../../core/failures/failure-table.ts'
import { day, minute } from '../../core/milliseconds.ts'
import { type Credential, withIntent, withoutIntent } from '../../core/renewal/credentials.ts'
import { lifetimesToAsk, nextStep } from '../../core/renewal/plan.ts'
import {
  type Client,
  type ClientSecret,
  encodeClient,
  type Renewal,
  sendsClientSecret,
} from '../../core/secrets/client.ts'
import { Redacted } from '../../core/secrets/redacted.ts'
import { fitsSecret } from '../../core/secrets/secret-size.ts'
import type { Dependencies, Invocation, MadeSecret } from '../../ports.ts'
import { editClient, readClient, type StoredClient } from '../client/edit-client.ts'
import { BootstrapRefused, refuse } from '../login/bootstrap-refused.ts'
import { compareWithGraph } from './compare-with-graph.ts'
import { withoutSecrets } from './delete-client-secrets.ts'
import type { OpenGraph } from './open-graph.ts'

export interface Making {
  readonly stored: StoredClient
  readonly renewal: Renewal
  readonly invocation: Invocation
  /** Whether the renewal is turned on together with the new client secret. @default no */
  readonly start?: boolean
  /** One that the provider does not accept any more, so that it is no reason to make none. @default none */
  readonly ignored?: ClientSecret
}

/** `nothing`: the provider has listed an end that the record did not know, and so none is due; or the renewal was turned off meanwhile. */
export interface Made {
  readonly done: 'made' | 'nothing'
  readonly client: Client
}

/** The provider's clock may be behind ours, and a policy counts from its own. */
const clocksDiffer = 5 * minute

/** One with less left is not stored: there would be a new one in every run. */
const shortestMilliseconds = day

/** No secret is made unless so much time is left to store it. */
const storingMilliseconds = 40_000

/**
 * A crash between making and storing leaves a client secret that is stored nowhere: a later run removes it. A crash after storing
 * leaves one that is not accepted yet: the next run tries it.
 *
 * @throws BootstrapRefused when the provider refuses; StoreFailure when it could not be stored, and then it is removed again
 */
export const makeClientSecret = async (dependencies: Dependencies, making: Making): Promise<Made> => {
  const { renewal, invocation, stored } = making
  const { client_id: clientId } = stored.client
  const { client, listed, ...opened } = await compareWithGraph(dependencies, stored.client, renewal)
  const without = making.ignored === undefined ? client : withoutSecrets(client, [making.ignored])
  if (!making.start && nextStep(without, dependencies.clock.now()).kind !== 'make') return { done: 'nothing', client }
  if (!fitsSecret(encodeClient(beside(client, placeholder(dependencies))))) refuse('secret_too_large')
  if (invocation.remainingMilliseconds() < storingMilliseconds) refuse('out_of_time')
  const displayName = await storeIntent(dependencies, clientId, listed)
  const { made, days } = await add(dependencies, opened, { days: renewal.days, displayName })
  if (made.end.getTime() < dependencies.clock.now() + shortestMilliseconds) {
    await takeBack(dependencies, opened, made.keyId)
    refuse('unusable_answer')
  }
  const settings = { ...renewal, longest_days: days < renewal.days ? days : undefined }
  try {
    const edited = await editClient(dependencies, clientId, (now) => {
      const before = making.start ? settings : now.secret_renewal
      if (before === undefined || !sendsClientSecret(now)) return now
      const stored = withoutIntent(beside(now, made, dependencies.clock.now()), displayName)
      return { ...stored, secret_renewal: { ...before, ...settings } }
    })
    if (hasSecret(edited.client, made.keyId)) return { done: 'made', client: edited.client }
    // Meanwhile the renewal was turned off, or all client secrets were retired.
    await takeBack(dependencies, opened, made.keyId)
    return { done: 'nothing', client: edited.client }
  } catch (error) {
    if (!(await isStored(dependencies, clientId, made.keyId))) await takeBack(dependencies, opened, made.keyId)
    throw error
  }
}

/** @returns the display name of the client secret that is made next */
const storeIntent = async (
  dependencies: Dependencies,
  clientId: string,
  listed: readonly Credential[],
): Promise<string> => {
  const intent = { id: dependencies.random.uuid(), now: dependencies.clock.now() }
  const { client } = await editClient(dependencies, clientId, (now) => withIntent(now, listed, intent))
  return client.making?.at(-1)?.display_name ?? refuse('out_of_time')
}

/** Last in the list: the others are sent, and published, until it was accepted. */
const beside = (client: Client, { value, keyId, end }: MadeSecret, now = 0): Client => ({
  ...client,
  client_secrets: [...client.client_secrets, { value, key_id: keyId, expires_at: end, made_at: new Date(now) }],
})

/** As long as a client secret of Microsoft can be. */
const placeholder = ({ random, clock }: Dependencies): MadeSecret => ({
  value: new Redacted('-'.repeat(256)),
  keyId: random.uuid(),
  end: new Date(clock.now()),
})

/** Asks for a shorter lifetime if the tenant's policy forbids the longer one. */
const add = async (
  { clock }: Dependencies,
  { graph, app }: OpenGraph,
  { days, displayName }: { readonly days: number; readonly displayName: string },
): Promise<{ readonly made: MadeSecret; readonly days: number }> => {
  const lifetimes = lifetimesToAsk(days)
  for (const [index, lifetime] of lifetimes.entries()) {
    const end = new Date(clock.now() + lifetime * day - clocksDiffer)
    const answer = await graph.add(app, { displayName, end })
    if (answer.kind === 'done') return { made: answer.value, days: lifetime }
    const { failure } = answer
    if (index === lifetimes.length - 1 || !isLifetimeRefused(failure.code)) throw new BootstrapRefused(failure)
  }
  return refuse('out_of_time')
}

const mostTries = 4

/**
 * Soon after it was made some servers do not know it yet, or refuse another change (see graph-errors.ts), so this is repeated. What stays
 * is an orphan, which a later run removes.
 */
const takeBack = async ({ clock }: Dependencies, { graph, app }: OpenGraph, keyId: string): Promise<void> => {
  for (let tries = 1; tries <= mostTries; tries++) {
    const answer = await graph.remove(app, keyId)
    if (answer.kind === 'done' && answer.value === 'removed') return
    if (tries < mostTries) await clock.wait(1_000 * 2 ** tries)
  }
}

const hasSecret = ({ client_secrets: secrets }: Client, keyId: string): boolean =>
  secrets.some(({ key_id }) => key_id === keyId)

/** A write that failed may have been done. If the record cannot be read either, the secret stays: the next run sees what is stored. */
const isStored = async (dependencies: Dependencies, clientId: string, keyId: string): Promise<boolean> => {
  try {
    const { client } = await readClient(dependencies, clientId)
    return hasSecret(client, keyId)
  } catch {
    return true
  }
}
