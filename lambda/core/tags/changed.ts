// The tags with what was published and may have to be handed on, so that a crash delays its event and loses none.

import { type PublishedKey, publishedKeys, tags } from '../../contract.ts'
import type { Tags } from './status.ts'

/** What changed in the published secret up to a generation: names of keys, never a value. */
export interface Changed {
  readonly generation: number
  /** Sorted. */
  readonly keys: readonly PublishedKey[]
}

/** What is still to be announced. Undefined: nothing, or the tag cannot be read. */
export const readChanged = (all: Tags): Changed | undefined => {
  const changed = readNoted(all)
  return changed !== undefined && isAnnounced(all, changed) ? undefined : changed
}

/** A person may have made an older version current again: then the same values are published again, and were announced. */
export const wasAnnounced = (all: Tags, { generation, keys }: Changed): boolean => {
  const noted = readNoted(all)
  const isSame = noted?.generation === generation && keys.every((key) => noted.keys.includes(key))
  return isSame && isAnnounced(all, noted)
}

const readNoted = (all: Tags): Changed | undefined => {
  const [first = '', ...rest] = (all[tags.changed] ?? '').split(' ')
  if (!/^(0|[1-9]\d{0,14})$/.test(first)) return undefined
  const keys = publishedKeys.filter((key) => rest.includes(key))
  return keys.length === 0 ? undefined : { generation: Number(first), keys }
}

const isAnnounced = (all: Tags, { generation }: Changed): boolean => all[tags.changedAnnounced] === String(generation)

/** Both together, as of the newer publication. */
export const withChanged = (before: Changed | undefined, { generation, keys }: Changed): Changed => ({
  generation,
  keys: publishedKeys.filter((key) => keys.includes(key) || before?.keys.includes(key)),
})

/** Written before the publication. With all keys it is shorter than the 256 characters of a tag's value. */
export const changedTag = ({ generation, keys }: Changed): Tags => ({
  [tags.changed]: [generation, ...keys].join(' '),
})

/** Written after the announcement. A tag of its own, so that it never overwrites what another run has published meanwhile. */
export const changedAnnouncedTag = (generation: number): Tags => ({ [tags.changedAnnounced]: String(generation) })
