// What goes wrong in the year: each incident at its day, and what an operator does about it.

import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { secretName } from '../../lambda/contract.ts'
import { refreshHandler } from '../../lambda/handlers.ts'
import type { SecretStore } from '../../lambda/ports.ts'
import type { TimelineEntry } from './report.ts'
import { clientSecretDays, day, hour, minute, type World } from './world.ts'

export interface Step extends Pick<TimelineEntry, 'kind' | 'text'> {
  /** Milliseconds after the start. */
  readonly at: number
  readonly run: (world: World) => Promise<unknown>
  /** From here on: why the provider does not grant. `null`: it grants again, and all must be well after two ticks. */
  readonly excuse?: string | null
}

/** Stands for a process that died between the provider's answer and the store: it neither answers nor throws. */
const crashBeforeStore = (store: SecretStore) => {
  const { promise: died, resolve } = Promise.withResolvers<'died'>()
  const put = (): Promise<never> => {
    resolve('died')
    return new Promise(() => {})
  }
  const crashing: SecretStore = { ...store, put }
  return { died, crashing }
}

/** Lifetime of the client secrets that renew themselves, so that the rest of the year shows several. */
const renewedDays = 60

export const mainConnection = 'sales-mailbox'
export const keptAlive = 'app-connect'

export const incidents: readonly Step[] = [
  {
    at: 30 * day + 10 * hour,
    excuse: 'throttled',
    kind: 'trouble',
    text: 'the provider throttles: 429, Retry-After 300',
    run: async ({ faults }) => {
      const answer = {
        status: 429,
        headers: { 'retry-after': '300', 'content-type': 'text/plain' },
        body: 'Too Many Requests',
      }
      faults.entra = () => ({ kind: 'answer', answer })
    },
  },
  {
    at: 30 * day + 11 * hour + 30 * minute,
    excuse: null,
    kind: 'good',
    text: 'the provider throttles no longer',
    run: async ({ faults }) => {
      faults.entra = undefined
    },
  },
  {
    at: 61 * day + 9 * hour,
    kind: 'trouble',
    text: 'the refresher dies between redeeming and storing: the new token is gone',
    run: async ({ dependencies }) => {
      const { died, crashing } = crashBeforeStore(dependencies.store)
      const refresh = refreshHandler({ ...dependencies, store: crashing })
      const event = { connections: [mainConnection], force: true }
      const running = refresh(event, { getRemainingTimeInMillis: () => Number.MAX_SAFE_INTEGER })
      if ((await Promise.race([died, running])) !== 'died') throw new Error('the crash did not happen')
    },
  },
  {
    at: 61 * day + 9 * hour + minute,
    kind: 'good',
    text: 'the next run redeems the stored token again: nothing is lost',
    run: async ({ refresh }) => {
      const { refreshed } = await refresh({ connections: [mainConnection], force: true })
      if (refreshed !== 1) throw new Error('the stored token was not redeemed again')
    },
  },
  {
    at: 120 * day + 8 * hour,
    excuse: 'outage',
    kind: 'trouble',
    text: 'the provider is down: connections refused',
    run: async ({ servers }) => {
      await servers.entra.refuseConnections()
    },
  },
  {
    at: 120 * day + 14 * hour,
    excuse: null,
    kind: 'good',
    text: 'the provider is back after 6 hours',
    run: async ({ servers }) => {
      await servers.entra.acceptConnections()
    },
  },
  {
    at: clientSecretDays * day,
    excuse: 'client',
    kind: 'trouble',
    text: 'the client secret has expired',
    run: async () => {},
  },
  {
    at: clientSecretDays * day + 5 * hour,
    excuse: null,
    kind: 'good',
    text: 'an operator stores a new client secret beside the old one; the next tick finds it',
    run: async (world) => {
      await addClientSecret(world)
    },
  },
  {
    at: 240 * day + 9 * hour,
    kind: 'note',
    text: 'an operator has the client secret renew itself, in time for the next expiry',
    run: async ({ entra, login, tenant, manageRenewal }) => {
      entra.updateClient(login.client_id, { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] })
      const answer = await manageRenewal({ client: login.client_id, renewal: 'start', tenant, days: renewedDays })
      if ('refused' in answer) throw new Error(`the renewal was refused: ${answer.refused.code}`)
    },
  },
  {
    at: 290 * day + 16 * hour,
    excuse: 'revoked',
    kind: 'trouble',
    text: 'an administrator revokes the sessions of the mailbox user',
    run: async ({ entra, userName }) => {
      entra.revokeSessions(userName)
    },
  },
  {
    at: 290 * day + 18 * hour,
    excuse: null,
    kind: 'good',
    text: `the owner of the mailbox opens the link of the mail and signs in, and one that the operator has made for ${keptAlive}`,
    run: async ({ openLink, mailedLink, makeLink }) => {
      await openLink(mailedLink(mainConnection))
      const { link } = await makeLink({ connection: keptAlive, link: { days: 3, by: 'the operator' } })
      await openLink(link)
    },
  },
]

/** As an operator does: a new secret in the app registration, added to the client's list. */
const addClientSecret = async ({ entra, aws, login, dependencies, newest }: World): Promise<void> => {
  const { value } = entra.addClientSecret(login.client_id)
  newest.clientSecret = value
  const SecretId = secretName(dependencies.settings.prefix, 'clients', login.client_id)
  const stored = await aws.send(new GetSecretValueCommand({ SecretId }))
  const client = JSON.parse(stored.SecretString ?? '')
  client.client_secrets.unshift({ value })
  await aws.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(client) }))
}
