// The second half of I8 as the provider sees it, regardless of what our tags say: who was refused for good is not asked for in tick
// after tick, a client at fault is found out by two connections, and a connection that is asked to wait waits.

import { flexibleWindowMinutes, listingLagMinutes, tags } from '../../../lambda/contract.ts'
import { clientName } from '../../../lambda/core/secrets/client.ts'
import type { Process } from '../engine/process.ts'
import { currentOf } from '../world/secrets.ts'
import type { Asked } from '../world/token-endpoint.ts'
import { isClientRefusal, isRefusal } from './answers.ts'
import { clientIn } from './decoded.ts'
import { isOurs, type Scene, type Watcher } from './watcher.ts'

const minute = 60_000
const day = 24 * 60 * minute

/** Ticks that are refused the same in a day: one an hour, the first two, a second opinion, and what lagging lists hide. */
const mostRefused = 32

/** A verdict may not be listed yet. */
const unseen = (listingLagMinutes + flexibleWindowMinutes) * minute

interface Quiet {
  readonly at: number
  readonly until: number
}

/** Started by the schedule, and not by a person. */
export const isScheduled = ({ kind, name }: Process): boolean => kind === 'refresh' && !name.startsWith('forced')

export const storms = (scene: Scene): Watcher => {
  const { provider, secrets, now, timing } = scene
  // A refusal with an unknown code is asked about like something passing until it has lasted an hour.
  const firstHour = Math.ceil(60 / timing.everyMinutes)
  /** When each refresh token, and each version of a client, was refused, once for each tick. */
  const refused = new Map<string, Map<string, number>>()
  /** Connections that each tick was refused with for their client's sake. */
  const refusedOfTick = new Map<string, Set<string>>()
  /** Until when each refresh token is to wait. */
  const quiet = new Map<string, Quiet>()
  /** When something went wrong, or a person did something: each may cost an attempt. */
  let excuses: number[] = []

  const excusesSince = (time: number): number => excuses.filter((one) => one >= time).length

  const isTooMany = (key: string, { name }: Process): boolean => {
    const since = now() - day
    const times = new Map([...(refused.get(key) ?? [])].filter(([, at]) => at > since))
    refused.set(key, times.set(name, now()))
    return times.size > mostRefused + firstHour + excusesSince(since)
  }

  const clientRefused = (client: string, connection: string, process: Process): string | undefined => {
    const version = currentOf(secrets.find({ room: 'clients', name: client }))
    const secretsOf = clientIn(version)?.client_secrets ?? []
    // Another of its client secrets is good, and is tried next.
    if (secretsOf.some(({ value }) => provider.acceptsSecret(value.reveal(), client))) return undefined
    if (isTooMany(`${client} ${version?.id}`, process)) return `clients/${client} was refused in tick after tick`
    // Whose tags do not say who its client is cannot be held back.
    if (secrets.find({ room: 'grants', name: connection })?.tags?.get(tags.client) !== client) return undefined
    const key = `${process.name} ${client}`
    const found = (refusedOfTick.get(key) ?? new Set()).add(connection)
    refusedOfTick.set(key, found)
    // Two find out that the client is at fault. One fault may let more through: they ask at the same time.
    return found.size > 2 && excusesSince(process.startedAt - unseen) === 0
      ? `${process.name} was refused with ${found.size} connections of clients/${client}`
      : undefined
  }

  const asked = (one: Asked): string | undefined => {
    const { request, process, reply, answer } = one
    if (request.grant.grant_type !== 'refresh_token' || !isScheduled(process)) return undefined
    const value = request.grant.refresh_token.reveal()
    const client = clientName(request.client.client_id)
    const connection = provider.token(value)?.family.connection ?? ''
    const wait = quiet.get(value)
    const isEarly = wait !== undefined && process.startedAt > wait.at + unseen && now() < wait.until - minute
    if (isEarly && excusesSince(wait.at + 1) === 0)
      return `grants/${connection} was asked for before the time that the provider asked for`
    if (answer?.issued !== undefined) quiet.delete(value)
    const seconds = reply.kind === 'answer' ? Number(reply.retryAfter ?? 0) : 0
    // Of ticks that overlap one records what it was asked for, and it may be the shorter.
    const until = Math.min(
      now() + seconds * 1000,
      wait !== undefined && wait.at > process.startedAt ? wait.until : Infinity,
    )
    if (seconds > 0) quiet.set(value, { at: now(), until })
    if (!isRefusal(one) || answer === undefined) return undefined
    if (isClientRefusal(one)) return clientRefused(client, connection, process)
    return isTooMany(value, process) ? `grants/${connection} was refused in tick after tick` : undefined
  }

  return (event) => {
    if (event.kind === 'asked') return asked(event.asked)
    const byHand = event.kind === 'stored' && !isOurs(event.change.by)
    const wrongClock = event.kind === 'ended' && Math.abs(event.process.clockError) > minute
    if (event.kind === 'disturbed' || byHand || wrongClock)
      excuses = [...excuses.filter((one) => one > now() - day), now()]
    if (event.kind === 'ended')
      for (const key of refusedOfTick.keys()) if (key.startsWith(`${event.process.name} `)) refusedOfTick.delete(key)
    return undefined
  }
}
