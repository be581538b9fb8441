// I6: no connection is called dead unless the provider said so, twice, with the newest stored token. Nothing is ever
// deleted because of a failure; a login goes only when the provider has answered it.

import { clientName, decodeClient } from '../../../lambda/core/client.ts'
import { Redacted } from '../../../lambda/core/redacted.ts'
import { readStatus } from '../../../lambda/core/status.ts'
import type { SecretId } from '../../../lambda/ports.ts'
import { type Change, currentOf, type Secret, type Writer } from '../world/secrets.ts'
import { isRefusal } from './answers.ts'
import { clientIn, grantIn } from './decoded.ts'
import { isOurs, keyOf, type Scene, successionOf, type Watcher } from './watcher.ts'

export const i6 = ({ provider, secrets }: Scene): Watcher => {
  /** Of each refresh token, the processes that were told that it is not accepted. */
  const refused = new Map<string, Set<string>>()
  /** Processes that were answered for good. */
  const answered = new Set<string>()
  /** Processes that met a refusal, each with the connection or client that it was about. */
  const met = new Set<string>()
  const hasMet = (by: Writer, id: SecretId): boolean => met.has(`${by.name} ${keyOf(id)}`)

  const deleted = ({ id, by, before }: Change): string | undefined => {
    if (id.room !== 'logins') return `${keyOf(id)} was deleted`
    const { username, client_id, client_secret } = Object(JSON.parse(currentOf(before)?.string ?? '{}'))
    if (username === undefined) {
      const client = clientIn(currentOf(secrets.find({ room: 'clients', name: client_id })))
      const stored = client?.client_secrets.some(({ value }) => value.reveal() === client_secret)
      return stored ? undefined : `${keyOf(id)} was deleted before its client secret was stored`
    }
    return answered.has(by.name) ? undefined : `${keyOf(id)} was deleted before the provider had answered`
  }

  const tagged = ({ id, before, after, by }: Change): string | undefined => {
    const now = failureOf(after)
    if (now?.status !== 'action-required' || failureOf(before)?.status === 'action-required') return undefined
    if (id.room === 'grants') {
      const grant = grantIn(currentOf(after))
      if (grant === undefined || now.code === 'client_not_known') return undefined
      if (now.class !== 'reauthorize') return hasMet(by, id) ? undefined : `${keyOf(id)} was given up unasked`
      const times = refused.get(grant.refresh_token.reveal())?.size ?? 0
      return times < 2 ? `${keyOf(id)} was called dead after ${times} refusals of its newest token` : undefined
    }
    const text = new Redacted(currentOf(after)?.string ?? '')
    if (id.room !== 'clients' || !decodeClient(text).ok) return undefined
    return hasMet(by, id) ? undefined : `${keyOf(id)} was given up unasked`
  }

  return (event) => {
    if (event.kind === 'asked') {
      const { asked } = event
      const { grant } = asked.request
      const token = grant.grant_type === 'refresh_token' ? grant.refresh_token.reveal() : undefined
      if (asked.reply.kind === 'answer' && asked.reply.status < 300) answered.add(asked.process.name)
      if (!isRefusal(asked)) return undefined
      answered.add(asked.process.name)
      const { client } = asked.request
      const connection = token === undefined ? undefined : provider.token(token)?.family.connection
      met.add(`${asked.process.name} clients/${clientName(client.client_id)}`)
      met.add(`${asked.process.name} grants/${connection}`)
      if (token !== undefined) refused.set(token, (refused.get(token) ?? new Set()).add(asked.process.name))
      return undefined
    }
    if (event.kind !== 'stored' || !isOurs(event.change.by)) return undefined
    const { change } = event
    // What is stored anew has just been accepted.
    const stored = change.id.room === 'grants' ? grantIn(successionOf(change)?.after) : undefined
    if (stored !== undefined) refused.delete(stored.refresh_token.reveal())
    if (change.after === undefined || change.after.deletionAt !== change.before?.deletionAt) {
      return change.after?.deletionAt === undefined && change.after !== undefined ? undefined : deleted(change)
    }
    return change.after.tags === change.before?.tags ? undefined : tagged(change)
  }
}

const failureOf = (secret: Secret | undefined) =>
  secret && readStatus(Object.fromEntries(secret.tags ?? []), currentOf(secret)?.id).failure
