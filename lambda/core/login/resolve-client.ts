// The client that a login names: the known one, a new one, or the known one with another client secret.

import { type Client, sendsClientSecret, withClientSecret } from '../secrets/client.ts'
import type { Decoded } from '../secrets/decode.ts'
import { statedProvider } from '../secrets/provider.ts'
import { entraTokenEndpoint, federationAudience, isMicrosoft, passwordTenantProblem, providerOf } from './authority.ts'
import type { Login } from './login.ts'

export const resolveClient = (login: Login, known: Client | undefined): Decoded<Client> => {
  const resolved = known === undefined ? newClient(login) : knownClient(login, known)
  if (!resolved.ok) return resolved
  const { token_endpoint_auth_method: method, token_endpoint: endpoint } = resolved.value
  if (method !== 'aws_web_identity' || federationAudience(endpoint) !== undefined) return resolved
  const problem =
    'the login: "token_endpoint_auth_method" "aws_web_identity" works with the global cloud of Microsoft only'
  return { ok: false, problem }
}

const knownClient = (login: Login, known: Client): Decoded<Client> => {
  if (login.token_endpoint !== undefined && login.token_endpoint !== known.token_endpoint) {
    return {
      ok: false,
      problem:
        `the login: its token endpoint ${login.token_endpoint} is not the one known for client ${known.client_id}, ` +
        `${known.token_endpoint}, which its other connections use: leave the endpoint out, or change it in the stored client`,
    }
  }
  if (login.token_endpoint === undefined && !isMicrosoft(known.token_endpoint)) {
    return {
      ok: false,
      problem:
        `the login: "token_endpoint" is missing, and client ${known.client_id} is stored with ${known.token_endpoint}: ` +
        'name it, so that nothing is sent to an endpoint that the login does not know of',
    }
  }
  const tenant = login.grant.grant_type === 'password' ? passwordTenantProblem(known.token_endpoint) : undefined
  if (tenant !== undefined) {
    return { ok: false, problem: `the login: the tenant that client ${known.client_id} is stored with ${tenant}` }
  }
  const client = withChoices(known, login)
  if (login.client_secret === undefined) {
    const complete = !sendsClientSecret(client) || client.client_secrets.length > 0
    if (complete) return { ok: true, value: client }
    return { ok: false, problem: 'the login: "client_secret" is missing, and this client is stored without one' }
  }
  return { ok: true, value: withClientSecret(client, secretOf(login, login.client_secret)) }
}

const newClient = (login: Login): Decoded<Client> => {
  const method = login.token_endpoint_auth_method ?? 'client_secret_post'
  if (sendsClientSecret({ token_endpoint_auth_method: method }) && login.client_secret === undefined) {
    return { ok: false, problem: 'the login: "client_secret" is missing, and this client is not known yet' }
  }
  const endpoint = login.token_endpoint ?? entraTokenEndpoint('organizations', 'global')
  const client: Client = {
    client_id: login.client_id,
    token_endpoint: endpoint,
    token_endpoint_auth_method: method,
    client_secrets: login.client_secret === undefined ? [] : [secretOf(login, login.client_secret)],
    provider: providerOf(endpoint),
  }
  return { ok: true, value: withChoices(client, login) }
}

const secretOf = (login: Login, value: NonNullable<Login['client_secret']>): Client['client_secrets'][number] =>
  login.client_secret_expires_at === undefined ? { value } : { value, expires_at: login.client_secret_expires_at }

/** Fields of the login about the client apply to a known client too. */
const withChoices = (client: Client, login: Login): Client => ({
  ...client,
  token_endpoint_auth_method: login.token_endpoint_auth_method ?? methodFor(client, login),
  provider: statedProvider(client.provider, login),
})

/** A public client that gets a secret is no longer public. */
const methodFor = ({ token_endpoint_auth_method: method }: Client, { client_secret }: Login) =>
  method === 'none' && client_secret !== undefined ? 'client_secret_post' : method
