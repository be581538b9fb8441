// Turns a login into a connection. The login is used once. It is deleted when the connection holds its tokens, or
// when the provider has refused it.

import { type BootstrapAnswer, type BootstrapEvent, connectionNamePattern, secretName } from '../contract.ts'
import type { RemedyNames } from '../core/failures/failure-table.ts'
import { connectionOf, decodeLogin, type Login, settleLogin } from '../core/login/login.ts'
import { isPending } from '../core/login/login-disposition.ts'
import { resolveClient } from '../core/login/resolve-client.ts'
import { type Client, clientName, decodeClientOf } from '../core/secrets/client.ts'
import { decodeGrant } from '../core/secrets/grant.ts'
import { isVersionOfLogin } from '../core/secrets/version-id.ts'
import { type Dependencies, type Invocation, type SecretId, StoreFailure } from '../ports.ts'
import { BootstrapRefused, refuse, refuseOtherHosts } from './login/bootstrap-refused.ts'
import { finishBootstrap } from './login/finish-bootstrap.ts'
import { TokenKeeper } from './login/keep-token.ts'
import { notStored, refused } from './login/login-refused.ts'
import { isAnother, refuseAccount } from './login/other-account.ts'
import { type ReadLogin, readInvited } from './login/read-login.ts'
import { claimLogin, requestLoginTokens } from './login/request-login-tokens.ts'
import { settle } from './login/settle.ts'
import { storeTokens } from './login/store-connection.ts'
import { readUnlessDeleted } from './secrets/read-deleted.ts'
import type { StoredGrant } from './secrets/store-grant.ts'

/** @throws BootstrapRefused with class, code and remedy; StoreFailure when the store failed */
export const bootstrapConnection = async (
  dependencies: Dependencies,
  event: BootstrapEvent,
  invocation: Invocation,
): Promise<BootstrapAnswer> => {
  const { connection } = event
  try {
    return await readAndBootstrap(dependencies, event, invocation)
  } catch (error) {
    const known = error instanceof BootstrapRefused || error instanceof StoreFailure
    if (known && !isPending(error.failure)) {
      dependencies.telemetry.bootstrapped({ connection, failure: error.failure })
    }
    // A text that cannot be a name is not part of a command to type.
    const names = connectionNamePattern.test(connection) ? { connection } : {}
    throw error instanceof BootstrapRefused ? error.named(names) : error
  }
}

const readAndBootstrap = async (
  dependencies: Dependencies,
  event: BootstrapEvent,
  invocation: Invocation,
): Promise<BootstrapAnswer> => {
  const { settings } = dependencies
  const { connection } = event
  if (!connectionNamePattern.test(connection)) refuse('connection_name_not_valid')
  const {
    id,
    version: stored,
    invitation,
  } = await readInvited(dependencies, event.login ?? secretName(settings.prefix, 'logins', connection))
  const decoded = decodeLogin(stored.text, settings.allowLoopbackHttp)
  const given = decoded.ok ? decoded.value : refuse('login_not_valid', decoded.problem)
  const names = { connection, client: given.client_id }
  return namedRefusal(names, () => bootstrapWith(dependencies, { event, invocation, id, stored, given, invitation }))
}

interface ReadEvent {
  readonly event: BootstrapEvent
  readonly invocation: Invocation
  readonly id: ReadLogin['id']
  readonly stored: ReadLogin['version']
  readonly given: Login
  readonly invitation: SecretId | undefined
}

const bootstrapWith = async (
  dependencies: Dependencies,
  { event: { connection }, invocation, id, stored, given, invitation }: ReadEvent,
): Promise<BootstrapAnswer> => {
  const { clock, settings, random } = dependencies
  if (connectionOf(given, id.name) !== connection) refuse('login_for_other_connection')
  if (given.held_until !== undefined && given.held_until.getTime() > clock.now()) refuse('login_in_use')
  const before = await grantBefore(dependencies, connection)
  const login = settleLogin(given, before?.grant)
  const resolved = resolveClient(login, await knownClient(dependencies, login))
  const client = resolved.ok ? resolved.value : refuse('login_not_valid', resolved.problem)
  refuseOtherHosts(client, settings)
  const askedAt = new Date(clock.now())
  const bootstrap = { connection, invocation, id, stored, login, client, askedAt, invitation }
  if (before !== undefined && isVersionOfLogin(stored.versionId, before.grant.bootstrapped_from ?? '')) {
    return finishBootstrap(dependencies, bootstrap, before)
  }
  await claimLogin(dependencies, bootstrap)
  const { grant, scope } = login
  const keeper = new TokenKeeper(dependencies, { connection, id, stored, grant, invocation })
  const ask = { client, grant, scope, correlationId: random.uuid() }
  const redemption = await requestLoginTokens(dependencies, ask, keeper)
  if (redemption.kind !== 'granted') return refused(dependencies, bootstrap, { keeper, ...redemption })
  const { tokens } = redemption
  const account = before?.grant.account
  if (isAnother(login, account, tokens.account)) {
    return refuseAccount(dependencies, bootstrap, { keeper, signedIn: tokens.account })
  }
  const made = await settle(storeTokens(dependencies, { ...bootstrap, account }, { tokens, keeper }))
  return made.ok
    ? finishBootstrap(dependencies, bootstrap, made.value)
    : notStored(dependencies, bootstrap, { keeper, ...made })
}

/** The remedy of a refusal contains the command for the person who started the bootstrap. */
const namedRefusal = async <T>(names: RemedyNames, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw error instanceof BootstrapRefused ? error.named(names) : error
  }
}

/** A grant that was removed, or that a person has damaged, counts as none. */
const grantBefore = async ({ store }: Dependencies, name: string): Promise<StoredGrant | undefined> => {
  const version = await readUnlessDeleted(store, { room: 'grants', name })
  const decoded = version && decodeGrant(version.text)
  return decoded?.ok ? { grant: decoded.value, versionId: version?.versionId ?? '' } : undefined
}

const knownClient = async ({ store, settings }: Dependencies, login: Login): Promise<Client | undefined> => {
  const version = await store.read({ room: 'clients', name: clientName(login.client_id) })
  if (version === undefined) return undefined
  const decoded = decodeClientOf(login.client_id, version.text, settings.allowLoopbackHttp)
  return decoded.ok ? decoded.value : refuse('client_not_decodable', decoded.problem)
}
