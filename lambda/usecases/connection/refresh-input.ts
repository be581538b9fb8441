// What one refresh of a connection is given: the connection as it was listed, and what it shares with the rest of the tick.

import type { ConnectionSettings } from '../../contract.ts'
import type { Invocation, StoredEntry } from '../../ports.ts'
import type { ClientTagsUpdater } from '../client/update-client-tags.ts'
import type { RefusalContext } from '../limits/judge-refusal.ts'

export interface RefreshInput {
  readonly entry: StoredEntry
  /** Refresh now, due or not. */
  readonly force: boolean
  /** How it is kept from now on. @default as it is */
  readonly set?: ConnectionSettings
  readonly correlationId: string
  readonly invocation: Invocation
  readonly context: RefusalContext
  /** Compares the tags of clients with their records. @default they are left as they are */
  readonly clientTags?: ClientTagsUpdater
  /** Where clients could not be listed: whether this one is at fault. @default its breaker knows */
  readonly lookUpClient?: (client: string) => Promise<void>
  /** It cannot wait for the next tick, however slowly its provider answers. */
  readonly urgent: boolean
}
