// Publishes the newest generation for apps, and never an older one than before.

import { tags } from '../../contract.ts'
import { type Client, clientName } from '../../core/secrets/client.ts'
import type { Grant } from '../../core/secrets/grant.ts'
import {
  decodePublished,
  encodePublishedValues,
  publishedValues,
  type StoredPublished,
} from '../../core/secrets/published.ts'
import { notableChange } from '../../core/secrets/published-change.ts'
import { type Changed, changedTag, readChanged, wasAnnounced, withChanged } from '../../core/tags/changed.ts'
import { type Dependencies, type StoredVersion, StoreFailure } from '../../ports.ts'
import { createOrCommit } from './create-or-commit.ts'

/** A publication that may have to be handed on. */
export interface PublishedChange extends Changed {
  readonly client: string
  /** ARN of the published secret. */
  readonly secret: string
  /** Whether a tag of the grant says it: then another tag has to say that it was announced. */
  readonly isNoted: boolean
}

export interface Publication {
  readonly connection: string
  readonly grant: Grant
  readonly client: Client
  /** The published secret's current version as it was read; undefined when there was none. */
  readonly current: StoredVersion | undefined
  /** Receives a change to be announced, after it was published. */
  readonly onChange: (change: PublishedChange) => void
}

/** @returns the ARN of the published secret */
export const publish = async (dependencies: Dependencies, publication: Publication): Promise<string> => {
  const { connection, grant, client, current, onChange } = publication
  const { generation } = grant
  const values = publishedValues(grant, client)
  const text = encodePublishedValues(values)
  const before = storedIn(current)
  const isAsNew = (seen: StoredPublished | undefined): boolean => seen !== undefined && seen.generation >= generation
  const changeFrom = (seen: StoredPublished | undefined): Changed | undefined => {
    const keys = isAsNew(seen) ? undefined : notableChange(seen, values, grant)
    return keys && { generation, keys }
  }
  const expected = changeFrom(before)
  const noting = expected && (await noteChange(dependencies, connection, expected))
  let changed = noting?.changed
  const { arn } = await createOrCommit(dependencies, {
    id: { room: 'connections', name: connection },
    current,
    tags: { [tags.connection]: connection },
    next: (version) => {
      // Decoded once, unless another process wrote first.
      const seen = version === current ? before : storedIn(version)
      const more = version === current ? undefined : changeFrom(seen)
      if (more !== undefined) changed = withChanged(changed, more)
      return isAsNew(seen) ? undefined : text
    },
  })
  const described = { client: clientName(client.client_id), secret: arn, isNoted: noting?.isNoted ?? false }
  if (changed !== undefined) onChange({ ...changed, ...described })
  return arn
}

const storedIn = (version: StoredVersion | undefined): StoredPublished | undefined => {
  const decoded = version && decodePublished(version.text)
  return decoded?.ok ? decoded.value : undefined
}

interface Noting {
  /** With what was not announced before. Undefined: it was announced already. */
  readonly changed: Changed | undefined
  readonly isNoted: boolean
}

/**
 * Before the publication, so that a later tick announces it if this process dies. A failure does not prevent the publication (I5): then
 * this process alone knows of the change.
 */
const noteChange = async ({ store, telemetry }: Dependencies, connection: string, change: Changed): Promise<Noting> => {
  const id = { room: 'grants', name: connection } as const
  const notNoted = { changed: change, isNoted: false }
  try {
    const newest = await store.describe(id)
    if (newest === undefined) return notNoted
    if (wasAnnounced(newest.tags, change)) return { changed: undefined, isNoted: false }
    const changed = withChanged(readChanged(newest.tags), change)
    await store.tag(id, changedTag(changed))
    return { changed, isNoted: true }
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    telemetry.storeFailed({ task: 'note what is to be announced', name: connection, failure: error.failure })
    return notNoted
  }
}
