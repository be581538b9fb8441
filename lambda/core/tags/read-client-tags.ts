// Reads the tags of a client's record. Each may be missing, stale, edited or nonsense.

import { tags } from '../../contract.ts'
import type { Tags } from './status.ts'
import { readTime } from './tag-time.ts'

export interface ClientTags {
  /** Host of its token endpoint, to distinguish slow endpoints; undefined: not a URL. */
  readonly tokenEndpointHost: string | undefined
  /** Until when one of its client secrets is known to be valid. */
  readonly clientSecretExpires: Date | undefined
  /** The connection that was refused last while the client was at fault. */
  readonly probe: string | undefined
}

export const readClientTags = (all: Tags): ClientTags => ({
  tokenEndpointHost: hostOf(all[tags.tokenEndpoint] ?? ''),
  clientSecretExpires: readTime(all[tags.clientSecretExpires]),
  probe: all[tags.probe],
})

const hostOf = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).host || undefined : undefined)
