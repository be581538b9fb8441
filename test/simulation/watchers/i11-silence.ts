// I11: what keeps a connection from being refreshed for an hour is reported once, by name; what is over is reported as over, once.

import {
  flexibleWindowMinutes,
  listingLagMinutes,
  shortestRefreshIntervalMinutes,
  tickSlackMinutes,
} from '../../../lambda/contract.ts'
import { dueAt } from '../../../lambda/core/due.ts'
import { clientName } from '../../../lambda/core/secrets/client.ts'
import type { Announcement } from '../../../lambda/ports.ts'
import { currentOf, type Secret } from '../world/secrets.ts'
import { providerFates } from '../world/token-endpoint.ts'
import { grantIn } from './decoded.ts'
import { isPaused } from './hindrance.ts'
import type { Scene, Watcher } from './watcher.ts'

const minute = 60_000
const hour = 60 * minute

/** What the provider does is what people are to be reported of; everything else may delay the telling. */
const ofProvider: readonly string[] = ['the provider is down', ...Object.values(providerFates)]

/** Ticks that may be needed beyond the hour: the last attempt may have been made just before. */
const lateTicks = 4

export const i11 = (scene: Scene): Watcher => {
  const { secrets, timing, now } = scene
  const told = new Map<string, Told>()
  /** When something that is not the provider's went wrong last. */
  let disturbedUntil = 0
  /** Since when each connection has been kept from being refreshed since it was refreshed last. */
  const kept = new Map<string, { readonly refreshed: number; readonly since: number }>()
  // The attempt that fails after an hour is reported; with single-use refresh tokens attempts are far apart.
  const backoff = scene.provider.rotation === 'single-use' ? 2 * shortestRefreshIntervalMinutes('single-use') : 0
  const late = lateTicks * timing.everyMinutes + flexibleWindowMinutes + listingLagMinutes + tickSlackMinutes
  const slack = (backoff + late) * minute

  const announced = ({ name, detail }: Announcement, startedAt: number): string | undefined => {
    const { connection, client, class: failureClass, code, ends_at: end = '' } = detail
    const subject = name.startsWith('Client') ? `clients/${client}` : `grants/${connection}`
    if (name === 'Client Secret Expiring' || name === 'Connection Published') return undefined
    if (/Recovered|Bootstrapped/.test(name)) {
      told.set(subject, { reasons: new Map(), at: now() })
      return undefined
    }
    const reasons = told.get(subject)?.reasons ?? new Map<string, number>()
    const reason = name.endsWith('Delayed') ? name : `${name} ${failureClass}:${code} ${end}`
    const before = reasons.get(reason)
    told.set(subject, { reasons: reasons.set(reason, now()), at: now() })
    // A tick that had begun by then may have read the tags before they said so: telling is at least once.
    const again = before !== undefined && disturbedUntil < before && before < startedAt
    return again ? `${subject} was reported again: ${reason}` : undefined
  }

  const isTold = (subject: string): boolean => (told.get(subject)?.reasons.size ?? 0) > 0

  const look = (name: string, secret: Secret): string | undefined => {
    const grant = grantIn(currentOf(secret))
    const asleep = secret.deletionAt !== undefined || isPaused(secret)
    const client = clientName(grant?.client_id ?? '')
    const overdue = grant !== undefined && !asleep && dueAt(grant, timing).getTime() < now()
    if (!overdue || isTold(`grants/${name}`) || isTold(`clients/${client}`)) {
      kept.delete(name)
      return undefined
    }
    const over = told.get(`clients/${client}`)?.at ?? 0
    const refreshed = grant.refreshed_at.getTime()
    const before = kept.get(name)
    const since = Math.max(before?.refreshed === refreshed ? before.since : now(), over)
    kept.set(name, { refreshed, since })
    const silent = now() - Math.max(since, disturbedUntil) - slack
    return silent > hour
      ? `grants/${name} has not been refreshed for an hour, and people were notified nothing`
      : undefined
  }

  return (event) => {
    if (event.kind === 'disturbed' && !ofProvider.includes(event.what))
      disturbedUntil = Math.max(disturbedUntil, event.until)
    if (event.kind === 'stored' && event.change.by.kind === 'operator') disturbedUntil = Math.max(disturbedUntil, now())
    if (event.kind === 'announced') {
      const wrong = event.announcements.map((one) => announced(one, event.process.startedAt))
      return wrong.find((one) => one !== undefined)
    }
    if (event.kind !== 'looked') return undefined
    for (const { id, secret } of secrets.list(['grants'])) {
      const wrong = look(id.name, secret)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
}

interface Told {
  /** When each was reported last. */
  readonly reasons: Map<string, number>
  readonly at: number
}
