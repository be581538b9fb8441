// I5: a wrong, stale or missing tag may cost a read, never a lapse: while provider and store answer, a reader of a fresh
// connection always finds an access token with the minimum validity left, and one fault alone is no excuse.

import { type Mode, readerCacheMinutes } from '../../../lambda/contract.ts'
import { type Change, currentOf, type Version } from '../world/secrets.ts'
import { grantIn, publishedIn } from './decoded.ts'
import { Disturbances } from './disturbances.ts'
import { hindranceOf } from './hindrance.ts'
import { isOurs, type Scene, successionOf, type Watcher } from './watcher.ts'

/** What apps can read of one connection, from one publication to the next. */
interface TokenTimes {
  readonly version: Version | undefined
  readonly expiresAt: number
  readonly mode: Mode
  /** Something that only a person can mend has stood in the way since. */
  excused: boolean
}

const minute = 60_000

/** What was given up for longer than a day is asked about once a day, by the tick after. */
const probedWithin = 27 * 60 * minute

export const i5 = (scene: Scene): Watcher => {
  const { secrets, provider, figures, timing, now } = scene
  const allTimes = new Map<string, TokenTimes>()
  /** What was there before, for an app that still holds it. */
  const before = new Map<string, TokenTimes>()
  /** Since when nothing but our own having given up has stood in the way. */
  const givenUp = new Map<string, number>()
  const disturbances = new Disturbances(timing, provider.rotation)

  const timesOf = (name: string, version: Version | undefined, byHand: boolean): TokenTimes | undefined => {
    const published = publishedIn(version)
    if (published === undefined) return undefined
    const grant = grantIn(currentOf(secrets.find({ room: 'grants', name })))
    // When it really ends, regardless of what is said of it.
    const expiresAt = provider.accessToken(published.access_token)?.expiresAt ?? published.expiresAt
    return { version, expiresAt, mode: grant?.mode ?? 'keep-alive', excused: byHand }
  }

  for (const { id, secret } of secrets.list(['connections'])) {
    const times = timesOf(id.name, currentOf(secret), false)
    if (times !== undefined) allTimes.set(id.name, times)
  }

  /** What apps have read until now, at its lowest. */
  const look = (name: string, times: TokenTimes): string | undefined => {
    const hindrance = hindranceOf(scene, name)
    // That we have given it up is no excuse: only faults of others are.
    if (hindrance === 'person') times.excused = true
    if (hindrance !== 'given-up') givenUp.delete(name)
    const since = givenUp.get(name) ?? now()
    if (hindrance === 'given-up') givenUp.set(name, since)
    if (now() - Math.max(since, disturbances.last) > probedWithin) return `${name} was given up and not tried again`
    if (isExcused(times)) return undefined
    const validity = (times.expiresAt - now()) / minute
    figures.lowestValidity = Math.min(figures.lowestValidity, validity)
    if (validity >= timing.minimumValidityMinutes) return undefined
    return `connections/${name}: its access token was left with ${validity.toFixed(1)} minutes`
  }

  const isExcused = ({ mode, excused, expiresAt }: TokenTimes): boolean =>
    mode !== 'fresh' ||
    excused ||
    disturbances.excuse(Math.min(now(), expiresAt - timing.minimumValidityMinutes * minute), now())

  /** What an app has held until now. */
  const held = (name: string, version: Version | undefined): string | undefined => {
    const times = [allTimes.get(name), before.get(name)].find((one) => one !== undefined && one.version === version)
    if (version === undefined || times === undefined || isExcused(times)) return undefined
    const validity = (times.expiresAt - now()) / minute
    figures.lowestCachedValidity = Math.min(figures.lowestCachedValidity, validity)
    if (validity >= timing.minimumValidityMinutes - readerCacheMinutes) return undefined
    return `an app of ${name} was left with ${validity.toFixed(1)} minutes`
  }

  const stored = (change: Change): string | undefined => {
    const succession = successionOf(change)
    const { room, name } = change.id
    const times = allTimes.get(name)
    if (room !== 'grants' && room !== 'connections') return undefined
    if (succession === undefined) return room === 'grants' && times !== undefined ? look(name, times) : undefined
    const wrong = times && look(name, times)
    const byHand = !isOurs(change.by)
    if (room === 'grants') {
      if (times !== undefined && byHand) times.excused = true
      return wrong
    }
    const next = timesOf(name, succession.after, byHand)
    if (times !== undefined) before.set(name, times)
    if (next === undefined) allTimes.delete(name)
    else allTimes.set(name, next)
    return wrong
  }

  const all = (): string | undefined => {
    for (const [name, times] of allTimes) {
      const wrong = look(name, times)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }

  return (event) => {
    switch (event.kind) {
      case 'stored':
        return stored(event.change)
      case 'disturbed':
        disturbances.add(event)
        return undefined
      case 'read':
        return held(event.connection, event.held)
      case 'looked':
        return all()
      default:
        return undefined
    }
  }
}
