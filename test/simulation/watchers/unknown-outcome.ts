// A part of I1: a single-use refresh token whose use is unknown is not sent again while the process that
// has sent it may still be at it, for using it twice could end the whole family.

import type { Process } from '../engine/process.ts'
import type { Asked } from '../world/token-endpoint.ts'
import type { Scene, Watcher } from './watcher.ts'

/** Clocks differ. */
const tolerance = 60_000

export const unknownOutcome = ({ provider, now }: Scene): Watcher => {
  const sent = new Map<string, Process>()
  return (event) => {
    if (event.kind !== 'asked' || provider.rotation !== 'single-use') return undefined
    const { grant } = event.asked.request
    if (grant.grant_type !== 'refresh_token') return undefined
    const value = grant.refresh_token.reveal()
    const before = sent.get(value)
    if (isUnknown(event.asked)) sent.set(value, event.asked.process)
    const again = before === event.asked.process || (before !== undefined && now() < before.deadline - tolerance)
    return again
      ? `${event.asked.process.name} sent a refresh token again that ${before?.name} may have used`
      : undefined
  }
}

const isUnknown = ({ reply }: Asked): boolean => (reply.kind === 'no-answer' ? !reply.unsent : reply.status >= 500)
