// A client in the tags of its secret: what an operator may see of it without reading it.

import { tags } from '../../contract.ts'
import { type Client, clientSecretExpiry } from '../secrets/client.ts'
import type { Tags } from './status.ts'
import { tagValue } from './tag-value.ts'

/** @param scope what the newest bootstrap asked for; undefined: the tag stays as it is */
export const clientTags = (client: Client, scope?: string): Tags => ({
  // An empty value takes the place of an expiry that is no longer known.
  [tags.clientSecretExpires]: clientSecretExpiry(client)?.toISOString() ?? '',
  [tags.clientSecrets]: tagValue(client.client_secrets.map(expiryOf).join(' ')),
  [tags.tokenEndpoint]: tagValue(client.token_endpoint),
  [tags.authMethod]: client.token_endpoint_auth_method,
  ...(scope !== undefined && { [tags.scope]: tagValue(scope) }),
})

/**
 * Which tags do not say what the record holds, since a person has edited it by hand, or a writer died before it tagged.
 *
 * @param listed the tags as they are
 * @returns the tags to write; undefined: all are right
 */
export const staleClientTags = (client: Client, listed: Tags): Tags | undefined => {
  const stale = Object.entries(clientTags(client)).filter(([key, value]) => (listed[key] ?? '') !== value)
  return stale.length === 0 ? undefined : Object.fromEntries(stale)
}

const expiryOf = ({ expires_at }: Client['client_secrets'][number]): string => expires_at?.toISOString() ?? 'unknown'
