// A tick without token-refresher: the same calls in the same order, every answer believed, no failure provided for.

import { randomUUID } from 'node:crypto'
import pLimit from 'p-limit'
import { tags } from '../../lambda/contract.ts'
import { clientId, prefix } from '../stand-in/world.ts'

export interface Page {
  readonly SecretList?: readonly { readonly Name?: string | undefined }[] | undefined
  readonly NextToken?: string | undefined
}

export interface Values {
  readonly SecretValues?:
    | readonly { readonly Name?: string | undefined; readonly SecretString?: string | undefined }[]
    | undefined
}

/** The calls of Secrets Manager that a refresh takes. */
export interface Store {
  list(prefix: string, token: string | undefined): Promise<Page>
  batch(names: readonly string[]): Promise<Values>
  put(name: string, versionId: string, text: string): Promise<unknown>
  tag(name: string, tags: Readonly<Record<string, string>>): Promise<unknown>
}

export interface Redeeming {
  readonly client_id: string
  readonly client_secret: string
  readonly token_endpoint: string
  readonly refresh_token: string
  readonly scope: string
}

export interface Redeemed {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
  readonly scope: string
}

/** One request to the token endpoint. */
export type Redeem = (request: Redeeming) => Promise<Redeemed>

/** As many at once as token-refresher. */
const atOnce = 64

export const tickByHand = (store: Store, redeem: Redeem) => async (): Promise<void> => {
  await listAll(store, 'clients')
  const grants = await listAll(store, 'grants')
  const limit = pLimit(atOnce)
  await Promise.all(grants.map((grant) => limit(() => refresh(store, redeem, grant))))
}

export const listAll = async (store: Store, room: string): Promise<string[]> => {
  const names: string[] = []
  let token: string | undefined
  do {
    const page = await store.list(`${prefix}/${room}/`, token)
    for (const { Name = '' } of page.SecretList ?? []) names.push(Name)
    token = page.NextToken
  } while (token !== undefined)
  return names
}

const refresh = async (store: Store, redeem: Redeem, grantName: string): Promise<void> => {
  const name = grantName.slice(`${prefix}/grants/`.length)
  const published = `${prefix}/connections/${name}`
  const { SecretValues = [] } = await store.batch([grantName, published, `${prefix}/clients/${clientId}`])
  const [grant, , client] = SecretValues.map(({ SecretString = '{}' }) => JSON.parse(SecretString))
  const answer = await redeem({
    client_id: client.client_id,
    client_secret: client.client_secrets[0].value,
    token_endpoint: client.token_endpoint,
    refresh_token: grant.refresh_token,
    scope: grant.scope,
  })
  const { access_token, refresh_token, expires_in } = answer
  const generation = grant.generation + 1
  const times = {
    refreshed_at: new Date(),
    expires_at: new Date(Date.now() + expires_in * 1000),
    refresh_by: new Date(Date.now() + 90 * 86_400_000),
  }
  const kept = { ...grant, ...times, generation, access_token, refresh_token, granted_scope: answer.scope }
  await store.put(grantName, randomUUID(), JSON.stringify(kept))
  const shown = { schema: 1, access_token, token_type: 'Bearer', scope: answer.scope, ...times, generation }
  await store.put(published, randomUUID(), JSON.stringify(shown))
  await store.tag(grantName, {
    [tags.connection]: name,
    [tags.status]: 'healthy',
    [tags.client]: client.client_id,
    [tags.mode]: 'fresh',
    [tags.refreshed]: times.refreshed_at.toISOString(),
    [tags.expires]: times.expires_at.toISOString(),
    [tags.refreshBy]: times.refresh_by.toISOString(),
    [tags.due]: times.expires_at.toISOString(),
    [tags.seal]: randomUUID().slice(0, 16),
  })
}
