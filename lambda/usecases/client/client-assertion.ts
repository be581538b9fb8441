// The client assertion of a client that has a federated credential in place of a client secret (RFC 7523 section 2.2).

import { ownFailure } from '../../core/failures/failure-table.ts'
import { federationAudience } from '../../core/login/authority.ts'
import type { Client } from '../../core/secrets/client.ts'
import type { Dependencies, WebIdentityToken } from '../../ports.ts'

export const isFederated = ({
  token_endpoint_auth_method: method,
}: Pick<Client, 'token_endpoint_auth_method'>): boolean => method === 'aws_web_identity'

/** @returns undefined: the client authenticates in another way */
export const clientAssertion = async (
  { webIdentity }: Pick<Dependencies, 'webIdentity'>,
  client: Client,
  fresh = false,
): Promise<WebIdentityToken | undefined> => {
  if (!isFederated(client)) return undefined
  const audience = federationAudience(client.token_endpoint)
  // A person has edited the record. A token for Microsoft is sent to no other provider.
  if (audience === undefined) return { kind: 'failed', failure: ownFailure('token_endpoint_not_valid') }
  return webIdentity?.token(audience, fresh) ?? { kind: 'failed', failure: ownFailure('web_identity_off') }
}
