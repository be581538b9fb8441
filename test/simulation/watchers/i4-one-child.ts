// I4: a parent version has at most one child, and AWSCURRENT is the last of the chain; a stale writer never replaces it.
// What a person has put in between may be replaced: it stays under AWSPREVIOUS.

import { childVersionId } from '../../../lambda/core/secrets/version-id.ts'
import { isOurs, keyOf, type Scene, successionOf, type Watcher } from './watcher.ts'

interface Holder {
  readonly versionId: string
  readonly ours: boolean
}

/** A person moves a label back so many times at most. */
const mostAttempts = 64
const kept = 40

export const i4 = (_: Scene): Watcher => {
  const holders = new Map<string, Holder[]>()
  return (event) => {
    if (event.kind !== 'stored' || event.change.id.room === 'logins') return undefined
    const succession = successionOf(event.change)
    if (succession === undefined) return undefined
    const { id, before, after } = succession
    const key = keyOf(id)
    const chain = holders.get(key) ?? (before === undefined ? [] : [{ versionId: before.id, ours: true }])
    holders.set(key, chain)
    const ours = isOurs(event.change.by)
    const wrong = ours && after !== undefined && !follows(chain, after.id)
    if (after === undefined) chain.length = 0
    else chain.push({ versionId: after.id, ours })
    if (chain.length > kept) chain.shift()
    return wrong ? `${key}: ${after?.id} is no child of the version that it replaces` : undefined
  }
}

/** Whether it is the child of the newest version of ours, or of one that a person has made current since. */
const follows = (chain: readonly Holder[], versionId: string): boolean => {
  if (chain.length === 0) return versionId === childVersionId('none', 0)
  for (const { versionId: parent, ours } of chain.toReversed()) {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      // Another attempt is for a parent that a person has made current again.
      if (attempt > 0 && ours) break
      if (childVersionId(parent, attempt) === versionId) return true
    }
    if (ours) return false
  }
  return false
}
