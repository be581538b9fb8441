// I3: what apps read never goes backward: the generation only grows, across a new bootstrap too, and one generation
// is one token.

import { type Published, publishedIn } from './decoded.ts'
import { isOurs, keyOf, type Scene, successionOf, type Watcher } from './watcher.ts'

export const i3 = (_: Scene): Watcher => {
  const newest = new Map<string, Published>()
  return (event) => {
    if (event.kind !== 'stored' || event.change.id.room !== 'connections') return undefined
    const succession = successionOf(event.change)
    if (succession === undefined) return undefined
    const { id, after } = succession
    const seen = newest.get(id.name) ?? publishedIn(succession.before)
    const now = publishedIn(after)
    if (now !== undefined) newest.set(id.name, now)
    if (!isOurs(event.change.by) || seen === undefined || now === undefined) return undefined
    if (now.generation < seen.generation) return `${keyOf(id)} went back from ${seen.generation} to ${now.generation}`
    const twice = now.generation === seen.generation && now.access_token !== seen.access_token
    return twice ? `${keyOf(id)}: generation ${now.generation} is two different tokens` : undefined
  }
}
