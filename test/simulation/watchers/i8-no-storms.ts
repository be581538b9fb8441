// I8: no secret gets more than one version per 10 minutes sustained, and the provider gets no retry storm: after the second
// refusal at most one request an hour for a day, then one a day per connection; one an hour per client at fault.

import { flexibleWindowMinutes, listingLagMinutes } from '../../../lambda/contract.ts'
import { clientName } from '../../../lambda/core/secrets/client.ts'
import { readStatus } from '../../../lambda/core/tags/status.ts'
import type { Process } from '../engine/process.ts'
import { type Change, currentOf } from '../world/secrets.ts'
import type { Asked } from '../world/token-endpoint.ts'
import { isClientRefusal } from './answers.ts'
import { isScheduled, storms } from './storms.ts'
import { isOurs, keyOf, type Scene, type Watcher } from './watcher.ts'

const minute = 60_000
const hour = 60 * minute
/** A failure is recorded in the run that has met it. */
const longestRun = 16 * minute
const day = 24 * hour
/** As many young versions as the store keeps, by its documentation. */
const sustained = 100

/** A tick begins within a window of a minute, so that two ticks an hour apart may be as close as this. */
const almostAnHour = 58 * minute
const almostADay = day - 2 * minute

/** The second refusal, and a day of hours, as ticks come. */
const hourlyFor = 27 * 60 * minute

/** A verdict may not be listed yet. */
const unseen = (listingLagMinutes + flexibleWindowMinutes) * minute

/** A recorded verdict: of which version, since when. */
interface Verdict {
  readonly versionId: string
  readonly at: number
  /** When the first of them was recorded. */
  readonly since: number
  /** When the newest failure happened, as it was recorded. */
  readonly failed: number
}

export const i8 = (scene: Scene): Watcher => {
  const written = new Map<string, number[]>()
  const verdicts = new Map<string, Verdict>()
  const refusals = storms(scene)
  /** When something else went wrong: two such faults in one tick may hide a verdict from it. */
  let faults: number[] = []

  const stored = (change: Change): string | undefined => {
    const { id, before, after, by, at } = change
    const key = keyOf(id)
    // What a person does to the tags is forgotten with them: a missing tag may cost a look.
    if (!isOurs(by)) verdicts.delete(key)
    if (!isOurs(by) || after === undefined || id.room === 'logins') return undefined
    if (after.tags !== before?.tags) {
      const versionId = currentOf(after)?.id
      const { failure } = readStatus(Object.fromEntries(after.tags ?? []), versionId)
      // Whose client is at fault is asked for again when the client is; what a wrong clock has written, soon.
      const own = failure?.status === 'action-required' && failure.retry.getTime() > failure.failed.getTime()
      const believed = Math.abs(by.clockError ?? 0) <= minute
      if (own && believed && versionId !== undefined && !failureIsLocal(failure.code))
        record(key, { versionId, at, since: at, failed: failure.failed.getTime() })
      else verdicts.delete(key)
    }
    if (after.versions === before?.versions) return undefined
    const times = (written.get(key) ?? []).filter((time) => time > at - day)
    times.push(at)
    written.set(key, times)
    return times.length > sustained ? `${key} got ${times.length} versions in a day` : undefined
  }

  const record = (key: string, verdict: Verdict): void => {
    const before = verdicts.get(key)
    const same = before?.versionId === verdict.versionId
    // Other tags than those of the failure were written.
    const old = verdict.failed < verdict.at - longestRun
    if (old || (same && before.failed === verdict.failed)) return
    verdicts.set(key, same ? { ...verdict, since: before.since } : verdict)
  }

  const asked = (one: Asked): string | undefined => {
    const { request, process } = one
    if (!isScheduled(process) || request.grant.grant_type !== 'refresh_token') return undefined
    const token = scene.provider.token(request.grant.refresh_token.reveal())
    const client = `clients/${clientName(request.client.client_id)}`
    const connection = token === undefined ? undefined : `grants/${token.family.connection}`
    const wasClient = isClientRefusal(one) && tooSoon(client, process)
    if (wasClient) return `${client} was asked for again too soon`
    return connection !== undefined && tooSoon(connection, process)
      ? `${connection} was asked for again too soon`
      : undefined
  }

  /** A verdict stood when the process started, and the version that it concerns is current still. A wrong clock is forgiven. */
  const tooSoon = (key: string, process: Process): boolean => {
    const verdict = verdicts.get(key)
    if (verdict === undefined || verdict.at > process.startedAt - unseen || Math.abs(process.clockError) > minute)
      return false
    if (faults.filter((at) => at >= process.startedAt).length > 1) return false
    const [room, name = ''] = key.split('/')
    const id = { room: room === 'clients' ? ('clients' as const) : ('grants' as const), name }
    if (currentOf(scene.secrets.find(id))?.id !== verdict.versionId) return false
    // The first probe of a client comes with the next tick.
    if (room === 'clients' && verdict.at === verdict.since) return false
    // An attempt whose record was lost is made again: it did not count as one of the hourly ones.
    const lost = faults.filter((at) => at > verdict.since).length
    const young = room === 'clients' || verdict.at - verdict.since < hourlyFor + lost * hour
    return scene.now() - verdict.at < (young ? almostAnHour : almostADay)
  }

  return (event) => {
    const storm = refusals(event)
    if (storm !== undefined) return storm
    if (event.kind === 'disturbed') faults = [...faults.slice(-20), event.at]
    if (event.kind === 'stored') return stored(event.change)
    return event.kind === 'asked' ? asked(event.asked) : undefined
  }
}

const failureIsLocal = (code: string): boolean => code.endsWith('_not_decodable') || code === 'client_not_known'
