// Publishes the newest generation for apps, and never an older one than before.

import { tags } from '../../contract.ts'
import type { Client } from '../../core/secrets/client.ts'
import type { Grant } from '../../core/secrets/grant.ts'
import { decodePublishedGeneration, encodePublished } from '../../core/secrets/published.ts'
import type { Dependencies, StoredVersion } from '../../ports.ts'
import { createOrCommit } from './create-or-commit.ts'

export interface Publication {
  readonly connection: string
  readonly grant: Grant
  readonly client: Client
  /** The published secret's current version as it was read; undefined when there was none. */
  readonly current: StoredVersion | undefined
}

/** @returns the ARN of the published secret */
export const publish = async (dependencies: Dependencies, publication: Publication): Promise<string> => {
  const { connection, grant, client, current } = publication
  const text = encodePublished(grant, client)
  const { arn } = await createOrCommit(dependencies, {
    id: { room: 'connections', name: connection },
    current,
    tags: { [tags.connection]: connection },
    next: (seen) => (seen !== undefined && isAsNew(seen, grant) ? undefined : text),
  })
  return arn
}

const isAsNew = ({ text }: StoredVersion, { generation }: Grant): boolean => {
  const seen = decodePublishedGeneration(text)
  return seen.ok && seen.value >= generation
}
