// Committing a grant: the one write between a redeemed token and the store.

import type { Client } from '../../core/secrets/client.ts'
import type { Redacted } from '../../core/secrets/redacted.ts'
import type { Dependencies, Invocation, StoredVersion } from '../../ports.ts'
import { commitVersion } from './commit-version.ts'
import { retryWrite } from './retry-write.ts'

export interface GrantCommit {
  readonly name: string
  readonly parent: StoredVersion
  readonly text: Redacted
  readonly client: Client
  readonly invocation: Invocation
}

/**
 * For a single-use refresh token it is repeated until the invocation ends, because the old token is used up. A reusable
 * one is still valid, so the next tick is soon enough.
 */
export const commitGrant = (dependencies: Dependencies, commit: GrantCommit) => {
  const { name, parent, text, client, invocation } = commit
  const tries = client.provider.rotation === 'single-use' ? undefined : 3
  const child = { id: { room: 'grants', name } as const, parent: parent.versionId, text }
  return retryWrite(dependencies, { invocation, tries }, () => commitVersion(dependencies, child))
}
