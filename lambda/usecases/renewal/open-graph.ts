// Signs an app in as itself, at its own tenant, so that it may ask Microsoft Graph about its client secrets.

import { atTenant, graphAddress } from '../../core/renewal/graph-address.ts'
import { type Client, type ClientSecret, type Renewal, sendsClientSecret } from '../../core/secrets/client.ts'
import type { Dependencies, Graph, GraphAnswer, GraphApp, Redemption } from '../../ports.ts'
import { requestTokens } from '../connection/request-tokens.ts'
import { BootstrapRefused, refuse, refuseOtherHosts } from '../login/bootstrap-refused.ts'

export interface OpenGraph {
  readonly graph: Graph
  readonly app: GraphApp
}

/** @throws BootstrapRefused when the setting is off, the client is not one of Microsoft, or the provider refuses */
export const openGraph = async (dependencies: Dependencies, client: Client, renewal: Renewal): Promise<OpenGraph> => {
  const graph = dependencies.graph ?? refuse('renewal_off')
  const { origin } = addressOf(dependencies, client)
  const redemption = await signIn(dependencies, client, renewal)
  if (redemption.kind !== 'granted') throw new BootstrapRefused(redemption.failure)
  const { access_token: token } = redemption.tokens
  return { graph, app: { origin, token, clientId: client.client_id, correlationId: dependencies.random.uuid() } }
}

/** Whether the provider accepts this client secret, and no other. */
export const trySecret = (
  dependencies: Dependencies,
  client: Client,
  { secret, renewal }: { readonly secret: ClientSecret; readonly renewal: Renewal },
): Promise<Redemption> => signIn(dependencies, { ...client, client_secrets: [secret] }, renewal)

/** The client credentials grant (RFC 6749 section 4.4). */
const signIn = async (dependencies: Dependencies, client: Client, { tenant }: Renewal): Promise<Redemption> => {
  const { scope } = addressOf(dependencies, client)
  refuseOtherHosts(client, dependencies.settings)
  const { redemption } = await requestTokens(dependencies, {
    client: { ...client, token_endpoint: atTenant(client.token_endpoint, tenant) },
    grant: { grant_type: 'client_credentials' },
    scope,
    correlationId: dependencies.random.uuid(),
  })
  return redemption
}

/** @throws BootstrapRefused when no client secret of this client can renew itself */
export const addressOf = ({ settings }: Dependencies, client: Client) => {
  if (client.provider.name !== 'entra' || !sendsClientSecret(client)) refuse('renewal_not_possible')
  return graphAddress(client.token_endpoint, settings.allowLoopbackHttp) ?? refuse('renewal_not_possible')
}

/** @throws BootstrapRefused */
export const requireValue = <T>(answer: GraphAnswer<T>): T => {
  if (answer.kind === 'failed') throw new BootstrapRefused(answer.failure)
  return answer.value
}
