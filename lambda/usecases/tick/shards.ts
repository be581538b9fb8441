// Shards: several ticks at once, each of which refreshes its part of the connections.

import { createHash } from 'node:crypto'
import type { RefreshEvent } from '../../contract.ts'

/** The same connection is never in two shards, and every connection is in one. */
export const shardOf = (connection: string, of: number): number =>
  createHash('sha256').update(connection).digest().readUInt32BE(0) % of

export const inShard = (name: string, { shard, of }: RefreshEvent): boolean =>
  of === undefined || shardOf(name, of) === shard
