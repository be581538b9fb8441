// Telemetry that keeps what it is reported.

import { inspect } from 'node:util'
import type { Announcement, Telemetry, TickSummary, TokenRequestReport } from '../../lambda/ports.ts'

type Told = Parameters<Telemetry['outcome']>[0]
type Bootstrapped = Parameters<Telemetry['bootstrapped']>[0]
type Renewal = Parameters<Telemetry['renewal']>[0]
type Defect = Parameters<Telemetry['defect']>[0]
type StoreFailed = Parameters<Telemetry['storeFailed']>[0]

export class CollectedTelemetry implements Telemetry {
  readonly outcomes: Told[] = []
  readonly bootstraps: Bootstrapped[] = []
  readonly renewals: Renewal[] = []
  readonly ticks: TickSummary[] = []
  readonly announcements: Announcement[] = []
  readonly tokenRequests: TokenRequestReport[] = []
  readonly defects: Defect[] = []
  readonly storeFailures: StoreFailed[] = []

  outcome(told: Told): void {
    this.outcomes.push(told)
  }

  /** A defect fails the test that meets it, unless the test asks for one. */
  toleratesDefects = false

  defect(defect: Defect): void {
    this.defects.push(defect)
    if (!this.toleratesDefects) throw new Error(`defect: ${defect.error} ${defect.at.join(' ')}`)
  }

  storeFailed(failed: StoreFailed): void {
    this.storeFailures.push(failed)
  }

  bootstrapped(told: Bootstrapped): void {
    this.bootstraps.push(told)
  }

  renewal(told: Renewal): void {
    this.renewals.push(told)
  }

  tokenRequest(report: TokenRequestReport): void {
    this.tokenRequests.push(report)
  }

  announced(announcement: Announcement): void {
    this.announcements.push(announcement)
  }

  tick(summary: TickSummary): void {
    this.ticks.push(summary)
  }

  /** What became of a connection, last. */
  last(connection: string): Told['outcome'] | undefined {
    return this.outcomes.findLast((told) => told.connection === connection)?.outcome
  }

  /** All of it as text, in both ways in which something is printed. */
  text(): string {
    const all = [
      ...this.outcomes,
      ...this.bootstraps,
      ...this.renewals,
      ...this.ticks,
      ...this.announcements,
      ...this.tokenRequests,
      ...this.defects,
      ...this.storeFailures,
    ]
    return all.map((told) => JSON.stringify(told) + inspect(told, { depth: null })).join('\n')
  }
}
