// The fields of a link: from the stored grant and client, or from the operator's invitation.

import { hostDetail } from '../../core/failures/host-not-allowed.ts'
import { connectionOf, decodeLogin, settleLogin } from '../../core/login/login.ts'
import { resolveClient } from '../../core/login/resolve-client.ts'
import { isAllowedEndpoint } from '../../core/login/token-endpoint-hosts.ts'
import { type Client, clientName, decodeClientOf } from '../../core/secrets/client.ts'
import { decodeGrant, type Grant } from '../../core/secrets/grant.ts'
import { Redacted } from '../../core/secrets/redacted.ts'
import { authorizationEndpointOf, tokenEndpointBeside } from '../../core/sign-in/authorization-endpoint.ts'
import type { Link } from '../../core/sign-in/link.ts'
import { withInvitation } from '../../core/sign-in/login-of-code.ts'
import { readStatus } from '../../core/tags/status.ts'
import { requestedScope } from '../../core/tokens/next-grant.ts'
import type { Dependencies, StoredEntry } from '../../ports.ts'
import { refuse, refuseOtherHosts } from '../login/bootstrap-refused.ts'
import { readLogin } from '../login/read-login.ts'

type About = Omit<Link, 'id' | 'connection' | 'made' | 'expires' | 'by'>

/** The stored values of a connection that a link needs. */
export interface Stored {
  readonly grant: Grant
  readonly client: Client
  readonly entry: StoredEntry
}

/** @throws BootstrapRefused when there is none, or it does not decode */
export const storedConnection = async (dependencies: Dependencies, connection: string): Promise<Stored> => {
  const entry = await dependencies.store.describe({ room: 'grants', name: connection })
  return storedOf(dependencies, entry ?? refuse('connection_not_found'))
}

/** @param entry as a description shows it. @throws BootstrapRefused when its values are not there, or do not decode */
export const storedOf = async (dependencies: Dependencies, entry: StoredEntry): Promise<Stored> => {
  const { store } = dependencies
  const version = (await store.read({ room: 'grants', name: entry.name })) ?? refuse('connection_not_found')
  const decoded = decodeGrant(version.text)
  const grant = decoded.ok ? decoded.value : refuse('grant_not_decodable', decoded.problem)
  const client = (await knownClient(dependencies, grant.client_id)) ?? refuse('client_not_known')
  return { grant, client, entry }
}

/** @throws BootstrapRefused if the authorization endpoint is not known or not allowed */
export const aboutConnection = (dependencies: Dependencies, { grant, client, entry }: Stored): About => {
  const isHealthy = readStatus(entry.tags, entry.currentVersionId).status === 'healthy'
  const asked = askedOf(dependencies, client, grant.scope)
  // More mail programs accept a short address.
  const isBeside = tokenEndpointBeside(asked.authorization_endpoint) === client.token_endpoint
  return {
    ...asked,
    ...(!isBeside && { token_endpoint: client.token_endpoint }),
    ...(grant.account?.username !== undefined && { account: grant.account.username }),
    ...(isHealthy && { replaces: true as const }),
  }
}

export interface Invited {
  readonly connection: string
  /** Name or ARN of the invitation. */
  readonly login: string
}

/** Stands for the code that the sign-in will bring, so that what the operator has handed over is checked as a login is. */
const code = { grant_type: 'authorization_code', code: '-', redirect_uri: '-', code_verifier: '-' }

/** @throws BootstrapRefused as for a login, and when it does not say who is invited */
export const aboutInvitation = async (
  dependencies: Dependencies,
  { connection, login: given }: Invited,
): Promise<About> => {
  const { settings } = dependencies
  const { id, version } = await readLogin(dependencies, given)
  const text = withInvitation(new Redacted(JSON.stringify(code)), version.text)
  const decoded = decodeLogin(text, settings.allowLoopbackHttp)
  const login = decoded.ok ? decoded.value : refuse('login_not_valid', decoded.problem)
  if (connectionOf(login, id.name) !== connection) refuse('login_for_other_connection')
  // A link gives no right but to sign in as one user: an invitation for anyone would publish any mailbox.
  const account = login.expected_username ?? refuse('login_not_valid', 'the login: "expected_username" is missing')
  const resolved = resolveClient(settleLogin(login, undefined), await knownClient(dependencies, login.client_id))
  const client = resolved.ok ? resolved.value : refuse('login_not_valid', resolved.problem)
  return { ...askedOf(dependencies, client, login.scope), account, invitation: id.name }
}

const askedOf = (
  { settings }: Dependencies,
  client: Client,
  scope: string,
): Pick<About, 'client_id' | 'authorization_endpoint' | 'scope'> => {
  refuseOtherHosts(client, settings)
  const endpoint = authorizationEndpointOf(client)
  if (endpoint === undefined) return refuse('link_not_possible', 'The address where people sign in is not known')
  if (!isAllowedEndpoint(endpoint, settings)) return refuse('token_endpoint_host_not_allowed', hostDetail(endpoint))
  const asked = requestedScope(scope, client)
  // Has Entra name the user in an id_token: a link is for one account.
  const named = client.provider.name === 'entra' ? withScopes(asked, ['openid', 'profile']) : asked
  return { client_id: client.client_id, authorization_endpoint: endpoint, scope: named }
}

const withScopes = (scope: string, more: readonly string[]): string =>
  [...new Set([...scope.split(' '), ...more])].filter((one) => one !== '').join(' ')

const knownClient = async ({ store, settings }: Dependencies, clientId: string): Promise<Client | undefined> => {
  const version = await store.read({ room: 'clients', name: clientName(clientId) })
  if (version === undefined) return undefined
  const decoded = decodeClientOf(clientId, version.text, settings.allowLoopbackHttp)
  return decoded.ok ? decoded.value : refuse('client_not_decodable', decoded.problem)
}
