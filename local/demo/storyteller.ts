// The timeline: what was told of each connection, one line for every change of its state.

import type { Outcome, Telemetry, TickSummary } from '../../lambda/ports.ts'
import type { TimelineEntry } from './report.ts'
import type { Rules } from './rules.ts'
import { day, start } from './world.ts'

export class Storyteller implements Telemetry {
  readonly timeline: TimelineEntry[] = []
  readonly refreshes = new Map<string, number>()
  readonly #states = new Map<string, string>()
  #now: () => number = () => start.getTime()
  #rules: Rules | undefined

  /** The clock and the rules come to be after the telemetry does. */
  attach(now: () => number, rules: Rules): void {
    this.#now = now
    this.#rules = rules
  }

  tell(kind: TimelineEntry['kind'], text: string): void {
    const at = this.#now()
    this.timeline.push({ at: new Date(at).toISOString(), day: Math.floor((at - start.getTime()) / day), kind, text })
  }

  outcome(told: Parameters<Telemetry['outcome']>[0]): void {
    this.#rules?.told(JSON.stringify(told))
    const { connection, outcome } = told
    if (outcome.kind === 'refreshed') this.refreshes.set(connection, (this.refreshes.get(connection) ?? 0) + 1)
    this.#follow(connection, outcome)
  }

  bootstrapped(told: Parameters<Telemetry['bootstrapped']>[0]): void {
    this.#rules?.told(JSON.stringify(told))
    if (told.failure === undefined) this.#change(told.connection, 'healthy', 'good', 'is bootstrapped')
  }

  tick(summary: TickSummary): void {
    this.#rules?.told(JSON.stringify(summary))
  }

  #follow(connection: string, outcome: Outcome): void {
    if (outcome.kind === 'refreshed') this.#change(connection, 'healthy', 'good', 'is healthy again')
    if (outcome.kind !== 'failed') return
    const { failure, state } = outcome
    const reason = `${failure.class} ${failure.code}`
    if (state?.status === 'action-required') {
      this.#change(connection, 'action-required', 'action', `needs a person: ${reason}. ${failure.remedy}`)
    } else {
      this.#change(connection, 'retrying', 'trouble', `is retrying: ${reason}`)
    }
  }

  #change(connection: string, state: string, kind: TimelineEntry['kind'], text: string): void {
    if (this.#states.get(connection) === state) return
    this.#states.set(connection, state)
    this.tell(kind, `${connection} ${text}`)
  }
}
