// The input of one refresh: the connection from the list, and what it shares with the rest of the tick.

import type { ConnectionSettings } from '../../contract.ts'
import type { Invocation, StoredEntry } from '../../ports.ts'
import type { ClientTagsUpdater } from '../client/update-client-tags.ts'
import type { RefusalContext } from '../limits/judge-refusal.ts'
import type { PublishedChange } from '../secrets/publish.ts'
import type { Answer } from './load-connection.ts'

/** Of a redemption, which publishes nothing. */
export type RedeemInput = Omit<RefreshInput, 'onChange'>

export interface RefreshInput {
  readonly entry: StoredEntry
  /** What is stored of it, read together with other connections a moment ago. @default it is read now */
  readonly known?: readonly Answer[] | undefined
  /** Refresh now, due or not. */
  readonly force: boolean
  /** New settings of the connection. @default no change */
  readonly set?: ConnectionSettings
  readonly correlationId: string
  readonly invocation: Invocation
  readonly context: RefusalContext
  /** Compares the tags of clients with their records. @default no comparison */
  readonly clientTags?: ClientTagsUpdater
  /** Whether this client is at fault, if clients could not be listed. @default its breaker knows */
  readonly lookUpClient?: (client: string) => Promise<void>
  /** Receives what was published and may have to be handed on. */
  readonly onChange: (change: PublishedChange) => void
  /** It cannot wait for the next tick, even if its provider answers slowly. */
  readonly urgent: boolean
}
