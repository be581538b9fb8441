// What goes wrong in the year: each incident at its day, and what an operator does about it.

import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { secretName } from '../../lambda/contract.ts'
import { refreshHandler } from '../../lambda/handlers.ts'
import type { SecretStore } from '../../lambda/ports.ts'
import type { TimelineEntry } from './report.ts'
import { clientSecretDays, day, hour, minute, type World } from './world.ts'

export interface Step {
  /** Milliseconds after the start. */
  readonly at: number
  /** @returns what to write on the timeline */
  readonly run: (world: World) => Promise<Omit<TimelineEntry, 'at' | 'day'> | undefined>
  /** From here on: why the provider does not grant; `null`: it grants again, and two ticks later all has to be well. */
  readonly excuse?: string | null
}

/** A tick in which the process dies between the provider's answer and the store. */
class Crash extends Error {}

const crashBeforeStore = (store: SecretStore): SecretStore => ({
  ...store,
  put: async () => {
    throw new Crash('the process died here')
  },
})

export const mainConnection = 'sales-mailbox'
export const keptAlive = 'app-connect'

export const incidents: readonly Step[] = [
  {
    at: 30 * day + 10 * hour,
    excuse: 'throttled',
    run: async ({ faults }) => {
      const answer = { status: 429, headers: { 'retry-after': '300', 'content-type': 'text/plain' }, body: 'Too Many Requests' }
      faults.entra = () => ({ kind: 'answer', answer })
      return { kind: 'trouble', text: 'the provider throttles: 429, Retry-After 300' }
    },
  },
  {
    at: 30 * day + 11 * hour + 30 * minute,
    excuse: null,
    run: async ({ faults }) => {
      faults.entra = undefined
      return { kind: 'good', text: 'the provider throttles no longer' }
    },
  },
  {
    at: 61 * day + 9 * hour,
    run: async ({ dependencies }) => {
      const crashing = refreshHandler({ ...dependencies, store: crashBeforeStore(dependencies.store) })
      const event = { connections: [mainConnection], force: true }
      const died = await crashing(event, { getRemainingTimeInMillis: () => Number.MAX_SAFE_INTEGER }).then(
        () => false,
        (error: unknown) => error instanceof Crash,
      )
      if (!died) throw new Error('the crash did not happen')
      return { kind: 'trouble', text: 'the refresher dies between redeeming and storing: the new token is gone' }
    },
  },
  {
    at: 61 * day + 9 * hour + minute,
    run: async ({ refresh }) => {
      const { refreshed } = await refresh({ connections: [mainConnection], force: true })
      if (refreshed !== 1) throw new Error('the stored token was not redeemed again')
      return { kind: 'good', text: 'the next run redeems the stored token again: nothing is lost' }
    },
  },
  {
    at: 120 * day + 8 * hour,
    excuse: 'outage',
    run: async ({ servers }) => {
      await servers.entra.refuseConnections()
      return { kind: 'trouble', text: 'the provider is down: connections refused' }
    },
  },
  {
    at: 120 * day + 14 * hour,
    excuse: null,
    run: async ({ servers }) => {
      await servers.entra.acceptConnections()
      return { kind: 'good', text: 'the provider is back after 6 hours' }
    },
  },
  {
    at: clientSecretDays * day,
    excuse: 'client',
    run: async () => ({ kind: 'trouble', text: 'the client secret has expired' }),
  },
  {
    at: clientSecretDays * day + 5 * hour,
    excuse: null,
    run: async (world) => {
      await addClientSecret(world)
      await world.refresh({ connections: [mainConnection, keptAlive], force: true })
      return { kind: 'good', text: 'an operator stores a new client secret beside the old one; the refresh tokens survive' }
    },
  },
  {
    at: 290 * day + 16 * hour,
    excuse: 'revoked',
    run: async ({ entra, userName }) => {
      entra.revokeSessions(userName)
      return { kind: 'trouble', text: 'an administrator revokes the sessions of the mailbox user' }
    },
  },
  {
    at: 290 * day + 18 * hour,
    excuse: null,
    run: async ({ connect, login }) => {
      const clientSecret = newestClientSecret ?? login.client_secret?.reveal()
      await connect(mainConnection, { client_secret: clientSecret })
      await connect(keptAlive, { client_secret: clientSecret, mode: 'keep-alive', publish: 'connection_values' })
      return { kind: 'good', text: 'the owner of the mailbox hands over the login again: apps read on from the same secret' }
    },
  },
]

let newestClientSecret: string | undefined

/** As an operator does: a new secret in the app registration, added to the client's list. */
const addClientSecret = async ({ entra, aws, login, dependencies }: World): Promise<void> => {
  const { value } = entra.addClientSecret(login.client_id)
  newestClientSecret = value
  const SecretId = secretName(dependencies.settings.prefix, 'clients', login.client_id)
  const stored = await aws.send(new GetSecretValueCommand({ SecretId }))
  const client = JSON.parse(stored.SecretString ?? '')
  client.client_secrets.unshift({ value })
  await aws.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(client) }))
}
