// I6: a connection needs a person only after the provider refused it twice, in two ticks, with the newest stored token; a
// client is at fault only when two of its connections (or its only one, twice) were refused for its sake and none was
// refreshed since. Nothing is ever deleted because of a failure; a login goes only when the provider has answered it.

import { clientName, decodeClient } from '../../../lambda/core/secrets/client.ts'
import { Redacted } from '../../../lambda/core/secrets/redacted.ts'
import { isVersionOfLogin } from '../../../lambda/core/secrets/version-id.ts'
import { readStatus } from '../../../lambda/core/tags/status.ts'
import { type Change, currentOf, type Secret } from '../world/secrets.ts'
import { isDefinite } from './answers.ts'
import { clientIn, grantIn } from './decoded.ts'
import { isPaused } from './hindrance.ts'
import { Refusals } from './refusals.ts'
import { isOurs, keyOf, type Scene, successionOf, type Watcher } from './watcher.ts'

export const i6 = (scene: Scene): Watcher => {
  const { secrets } = scene
  const refusals = new Refusals(scene)
  /** Processes that were answered for good. */
  const answered = new Set<string>()

  const deleted = ({ id, by, before }: Change): string | undefined => {
    if (id.room !== 'logins') return `${keyOf(id)} was deleted`
    const version = currentOf(before)
    const { username, client_id, client_secret, refresh_token } = Object(JSON.parse(version?.string ?? '{}'))
    const grants = [...(secrets.find({ room: 'grants', name: id.name })?.versions.values() ?? [])].map(grantIn)
    // The connection holds what the login has brought, or has held it until a person moved its label back.
    if (grants.some((grant) => isVersionOfLogin(version?.id, grant?.bootstrapped_from ?? ''))) return undefined
    if (refresh_token !== undefined && isOfAnother(id.name, refresh_token)) return undefined
    if (refresh_token !== undefined) {
      return refusals.ofToken(refresh_token).length > 0
        ? undefined
        : `${keyOf(id)} was deleted, and its refresh token was not refused`
    }
    if (username === undefined) {
      const client = clientIn(currentOf(secrets.find({ room: 'clients', name: client_id })))
      const stored = client?.client_secrets.some(({ value }) => value.reveal() === client_secret)
      return stored ? undefined : `${keyOf(id)} was deleted before its client secret was stored`
    }
    return answered.has(by.name) ? undefined : `${keyOf(id)} was deleted before the provider had answered`
  }

  /** What a sign-in as another account has brought can be had again by signing in again. */
  const isOfAnother = (name: string, refreshToken: string): boolean => {
    const stored = grantIn(currentOf(secrets.find({ room: 'grants', name })))?.refresh_token.reveal() ?? ''
    const [owner, other] = [stored, refreshToken].map((value) => scene.provider.token(value)?.family.account)
    return owner !== undefined && other !== undefined && owner !== other
  }

  const tagged = ({ id, before, after }: Change): string | undefined => {
    const now = failureOf(after)
    if (now?.status !== 'action-required' || failureOf(before)?.status === 'action-required') return undefined
    if (id.room === 'clients') return clientTagged(id.name, after)
    const grant = id.room === 'grants' ? grantIn(currentOf(after)) : undefined
    // What is wrong is in our own store, or the client's record says so.
    if (grant === undefined || now.code.startsWith('client_not_') || now.concerns === 'held') return undefined
    const times = new Set(refusals.ofToken(grant.refresh_token.reveal()).map(({ process }) => process)).size
    return times < 2 ? `${keyOf(id)} was given up after ${times} refusals of its newest token` : undefined
  }

  const clientTagged = (name: string, after: Secret | undefined): string | undefined => {
    const client = decodeClient(new Redacted(currentOf(after)?.string ?? ''))
    if (!client.ok) return undefined
    const refused = refusals.ofClient(name)
    if (new Set(refused.map(({ connection }) => connection)).size >= 2) return undefined
    const only = connectionsOf(name).length === 1 && new Set(refused.map(({ process }) => process)).size >= 2
    return only ? undefined : `clients/${name} was found at fault on the word of ${refused.length} refusals`
  }

  /** Not paused, and not removed. */
  const connectionsOf = (client: string): readonly string[] =>
    secrets.list(['grants']).flatMap(({ id, secret }) => {
      const { client_id = '' } = grantIn(currentOf(secret)) ?? {}
      const asleep = secret.deletionAt !== undefined || isPaused(secret)
      return clientName(client_id) === client && !asleep ? [id.name] : []
    })

  return (event) => {
    if (event.kind === 'asked') {
      const { asked } = event
      refusals.see(asked)
      if (isDefinite(asked)) answered.add(asked.process.name)
      return undefined
    }
    if (event.kind !== 'stored' || !isOurs(event.change.by)) return undefined
    const { change } = event
    // What is stored anew has just been accepted.
    const stored = change.id.room === 'grants' ? grantIn(successionOf(change)?.after) : undefined
    if (stored !== undefined) refusals.forget(stored.refresh_token.reveal())
    if (change.after === undefined || change.after.deletionAt !== change.before?.deletionAt) {
      return change.after?.deletionAt === undefined && change.after !== undefined ? undefined : deleted(change)
    }
    return change.after.tags === change.before?.tags ? undefined : tagged(change)
  }
}

const failureOf = (secret: Secret | undefined) =>
  secret && readStatus(Object.fromEntries(secret.tags ?? []), currentOf(secret)?.id).failure
