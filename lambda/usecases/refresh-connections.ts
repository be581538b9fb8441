// A tick: list the connections, look at those that are due, the oldest first, and end in time.

import { createHash } from 'node:crypto'
import { type RefreshAnswer, type RefreshEvent, tags } from '../contract.ts'
import { ownFailure } from '../core/failure-table.ts'
import { type ConnectionStatus, readStatus } from '../core/status.ts'
import type { Dependencies, Invocation, Outcome, StoredEntry } from '../ports.ts'
import { eachOf } from './concurrency.ts'
import { pacedStore } from './pace.ts'
import { refreshConnection } from './refresh-connection.ts'
import { TickReport } from './tick-report.ts'

/** At 150 ms a token request, this many at once pass the store's write quota, which is the limit then. */
const concurrency = 16

/** Nothing is redeemed that may not be stored: a token request and its writes are over within this. */
const refreshMilliseconds = 40_000

export const refreshConnections = async (
  dependencies: Dependencies,
  event: RefreshEvent,
  invocation: Invocation,
): Promise<RefreshAnswer> => {
  const paced = { ...dependencies, store: pacedStore(dependencies, event.of ?? 1) }
  const report = new TickReport(dependencies.clock.now())
  const due = event.connections === undefined ? await listDue(paced, event, report) : await named(paced, event, report)
  await eachOf(concurrency, due, async (entry) => {
    if (invocation.remainingMilliseconds() < refreshMilliseconds) return report.leave(entry)
    const correlationId = dependencies.random.uuid()
    const outcome = await refreshConnection(paced, { entry, force: event.force ?? false, correlationId, invocation })
    report.add(entry, outcome)
    dependencies.telemetry.outcome({ connection: entry.name, outcome, correlationId })
  })
  const summary = report.summary()
  // A tick over named connections has not seen the others, so it says nothing of them all.
  if (event.connections === undefined) dependencies.telemetry.tick(summary)
  const { refreshed, published, fresh, failed, left } = summary
  return { refreshed, published, fresh, failed, left }
}

const listDue = async ({ store, clock }: Dependencies, event: RefreshEvent, report: TickReport) => {
  const due: { readonly entry: StoredEntry; readonly next: number }[] = []
  for await (const entry of store.list(['grants', 'clients'])) {
    if (entry.room === 'clients') {
      report.seeClient(entry.tags[tags.clientSecretExpires])
    } else if (inShard(entry.name, event)) {
      const status = readStatus(entry.tags, entry.currentVersionId)
      report.see(entry, status)
      if (isDue(status, clock.now())) due.push({ entry, next: status.next?.getTime() ?? 0 })
    }
  }
  return due.sort((a, b) => a.next - b.next).map(({ entry }) => entry)
}

/** Tags that cannot be believed have no next attempt: somebody has to look. */
const isDue = ({ status, next }: ConnectionStatus, now: number): boolean =>
  status !== 'paused' && (next === undefined || next.getTime() <= now)

const named = async ({ store, telemetry }: Dependencies, event: RefreshEvent, report: TickReport) => {
  const entries: StoredEntry[] = []
  for (const name of event.connections ?? []) {
    const entry = await store.describe({ room: 'grants', name })
    if (entry !== undefined) {
      report.see(entry, readStatus(entry.tags, entry.currentVersionId))
      entries.push(entry)
      continue
    }
    const outcome: Outcome = { kind: 'failed', failure: ownFailure('connection_not_found'), state: undefined }
    report.add({ name }, outcome)
    telemetry.outcome({ connection: name, outcome })
  }
  return entries
}

/** The same connection is never in two shards, and every connection is in one. */
export const shardOf = (connection: string, of: number): number =>
  createHash('sha256').update(connection).digest().readUInt32BE(0) % of

const inShard = (connection: string, { shard, of }: RefreshEvent): boolean =>
  of === undefined || shardOf(connection, of) === shard
