// The tags of a client record: they show an operator the client without its secrets.

import { tags } from '../../contract.ts'
import { renewalDue, renewalTrying } from '../renewal/plan.ts'
import { type Client, clientSecretExpiry } from '../secrets/client.ts'
import type { WebIdentityClaims } from '../secrets/web-identity.ts'
import type { Tags } from './status.ts'
import { tagValue } from './tag-value.ts'

/** @param scope the scope that the newest bootstrap requested; undefined: the tag does not change */
export const clientTags = (client: Client, scope?: string): Tags => ({
  // An empty value replaces an expiry that is no longer known.
  [tags.clientSecretExpires]: clientSecretExpiry(client)?.toISOString() ?? '',
  [tags.clientSecrets]: tagValue(client.client_secrets.map(expiryOf).join(' ')),
  [tags.tokenEndpoint]: tagValue(client.token_endpoint),
  [tags.renewalDue]: renewalDue(client)?.toISOString() ?? '',
  [tags.renewalTrying]: renewalTrying(client)?.toISOString() ?? '',
  [tags.authMethod]: client.token_endpoint_auth_method,
  ...(scope !== undefined && { [tags.scope]: tagValue(scope) }),
})

/** What the federated credentials were found to trust, for people. They see no token. */
export const federationTags = ({ issuer, subject }: Pick<WebIdentityClaims, 'issuer' | 'subject'>): Tags => ({
  [tags.federatedIssuer]: tagValue(issuer),
  [tags.federatedSubject]: tagValue(subject),
})

/**
 * Tags that differ from the record, because a person edited the record, or a writer crashed before it wrote the tags.
 *
 * @param listed the tags as they are
 * @returns the tags to write; undefined: all are correct
 */
export const staleClientTags = (client: Client, listed: Tags): Tags | undefined => {
  const stale = Object.entries(clientTags(client)).filter(([key, value]) => (listed[key] ?? '') !== value)
  return stale.length === 0 ? undefined : Object.fromEntries(stale)
}

const expiryOf = ({ expires_at }: Client['client_secrets'][number]): string => expires_at?.toISOString() ?? 'unknown'
