// The client assertion of a client that has a federated credential in place of a client secret (RFC 7523 section 2.2).

import { ownFailure } from '../../core/failures/failure-table.ts'
import { federationAudience } from '../../core/login/authority.ts'
import { type Client, isFederated } from '../../core/secrets/client.ts'
import type { Dependencies, WebIdentityToken } from '../../ports.ts'

type Ports = Pick<Dependencies, 'webIdentity'>

/** @returns undefined: the client authenticates in another way */
export const clientAssertion = async (ports: Ports, client: Client, fresh?: boolean) =>
  isFederated(client) ? webIdentityFor(ports, client, fresh) : undefined

/** The token for the client's provider, whether or not the client uses one already. */
export const webIdentityFor = async (
  { webIdentity }: Ports,
  client: Pick<Client, 'token_endpoint'>,
  fresh = false,
): Promise<WebIdentityToken> => {
  const audience = federationAudience(client.token_endpoint)
  // A person has edited the record. A token for Microsoft is sent to no other provider.
  if (audience === undefined) return { kind: 'failed', failure: ownFailure('token_endpoint_not_valid') }
  return webIdentity?.token(audience, fresh) ?? { kind: 'failed', failure: ownFailure('web_identity_off') }
}
