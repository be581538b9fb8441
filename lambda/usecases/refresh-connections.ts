// A tick: refreshes the connections that are due, or those that are named, reports, and ends in time.

import type { RefreshAnswer, RefreshEvent } from '../contract.ts'
import type { Dependencies, Invocation } from '../ports.ts'
import { rateLimitedStore } from './limits/rate-limited-store.ts'
import { NamedOutcomes } from './reporting/named-outcomes.ts'
import { AllConnections } from './tick/all-connections.ts'
import { refreshNamed } from './tick/named-connections.ts'
import { inShard } from './tick/shards.ts'
import { TickWork } from './tick/tick-work.ts'
import { TimeLeft } from './tick/time-left.ts'

/** Messages and metrics take less than this at the end of an invocation. */
const reportMilliseconds = 25_000

/** @throws StoreFailure when connections or clients could not be listed to the end, after everything else was done */
export const refreshConnections = async (
  ports: Dependencies,
  event: RefreshEvent,
  invocation: Invocation,
): Promise<RefreshAnswer> => {
  const rateLimited = rateLimitedStore(ports, event.of ?? 1)
  const dependencies = { ...ports, store: rateLimited.store }
  const time = new TimeLeft(invocation, rateLimited)
  const ownsClient = (client: string): boolean => inShard(client, event)
  const isOver = (): boolean => time.isOver()
  const named = event.connections
  const outcomes = new NamedOutcomes(named ?? [])
  const force = event.force === true || event.set !== undefined
  const onOutcome = outcomes.add.bind(outcomes)
  const work = new TickWork(dependencies, { force, invocation, isOver, ownsClient, set: event.set, onOutcome })
  const all = new AllConnections(dependencies, { event, work, time })
  const working = named === undefined ? all.refresh() : refreshNamed(dependencies, { work, names: named, onOutcome })
  await doneOrNearlyOver(working, invocation)
  await work.notify()
  if (all.listingFailed !== undefined) throw all.listingFailed
  const summary = work.report.summary()
  // A tick over named connections has not seen the others, so it writes no metrics.
  if (named === undefined) dependencies.telemetry.tick(summary)
  await working
  const { refreshed, published, fresh, failed, left } = summary
  const counts = { refreshed, published, fresh, failed, left }
  return named === undefined ? counts : { ...counts, outcomes: outcomes.all() }
}

/** A connection without an answer at this time does not delay messages and metrics of the others. */
const doneOrNearlyOver = async (working: Promise<void>, invocation: Invocation): Promise<void> => {
  const left = invocation.whenLeft?.(reportMilliseconds)
  await Promise.race([working, ...(left === undefined ? [] : [left.reached])]).finally(() => left?.cancel())
}
