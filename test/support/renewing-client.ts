// A client whose secret renews itself, in the embedded stack: what tests of it do, and what they look at.

import { expect } from 'vitest'
import { day, type Embedded, embedded, hour } from './embedded.ts'
import { withoutNetwork } from './without-network.ts'

export const tenant = 'example.com'

export interface StoredSecret {
  readonly value: string
  readonly key_id?: string
  readonly expires_at?: string
  readonly made_at?: string
  readonly accepted_at?: string
}

/** A connection whose app reads the client secret, of a client whose secret ends in `days`. */
export const ready = async (days = 400, options: Parameters<typeof embedded>[0] = {}): Promise<Embedded> => {
  const e = await embedded({ reach: withoutNetwork, clientSecretRenewal: true, ...options })
  const expiresAt = e.clock.now() + days * day
  const { value } = e.entra.addClientSecret(e.clientId, { expiresAt })
  e.entra.updateClient(e.clientId, { ownsItself: true, appRoles: ['Application.ReadWrite.OwnedBy'] })
  const client = { client_secret: value, client_secret_expires_at: new Date(expiresAt).toISOString() }
  await e.connect('a', { ...client, publish: 'connection_values', mode: 'keep-alive' })
  return e
}

export const started = async (days?: number, options?: Parameters<typeof embedded>[0]): Promise<Embedded> => {
  const e = await ready(days, options)
  expect(await start(e)).toMatchObject({ done: 'made', automatic: true })
  return e
}

export const start = (e: Embedded, more: object = {}) =>
  e.manageRenewal({ client: e.clientId, renewal: 'start', tenant, ...more })

export const graphOf = ({ dependencies: { graph } }: Embedded): NonNullable<typeof graph> => {
  if (graph === undefined) throw new Error('the setting is off')
  return graph
}

export const secretsOf = (e: Embedded): readonly StoredSecret[] =>
  Object(e.current('clients', e.clientId).json.client_secrets)

export const accepts = (e: Embedded, secret: StoredSecret | undefined): boolean =>
  secret !== undefined && e.entra.wouldAcceptClientSecret(e.clientId, secret.value)

export const toldOf = (e: Embedded): readonly string[] =>
  e.eventBus.entries
    .filter(({ detailType }) => detailType.startsWith('Client Secret'))
    .map(({ detailType, detail }) => [detailType, Object(detail).code].filter(Boolean).join(' '))

export const clientTag = (e: Embedded, tag: string): string | undefined =>
  e.secret('clients', e.clientId).tags?.get(`token-refresher:${tag}`)

export const published = (e: Embedded): string => String(e.current('connections', 'a').json.client_secret)

/** Hours on the clock, with the schedule's run at the end of each, and the refresher's once a day. */
export const hours = async (e: Embedded, count: number): Promise<void> => {
  for (let passed = 1; passed <= count; passed++) {
    e.clock.advance(hour)
    await e.renewClientSecrets()
    if (passed % 24 === 0) await e.refresh()
  }
}

/** Days on the clock, with a run of the schedule and one of the refresher at the end of each. */
export const days = async (e: Embedded, count: number): Promise<void> => {
  for (let passed = 0; passed < count; passed++) {
    e.clock.advance(day)
    await e.renewClientSecrets()
    await e.refresh()
  }
}

/** Months on the clock, in which only the refresher runs. */
export const months = async (e: Embedded, count: number): Promise<void> => {
  for (let passed = 0; passed < count; passed++) await e.tickAfter(30 * 24 * 60 + 120)
}

export const policy = (e: Embedded, change: { additionForbidden?: boolean; longestDays?: number }): void => {
  e.entra.updateTenant(e.tenantId, { clientSecretPolicy: { id: 'policy', additionForbidden: false, ...change } })
}
