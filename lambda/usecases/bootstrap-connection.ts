// Bootstrapping: a login becomes a connection. The login is used once, and is gone after the provider's first answer.

import {
  type BootstrapAnswer,
  type BootstrapEvent,
  connectionNamePattern,
  shortestFreshLifetimeMinutes,
} from '../contract.ts'
import { afterLogin, isPending, isPolled } from '../core/after-login.ts'
import { type Client, clientName, decodeClient, encodeClient } from '../core/client.ts'
import { clientOfLogin } from '../core/client-of-login.ts'
import { decodeGrant, encodeGrant, type Grant } from '../core/grant.ts'
import { decodeLogin, type Login, settleLogin } from '../core/login.ts'
import { type Bootstrapped, bootstrappedGrant } from '../core/merge.ts'
import { encodePublished } from '../core/published.ts'
import { fitsSecret } from '../core/secret-size.ts'
import { type Announcement, type Dependencies, type Invocation, type Redemption, StoreFailure } from '../ports.ts'
import { claim } from './claim.ts'
import { persist } from './persist.ts'
import { readUnlessRemoved } from './read-removed.ts'
import { type RedeemInput, redeemOnce } from './redeem.ts'
import { BootstrapRefused, refuse } from './refused.ts'
import { storeConnection } from './store-connection.ts'

/** @throws BootstrapRefused with class, code and remedy; StoreFailure when the store failed */
export const bootstrapConnection = async (
  dependencies: Dependencies,
  event: BootstrapEvent,
  invocation: Invocation,
): Promise<BootstrapAnswer> => {
  const { connection } = event
  try {
    return await bootstrap(dependencies, event, invocation)
  } catch (error) {
    const known = error instanceof BootstrapRefused || error instanceof StoreFailure
    if (known && !isPending(error.failure)) {
      dependencies.telemetry.bootstrapped({ connection, failure: error.failure })
    }
    throw error instanceof BootstrapRefused ? error.named({ connection }) : error
  }
}

const bootstrap = async (
  dependencies: Dependencies,
  event: BootstrapEvent,
  invocation: Invocation,
): Promise<BootstrapAnswer> => {
  const { store, clock, settings, random } = dependencies
  const { connection } = event
  if (!connectionNamePattern.test(connection)) refuse('connection_name_not_valid')
  const id = event.login === undefined ? ({ room: 'logins', name: connection } as const) : { arn: event.login }
  const stored = (await store.read(id)) ?? refuse('login_not_found')
  const decoded = decodeLogin(stored.text, settings.allowLoopbackHttp)
  const given = decoded.ok ? decoded.value : refuse('login_not_valid', decoded.problem)
  const login = settleLogin(given, await grantBefore(dependencies, connection, given))
  const resolved = clientOfLogin(login, await knownClient(dependencies, login))
  const client = resolved.ok ? resolved.value : refuse('login_not_valid', resolved.problem)
  const { grant, scope } = login
  // A claim for each time that a device code is asked about would be a version each; twice at once does no harm to it.
  const claimed = isPolled(grant) ? 0 : await claim(dependencies, { id, version: stored, until: undefined })
  if (claimed === undefined) refuse('login_already_tried')

  const askedAt = new Date(clock.now())
  const ask = { client, grant, scope, correlationId: random.uuid() }
  const redemption = await redeemArrived(dependencies, ask, await redeemOnce(dependencies, ask))
  if (redemption.kind === 'failed') {
    const { kept, untried, note } = afterLogin(grant, redemption.failure, redemption.outcome)
    // A request that was not judged was no try: the login may be used again, which takes a version without a claim.
    if (kept && untried && !isPolled(grant)) await store.put({ ...id, text: stored.text, versionId: random.uuid() })
    if (kept) throw new BootstrapRefused(redemption.failure, note)
  }
  // The provider has given a definite answer, so the login goes, whatever comes of it.
  const kept = await settle(keep(dependencies, { connection, invocation, login, client, askedAt, redemption }))
  const erased = await settle(store.erase(id))
  if (!kept.ok) throw kept.error
  await tellBootstrapped(dependencies, { answer: kept.value, client, askedAt })
  if (!erased.ok) throw erased.error
  return kept.value
}

/** That it could not be told is no reason to call the bootstrap a failure. */
const tellBootstrapped = async (
  { telemetry, events, settings }: Dependencies,
  { answer, client, askedAt }: { answer: BootstrapAnswer; client: Client; askedAt: Date },
): Promise<void> => {
  const { connection, expires_at } = answer
  const announcement: Announcement = {
    name: 'Connection Bootstrapped',
    detail: {
      prefix: settings.prefix,
      connection,
      client: clientName(client.client_id),
      since: askedAt.toISOString(),
      access_token_expires_at: expires_at,
      runbook: settings.runbookUrl,
    },
  }
  telemetry.bootstrapped({ connection, failure: undefined })
  const told = await settle(events.announce([announcement]))
  if (told.ok) telemetry.announced(announcement)
  else if (!(told.error instanceof StoreFailure)) throw told.error
  else telemetry.outcome({ connection, outcome: { kind: 'failed', failure: told.error.failure } })
}

/** A refresh token that came with an answer which cannot be used otherwise is worth a request of its own. */
const redeemArrived = async (
  dependencies: Dependencies,
  ask: RedeemInput,
  redemption: Redemption,
): Promise<Redemption> => {
  if (redemption.kind !== 'unusable' || redemption.refreshToken === undefined) return redemption
  const grant = { grant_type: 'refresh_token', refresh_token: redemption.refreshToken } as const
  const again = await redeemOnce(dependencies, { ...ask, grant })
  // The login itself has been answered, whatever becomes of this: it is not tried again.
  return again.kind === 'granted' ? again : redemption
}

/** Asked for only where it matters. One that has been removed, or that a person has damaged, says nothing. */
const grantBefore = async ({ store }: Dependencies, name: string, login: Login): Promise<Grant | undefined> => {
  const { mode, publish, grant_ends_after_days: ends } = login
  if (mode !== undefined && publish !== undefined && ends !== undefined) return undefined
  const version = await readUnlessRemoved(store, { room: 'grants', name })
  const decoded = version && decodeGrant(version.text)
  return decoded?.ok ? decoded.value : undefined
}

const knownClient = async ({ store, settings }: Dependencies, login: Login): Promise<Client | undefined> => {
  const version = await store.read({ room: 'clients', name: clientName(login.client_id) })
  if (version === undefined) return undefined
  const decoded = decodeClient(version.text, settings.allowLoopbackHttp)
  return decoded.ok ? decoded.value : refuse('client_not_decodable', decoded.problem)
}

interface Keeping extends Pick<Bootstrapped, 'login' | 'client' | 'askedAt'> {
  readonly connection: string
  readonly invocation: Invocation
  readonly redemption: Redemption
}

const keep = async (dependencies: Dependencies, keeping: Keeping): Promise<BootstrapAnswer> => {
  const { connection, client, redemption, invocation } = keeping
  if (redemption.kind !== 'granted') throw new BootstrapRefused(redemption.failure)
  const { tokens } = redemption
  const refreshToken = tokens.refresh_token ?? refuse('no_refresh_token')
  const asked = bootstrappedGrant({ ...keeping, tokens, refreshToken })
  const shortest = shortestFreshLifetimeMinutes(dependencies.settings.timing, client.provider.rotation)
  const tooShort = asked.mode === 'fresh' && tokens.expires_in < shortest * 60
  // What the provider has granted is kept all the same; only the promise of a fresh access token is not made.
  const grant = tooShort ? { ...asked, mode: 'keep-alive' as const } : asked
  const fits = [encodeGrant(grant), encodePublished(grant, client), encodeClient(client)].every(fitsSecret)
  if (!fits) refuse('secret_too_large')
  const answer = await persist(dependencies, { invocation, tries: undefined }, () =>
    storeConnection(dependencies, { connection, client, made: grant }),
  )
  if (tooShort) {
    const minutes = Math.floor(tokens.expires_in / 60)
    refuse(
      'lifetime_too_short',
      `The access token lives ${minutes} minutes and fresh mode takes ${shortest}, so the connection is kept in keep-alive mode`,
    )
  }
  return answer
}

type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

const settle = <T>(work: Promise<T>): Promise<Settled<T>> =>
  work.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  )
