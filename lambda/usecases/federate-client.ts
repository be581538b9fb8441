// Client authentication by a federated credential: described, tried, and only then made the client's way (RFC 7523).

import type { ClientRefusal, FederationAnswer, FederationEvent } from '../contract.ts'
import { remedyFor } from '../core/failures/failure-table.ts'
import { type Client, isFederated } from '../core/secrets/client.ts'
import { readWebIdentity, type WebIdentityClaims } from '../core/secrets/web-identity.ts'
import { federationTags } from '../core/tags/client-tags.ts'
import type { Dependencies, Invocation } from '../ports.ts'
import { webIdentityFor } from './client/client-assertion.ts'
import { editClient, readClient } from './client/edit-client.ts'
import { tryClient } from './client/try-client.ts'
import { BootstrapRefused, refuse, refuseOtherHosts } from './login/bootstrap-refused.ts'

/**
 * Each function runs as a role of its own, so each has to be tried. What is refused changes nothing.
 *
 * @throws StoreFailure when the store failed
 */
export const federateClient = async (
  dependencies: Dependencies,
  event: FederationEvent,
  invocation: Invocation,
): Promise<FederationAnswer | ClientRefusal> => {
  try {
    return await federate(dependencies, event, invocation)
  } catch (error) {
    if (!(error instanceof BootstrapRefused)) throw error
    const { failure } = error
    const names = { client: event.client, ...('connection' in event && { connection: event.connection }) }
    const { class: kind, code } = failure
    return { client: event.client, refused: { class: kind, code, remedy: remedyFor(failure, names) } }
  }
}

const federate = async (
  dependencies: Dependencies,
  event: FederationEvent,
  invocation: Invocation,
): Promise<FederationAnswer> => {
  const stored = await readClient(dependencies, event.client)
  const as = federated(stored.client)
  refuseOtherHosts(as, dependencies.settings)
  const claims = await claimsOf(dependencies, as, event.federation === 'describe')
  if (event.federation === 'try' || event.federation === 'move') {
    const tried = await tryClient(dependencies, { connection: event.connection, stored, as, invocation })
    if (tried.kind !== 'accepted') throw new BootstrapRefused(tried.failure)
  }
  const { client_secrets } = (await change(dependencies, event, claims)) ?? stored.client
  return { client: event.client, ...claims, client_secrets: client_secrets.length }
}

/** @param fresh whether STS is asked now, so that the answer shows the account as it is */
const claimsOf = async (dependencies: Dependencies, client: Client, fresh: boolean): Promise<WebIdentityClaims> => {
  const answer = await webIdentityFor(dependencies, client, fresh)
  if (answer.kind === 'failed') throw new BootstrapRefused(answer.failure)
  return readWebIdentity(answer.token) ?? refuse('web_identity_failed')
}

const federated = (client: Client): Client => ({ ...client, token_endpoint_auth_method: 'aws_web_identity' })

/** @returns the client as it is stored now; undefined: it was not changed */
const change = async (
  dependencies: Dependencies,
  { client: clientId, federation }: FederationEvent,
  claims: WebIdentityClaims,
): Promise<Client | undefined> => {
  switch (federation) {
    case 'describe':
    case 'try':
      return undefined
    case 'move':
      return (await editClient(dependencies, clientId, federated, federationTags(claims))).client
    case 'retire': {
      const edit = (client: Client): Client =>
        isFederated(client)
          ? { ...client, client_secrets: [], secret_renewal: undefined }
          : refuse('client_not_federated')
      return (await editClient(dependencies, clientId, edit)).client
    }
  }
}
