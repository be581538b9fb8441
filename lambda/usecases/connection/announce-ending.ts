// Announces that a grant will end although it is refreshed: once, and early enough for a person to sign in again.

import { runbookLink, tags } from '../../contract.ts'
import { day } from '../../core/milliseconds.ts'
import { readHints } from '../../core/tags/hints.ts'
import type { ConnectionStatus, Tags } from '../../core/tags/status.ts'
import type { Announcement, Dependencies, StoredEntry } from '../../ports.ts'

export interface EndingAnnounced {
  readonly announcement: Announcement
  readonly about: StoredEntry
  /** Says that it was announced. */
  readonly tag: Tags
  /** Whether newer tags contain the announcement, or another end because a person has signed in again. */
  readonly isMade: (newest: Pick<StoredEntry, 'tags'>) => boolean
}

/** A paused connection is not refreshed, so its refresh token dies. People are notified this long before. */
const pausedWarningDays = 14

interface End {
  readonly endsAt: Date | undefined
  readonly warnFrom: Date | undefined
}

const endOf = (entry: StoredEntry, { status, refreshBy }: ConnectionStatus): End => {
  const hints = readHints(entry.tags)
  if (status !== 'paused' || refreshBy === undefined) return hints
  if (hints.endsAt !== undefined && hints.endsAt <= refreshBy) return hints
  return { endsAt: refreshBy, warnFrom: new Date(refreshBy.getTime() - pausedWarningDays * day) }
}

/** Undefined: no end is known, it is not near, it was announced, or people were already notified that a sign-in is necessary. */
export const announceEnding = (
  { settings, clock }: Pick<Dependencies, 'settings' | 'clock'>,
  entry: StoredEntry,
  status: ConnectionStatus,
): EndingAnnounced | undefined => {
  const { endsAt, warnFrom } = endOf(entry, status)
  if (entry.room !== 'grants' || endsAt === undefined || warnFrom === undefined) return undefined
  const now = clock.now()
  const near = warnFrom.getTime() <= now && now < endsAt.getTime()
  const end = endsAt.toISOString()
  if (!near || entry.tags[tags.endingNotified] === end) return undefined
  if (status.status === 'action-required') return undefined
  const paused = status.status === 'paused'
  const announcement: Announcement = {
    name: 'Connection Ending',
    detail: {
      prefix: settings.prefix,
      connection: entry.name,
      client: entry.tags[tags.client] ?? '',
      code: paused ? 'paused_connection_ending' : 'connection_ending',
      remedy: paused
        ? `The connection is paused, so its refresh token is not renewed. Resume it before then: token-refresher resume ${entry.name}`
        : `Sign in again before then: token-refresher bootstrap ${entry.name}`,
      since: new Date(now).toISOString(),
      ends_at: end,
      runbook: runbookLink(settings.runbookUrl, 'ConnectionEnding'),
    },
  }
  return {
    announcement,
    about: entry,
    tag: { [tags.endingNotified]: end },
    isMade: ({ tags: newest }) => newest[tags.endingNotified] === end || isOther(newest, entry.tags),
  }
}

/** A sign-in, or the end of a pause, has changed the end. */
const isOther = (newest: Tags, listed: Tags): boolean =>
  [tags.ending, tags.refreshBy, tags.paused].some((key) => newest[key] !== listed[key])
