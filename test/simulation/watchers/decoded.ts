// What a version holds, as the real code decodes it. A version never changes, so each is decoded once.

import { type Client, decodeClient } from '../../../lambda/core/secrets/client.ts'
import { decodeGrant, type Grant } from '../../../lambda/core/secrets/grant.ts'
import { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import type { Version } from '../world/secrets.ts'

const grants = new WeakMap<Version, Grant | 'unreadable'>()

export const grantIn = (version: Version | undefined): Grant | undefined => {
  if (version === undefined) return undefined
  const known = grants.get(version)
  if (known !== undefined) return known === 'unreadable' ? undefined : known
  const decoded = decodeGrant(new Redacted(version.string ?? ''))
  grants.set(version, decoded.ok ? decoded.value : 'unreadable')
  return decoded.ok ? decoded.value : undefined
}

const clients = new WeakMap<Version, Client | 'unreadable'>()

export const clientIn = (version: Version | undefined): Client | undefined => {
  if (version === undefined) return undefined
  const known = clients.get(version)
  if (known !== undefined) return known === 'unreadable' ? undefined : known
  const decoded = decodeClient(new Redacted(version.string ?? ''))
  clients.set(version, decoded.ok ? decoded.value : 'unreadable')
  return decoded.ok ? decoded.value : undefined
}

export interface Published {
  readonly access_token: string
  readonly generation: number
  readonly expiresAt: number
  /** What App Connect asks for besides. */
  readonly values: { readonly client_id?: unknown; readonly client_secret?: unknown; readonly refresh_token?: unknown }
}

const publications = new WeakMap<Version, Published | 'unreadable'>()

export const publishedIn = (version: Version | undefined): Published | undefined => {
  if (version === undefined) return undefined
  const known = publications.get(version)
  if (known !== undefined) return known === 'unreadable' ? undefined : known
  const decoded = decodePublished(version)
  publications.set(version, decoded ?? 'unreadable')
  return decoded
}

/** As an app decodes it: by the keys of the contract. */
const decodePublished = (version: Version): Published | undefined => {
  let json: Record<string, unknown>
  try {
    json = Object(JSON.parse(version.string ?? ''))
  } catch {
    return undefined
  }
  const { schema, access_token, token_type, generation, expires_at, refreshed_at } = json
  const expiresAt = typeof expires_at === 'string' ? Date.parse(expires_at) : Number.NaN
  const times = !Number.isNaN(expiresAt) && typeof refreshed_at === 'string'
  if (schema !== 1 || token_type !== 'Bearer' || !times) return undefined
  if (typeof access_token !== 'string' || typeof generation !== 'number') return undefined
  const { client_id, client_secret, refresh_token } = json
  return { access_token, generation, expiresAt, values: { client_id, client_secret, refresh_token } }
}
