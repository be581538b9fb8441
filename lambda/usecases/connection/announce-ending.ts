// Announcing that a grant will end although it is refreshed: once, and early enough for a person to sign in again.

import { runbookLink, tags } from '../../contract.ts'
import { readHints } from '../../core/tags/hints.ts'
import type { ConnectionStatus, Tags } from '../../core/tags/status.ts'
import type { Announcement, Dependencies, StoredEntry } from '../../ports.ts'

export interface EndingAnnounced {
  readonly announcement: Announcement
  readonly about: StoredEntry
  /** Says that it was announced. */
  readonly tag: Tags
  /** Whether newer tags say so, or know of another end: a person has signed in again. */
  readonly isMade: (newest: Pick<StoredEntry, 'tags'>) => boolean
}

/** Undefined: no end is known, it is not near, it was announced, or a person is asked to sign in already. */
export const announceEnding = (
  { settings, clock }: Pick<Dependencies, 'settings' | 'clock'>,
  entry: StoredEntry,
  status: ConnectionStatus,
): EndingAnnounced | undefined => {
  const { endsAt, warnFrom } = readHints(entry.tags)
  if (entry.room !== 'grants' || endsAt === undefined || warnFrom === undefined) return undefined
  const now = clock.now()
  const near = warnFrom.getTime() <= now && now < endsAt.getTime()
  const end = endsAt.toISOString()
  if (!near || entry.tags[tags.endingNotified] === end) return undefined
  if (status.status === 'action-required' || status.status === 'paused') return undefined
  const announcement: Announcement = {
    name: 'Connection Ending',
    detail: {
      prefix: settings.prefix,
      connection: entry.name,
      client: entry.tags[tags.client] ?? '',
      code: 'connection_ending',
      remedy: `Sign in again before then: token-refresher bootstrap ${entry.name}`,
      since: new Date(now).toISOString(),
      ends_at: end,
      runbook: runbookLink(settings.runbookUrl, 'ConnectionEnding'),
    },
  }
  return {
    announcement,
    about: entry,
    tag: { [tags.endingNotified]: end },
    isMade: ({ tags: newest }) =>
      newest[tags.endingNotified] === end || newest[tags.ending] !== entry.tags[tags.ending],
  }
}
