// I11, for machines: what apps read and a refresh does not change is noted before it is published, announced at least once, and not
// again and again. The comparison here is not that of the code.

import { flexibleWindowMinutes, listingLagMinutes, tags, tickSlackMinutes } from '../../../lambda/contract.ts'
import type { Announcement } from '../../../lambda/ports.ts'
import { type Change, currentOf, type Version } from '../world/secrets.ts'
import { providerFates } from '../world/token-endpoint.ts'
import { publishedIn } from './decoded.ts'
import { isOurs, type Scene, successionOf, type Watcher } from './watcher.ts'

const minute = 60_000

/** What the provider does delays no event about what is published. */
const ofProvider: readonly string[] = ['the provider is down', ...Object.values(providerFates)]

/** Ticks that may be needed: the one that publishes may die, and the next may be late. */
const lateTicks = 4

interface Published {
  readonly generation: number
  readonly keys: readonly string[]
  readonly at: number
}

const covers = (event: Published, one: Published): boolean =>
  one.generation <= event.generation && one.keys.every((key) => event.keys.includes(key))

export const i11Published = ({ now, secrets, provider, timing }: Scene): Watcher => {
  /** Noted and published, and not announced yet, by connection. */
  const pending = new Map<string, readonly Published[]>()
  /** All events, by connection. */
  const said = new Map<string, readonly Published[]>()
  const announced = new Map<string, { readonly at: number; readonly times: number }>()
  /** A person has made an older version current: the same version published again does not change that. */
  const movedByHand = new Set<string>()
  let disturbedAt = 0
  let disturbedUntil = 0
  const late = lateTicks * timing.everyMinutes + flexibleWindowMinutes + listingLagMinutes + tickSlackMinutes

  /** Which sign-in its access token is from: the number grows. */
  const familyIn = (version: Version | undefined): number =>
    provider.accessToken(publishedIn(version)?.access_token ?? '')?.family.number ?? 0

  const stored = (change: Change, startedAt: number): string | undefined => {
    const { name } = change.id
    if (!isOurs(change.by)) {
      pending.delete(name)
      if (change.id.room === 'connections') movedByHand.add(name)
      return undefined
    }
    const { before, after } = (change.id.room === 'connections' && successionOf(change)) || {}
    if (after === undefined) return undefined
    movedByHand.delete(name)
    const changed = changedKeys(before, after)
    // A person who moves the grant back to an earlier sign-in makes no new one.
    if (changed.length === 0 && familyIn(after) <= familyIn(before)) return undefined
    const generation = publishedIn(after)?.generation ?? 0
    const noted = (secrets.find({ room: 'grants', name })?.tags?.get(tags.changed) ?? '').split(' ')
    // Where its tag was refused, only the process itself knows of the change.
    if (noted.length < 2 || !changed.every((key) => noted.includes(key))) {
      return disturbedAt < startedAt
        ? `connections/${name}: ${changed.join(' ')} was published before it was noted`
        : undefined
    }
    const one = { generation, keys: changed, at: now() }
    // The same generation again, after a person has made an older one current.
    const isTold = (said.get(name) ?? []).some((event) => event.generation === generation && covers(event, one))
    if (!isTold) pending.set(name, [...(pending.get(name) ?? []), one])
    return undefined
  }

  const told = ({ detail }: Announcement, startedAt: number): string | undefined => {
    const { connection: name = '', generation = 0, changed = [] } = detail
    const published = publishedIn(currentOf(secrets.find({ room: 'connections', name })))?.generation ?? generation
    const event = { generation, keys: changed, at: now() }
    said.set(name, [...(said.get(name) ?? []), event])
    pending.set(
      name,
      (pending.get(name) ?? []).filter((one) => !covers(event, one)),
    )
    const what = `${name} ${generation} ${changed.join(' ')}`
    const before = announced.get(what)
    announced.set(what, { at: now(), times: (before?.times ?? 0) + 1 })
    const early = generation > published && disturbedAt < startedAt && !movedByHand.has(name)
    if (early) return `${what} was announced before it was published`
    // Twice: a slower process may have overwritten what a faster one had noted.
    const again = before !== undefined && before.times > 1 && disturbedUntil < before.at && before.at < startedAt
    return again ? `${what} was announced again and again` : undefined
  }

  /** @param since nothing may be pending that is older */
  const silent = (since: number): string | undefined => {
    for (const [name, all] of pending) {
      const [old] = all.filter(({ at }) => at < since)
      if (old !== undefined)
        return `connections/${name}: ${old.keys.join(' ')} of generation ${old.generation} was not announced`
    }
    return undefined
  }

  return (event) => {
    switch (event.kind) {
      case 'disturbed':
        if (ofProvider.includes(event.what)) return undefined
        disturbedAt = event.at
        disturbedUntil = Math.max(disturbedUntil, event.until)
        return undefined
      case 'stored':
        return stored(event.change, 'startedAt' in event.change.by ? Number(event.change.by.startedAt) : 0)
      case 'announced': {
        const ours = event.announcements.filter((one) => one.name === 'Connection Published')
        const wrong = ours.map((one) => told(one, event.process.startedAt))
        return wrong.find((one) => one !== undefined)
      }
      case 'looked':
        return disturbedUntil < now() - late * minute ? silent(now() - late * minute) : undefined
      case 'settled':
        return silent(now())
      default:
        return undefined
    }
  }
}

/** Of the values that a refresh leaves as they are, and those that come or go. */
const changedKeys = (before: Version | undefined, after: Version): readonly string[] => {
  const [old, young] = [valuesIn(before), valuesIn(after)]
  const keys = [...new Set([...old.keys(), ...young.keys()])]
  const lasting = ['client_id', 'client_secret', 'scope', 'token_type']
  return keys.filter((key) =>
    old.has(key) && young.has(key) ? lasting.includes(key) && old.get(key) !== young.get(key) : true,
  )
}

const valuesIn = (version: Version | undefined): ReadonlyMap<string, unknown> => {
  if (publishedIn(version) === undefined) return new Map()
  const entries = Object.entries(Object(JSON.parse(version?.string ?? '{}')))
  return new Map(
    entries.map(([key, value]) => [key, key === 'scope' ? String(value).split(' ').toSorted().join(' ') : value]),
  )
}
