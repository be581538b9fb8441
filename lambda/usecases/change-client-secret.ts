// Another client secret for a known client: stored beside the old ones, tried, and only then are the old ones retired.

import type { ClientSecretAnswer, ClientSecretEvent } from '../contract.ts'
import type { Failure } from '../core/failures/failure.ts'
import { remedyFor } from '../core/failures/failure-table.ts'
import { decodeNewClientSecret } from '../core/login/new-client-secret.ts'
import {
  type Client,
  type ClientSecret,
  clientSecretExpiry,
  encodeClient,
  isFederated,
  withClientSecret,
} from '../core/secrets/client.ts'
import { fitsSecret } from '../core/secrets/secret-size.ts'
import type { Dependencies, Invocation } from '../ports.ts'
import { editClient, readClient } from './client/edit-client.ts'
import { tryClient } from './client/try-client.ts'
import { BootstrapRefused, refuse, refuseOtherHosts } from './login/bootstrap-refused.ts'
import { readLogin } from './login/read-login.ts'

/**
 * The login is deleted when the client secret is stored or refused. A crash leaves both client secrets: the refresher continues
 * with the one that is accepted. Two runs at once never leave the client without an accepted secret.
 *
 * @throws BootstrapRefused when the provider refuses the new client secret, which is then removed, or when it
 * could not be tried, and both are kept; StoreFailure when the store failed
 */
export const changeClientSecret = async (
  dependencies: Dependencies,
  event: ClientSecretEvent,
  invocation: Invocation,
): Promise<ClientSecretAnswer> => {
  const { store } = dependencies
  const { client: clientId, connection } = event
  const { id: login, version: handedOver } = await readLogin(dependencies, event.login)
  const decoded = decodeNewClientSecret(handedOver.text, clientId)
  const { secret: offered, tokenEndpoint } = decoded.ok ? decoded.value : refuse('login_not_valid', decoded.problem)
  const { client: before } = await readClient(dependencies, clientId)
  refuseOtherHosts(before, dependencies.settings)
  if (tokenEndpoint !== undefined && tokenEndpoint !== before.token_endpoint) {
    refuse('login_not_valid', `the login: its token endpoint is not the one known for client ${clientId}`)
  }
  if (before.token_endpoint_auth_method === 'none') refuse('login_not_valid', 'This client is public: it has no secret')
  if (!fitsSecret(encodeClient(beside(before, offered)))) refuse('secret_too_large')
  const stored = await editClient(dependencies, clientId, (client) => beside(client, offered))
  await store.erase(login)
  if (connection === undefined) return answerOf(stored.client, { tried: 'untried', retired: 0 })
  const refusedTrial = (failure: Failure, detail: string) =>
    new BootstrapRefused({ ...failure, remedy: remedyFor(failure, { connection, client: clientId }) }, detail)
  const as = { ...sendingSecret(stored.client), client_secrets: [offered] }
  const tried = await tryClient(dependencies, { connection, stored, as, invocation })
  if (tried.kind === 'refused') {
    const known = before.client_secrets.some(({ value }) => value.equals(offered.value))
    if (!known) await editClient(dependencies, clientId, (client) => withoutSome(client, [offered]))
    throw refusedTrial(tried.failure, 'The client secret was not changed')
  }
  if (tried.kind === 'not-judged') throw refusedTrial(tried.failure, `${bothKept} with ${connection}`)
  const old = before.client_secrets.filter(({ value }) => !value.equals(offered.value))
  let retired = 0
  const { client } = await editClient(dependencies, clientId, (now) => {
    const kept = sendingSecret(retire(now, old, offered))
    retired = Math.max(0, now.client_secrets.length - kept.client_secrets.length)
    return kept
  })
  return answerOf(client, { tried: 'accepted', retired })
}

/**
 * Removes the old client secrets and keeps the accepted one. If that is missing, another run has retired it as an old
 * one, and may have stored its own: then nothing is removed, and the accepted one is stored again.
 */
const retire = (now: Client, old: readonly ClientSecret[], accepted: ClientSecret): Client =>
  now.client_secrets.some(({ value }) => value.equals(accepted.value)) ? without(now, old) : beside(now, accepted)

const bothKept =
  'The new client secret is stored beside the old, and the refresher uses the one that the provider accepts; it could not be tried'

/** An accepted client secret takes the place of a federated credential. */
const sendingSecret = (client: Client): Client =>
  isFederated(client) ? { ...client, token_endpoint_auth_method: 'client_secret_post' } : client

/** At the end of the list: the old ones are tried first until the new one is known to be valid. */
const beside = (client: Client, offered: ClientSecret): Client => ({
  ...client,
  client_secrets: [...without(client, [offered]).client_secrets, knowing(client, offered)],
})

/** With what is known of it, if it is stored already. */
const knowing = (client: Client, offered: ClientSecret): ClientSecret =>
  withClientSecret(client, offered).client_secrets[0] ?? offered

const without = (client: Client, secrets: readonly ClientSecret[]): Client => ({
  ...client,
  client_secrets: client.client_secrets.filter(({ value }) => !secrets.some((one) => one.value.equals(value))),
})

/** Like `without`, but never all of them: a record without a client secret does not decode. */
const withoutSome = (client: Client, secrets: readonly ClientSecret[]): Client => {
  const left = without(client, secrets)
  return left.client_secrets.length === 0 && !isFederated(client) ? client : left
}

const answerOf = (client: Client, what: Pick<ClientSecretAnswer, 'tried' | 'retired'>): ClientSecretAnswer => {
  const expires = clientSecretExpiry(client)
  return {
    client: client.client_id,
    ...what,
    client_secrets: client.client_secrets.length,
    ...(expires !== undefined && { client_secret_expires_at: expires.toISOString() }),
  }
}
