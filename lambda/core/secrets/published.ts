// The published secret: what apps read in `<prefix>/connections/<connection>`. The public contract.

import * as v from 'valibot'
import type { PublishedKey } from '../../contract.ts'
import type { Client } from './client.ts'
import { count, type Decoded, decodeJson } from './decode.ts'
import type { Grant } from './grant.ts'
import { Redacted } from './redacted.ts'

/** A published secret as it is stored: only its generation is checked. */
export type StoredPublished = Readonly<Partial<Record<PublishedKey, unknown>>> & { readonly generation: number }

/** The values of a published secret. They are secret, so they are not passed on beyond the comparison with what is stored. */
export type PublishedValues = Readonly<Partial<Record<PublishedKey, string | number>>>

export const decodePublished = (text: Redacted): Decoded<StoredPublished> =>
  decodeJson(v.looseObject({ generation: count }), text, 'the published secret')

/** The generation that apps see. */
export const decodePublishedGeneration = (text: Redacted): Decoded<number> => {
  const decoded = decodeJson(v.object({ generation: count }), text, 'the published secret')
  return decoded.ok ? { ok: true, value: decoded.value.generation } : decoded
}

export const publishedValues = (grant: Grant, client: Client): PublishedValues => {
  const accessToken = {
    schema: 1,
    access_token: grant.access_token.reveal(),
    token_type: grant.token_type,
    scope: grant.granted_scope ?? grant.scope,
    expires_at: grant.expires_at.toISOString(),
    refreshed_at: grant.refreshed_at.toISOString(),
    generation: grant.generation,
  }
  if (grant.publish === 'access_token') return accessToken
  const clientSecret = client.client_secrets[0]?.value.reveal()
  return {
    ...accessToken,
    client_id: client.client_id,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
    refresh_token: grant.refresh_token.reveal(),
    refresh_by: grant.refresh_by.toISOString(),
  }
}

export const encodePublishedValues = (values: PublishedValues): Redacted => new Redacted(JSON.stringify(values))

export const encodePublished = (grant: Grant, client: Client): Redacted =>
  encodePublishedValues(publishedValues(grant, client))
