// Order of connections: those that need a person first, then by the earliest end.

import type { ShownConnection, ShownStatus } from './connection.ts'

const rank: Readonly<Record<ShownStatus, number>> = {
  'action-required': 0,
  retrying: 1,
  unknown: 2,
  healthy: 3,
  paused: 3,
}

/** What expires first without any action: the published access token, or the refresh token. */
export const deadline = ({ mode, expires, refreshBy }: ShownConnection): number => {
  const ends = [mode === 'keep-alive' ? undefined : expires, refreshBy].filter((time) => time !== undefined)
  return ends.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...ends.map(Number))
}

export const byUrgency = (a: ShownConnection, b: ShownConnection): number =>
  rank[a.status] - rank[b.status] || compare(deadline(a), deadline(b)) || compare(a.name, b.name)

const compare = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)
