// The published secret: what apps read in `<prefix>/connections/<connection>`. The public contract.

import * as v from 'valibot'
import type { Client } from './client.ts'
import { count, type Decoded, decodeJson } from './decode.ts'
import type { Grant } from './grant.ts'
import { Redacted } from './redacted.ts'

/** The only field that this project reads back: the generation that apps see. */
export const decodePublishedGeneration = (text: Redacted): Decoded<number> => {
  const decoded = decodeJson(v.object({ generation: count }), text, 'the published secret')
  return decoded.ok ? { ok: true, value: decoded.value.generation } : decoded
}

export const encodePublished = (grant: Grant, client: Client): Redacted => {
  const accessToken = {
    schema: 1,
    access_token: grant.access_token.reveal(),
    token_type: grant.token_type,
    scope: grant.granted_scope ?? grant.scope,
    expires_at: grant.expires_at,
    refreshed_at: grant.refreshed_at,
    generation: grant.generation,
  }
  if (grant.publish === 'access_token') return new Redacted(JSON.stringify(accessToken))
  return new Redacted(
    JSON.stringify({
      ...accessToken,
      client_id: client.client_id,
      client_secret: client.client_secrets[0]?.value.reveal(),
      refresh_token: grant.refresh_token.reveal(),
      refresh_by: grant.refresh_by,
    }),
  )
}
