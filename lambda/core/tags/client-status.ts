// The status of a client, from the tags of its record.

import { tags } from '../../contract.ts'
import { readNotified } from './notified.ts'
import { type ConnectionStatus, readStatus, type Tags } from './status.ts'

interface Listed {
  readonly tags: Tags
  readonly currentVersionId: string | undefined
}

/** Only connections are paused: a `paused` tag on a client is ignored. */
export const clientStatus = ({ tags: all, currentVersionId }: Listed): ConnectionStatus => {
  const status = readStatus(all, currentVersionId)
  return { ...status, status: status.failure?.status ?? 'healthy' }
}

/** A client that was at fault, or whose fault people know without its end. */
export const hasTrouble = ({ tags: all, currentVersionId }: Listed): boolean =>
  !['healthy', undefined].includes(readNotified(all[tags.told]).state) ||
  readStatus(all, currentVersionId).failure !== undefined
