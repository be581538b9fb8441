// Telemetry that keeps what it is told.

import type { Telemetry, TickSummary } from '../../lambda/ports.ts'

type Told = Parameters<Telemetry['outcome']>[0]
type Bootstrapped = Parameters<Telemetry['bootstrapped']>[0]

export class CollectedTelemetry implements Telemetry {
  readonly outcomes: Told[] = []
  readonly bootstraps: Bootstrapped[] = []
  readonly ticks: TickSummary[] = []

  outcome(told: Told): void {
    this.outcomes.push(told)
  }

  bootstrapped(told: Bootstrapped): void {
    this.bootstraps.push(told)
  }

  tick(summary: TickSummary): void {
    this.ticks.push(summary)
  }
}
