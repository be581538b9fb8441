// The result of each connection that a person has named.

import type { NamedOutcome } from '../../contract.ts'
import { remedyFor } from '../../core/failures/failure-table.ts'
import type { Outcome } from '../../ports.ts'

export class NamedOutcomes {
  readonly #names: readonly string[]
  readonly #outcomes = new Map<string, Outcome>()

  constructor(names: readonly string[]) {
    this.#names = [...new Set(names)]
  }

  /** Other connections are not kept: a tick over all connections may have very many. */
  add(name: string, outcome: Outcome | undefined): void {
    if (outcome !== undefined && this.#names.includes(name)) this.#outcomes.set(name, outcome)
  }

  /** In the order in which they were named. */
  all(): readonly NamedOutcome[] {
    return this.#names.map((connection) => shown(connection, this.#outcomes.get(connection) ?? { kind: 'waiting' }))
  }
}

const shown = (connection: string, outcome: Outcome): NamedOutcome => {
  switch (outcome.kind) {
    case 'waiting':
      return { connection, outcome: 'left' }
    case 'claimed': {
      const { until } = outcome
      return { connection, outcome: 'held', ...(until !== undefined && { held_until: until.toISOString() }) }
    }
    case 'failed': {
      const { class: name, code } = outcome.failure
      return { connection, outcome: 'failed', class: name, code, remedy: remedyFor(outcome.failure, { connection }) }
    }
    default:
      return { connection, outcome: outcome.kind }
  }
}
