// I3: what apps read never goes backward: the generation only grows, across a new bootstrap too, and one generation
// is one token.

import type { Change } from '../world/secrets.ts'
import { type Published, publishedIn } from './decoded.ts'
import { isOurs, keyOf, type Scene, successionOf, type Watcher } from './watcher.ts'

export const i3 = (_: Scene): Watcher => {
  const newest = new Map<string, Published>()
  /** The newest that each app has read, since a person has last changed it. */
  const read = new Map<string, number>()

  const stored = (change: Change): string | undefined => {
    const succession = successionOf(change)
    if (change.id.room !== 'connections' || succession === undefined) return undefined
    const { id, after } = succession
    const seen = newest.get(id.name) ?? publishedIn(succession.before)
    const now = publishedIn(after)
    if (now !== undefined) newest.set(id.name, now)
    if (!isOurs(change.by)) read.delete(id.name)
    if (!isOurs(change.by) || seen === undefined || now === undefined) return undefined
    if (now.generation < seen.generation) return `${keyOf(id)} went back from ${seen.generation} to ${now.generation}`
    const twice = now.generation === seen.generation && now.access_token !== seen.access_token
    return twice ? `${keyOf(id)}: generation ${now.generation} is two different tokens` : undefined
  }

  return (event) => {
    if (event.kind === 'stored') return stored(event.change)
    const generation = event.kind === 'read' ? publishedIn(event.version)?.generation : undefined
    if (event.kind !== 'read' || generation === undefined) return undefined
    const before = read.get(event.connection) ?? 0
    read.set(event.connection, Math.max(before, generation))
    return generation < before ? `an app of ${event.connection} read ${generation} after ${before}` : undefined
  }
}
