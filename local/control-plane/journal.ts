// The output of the functions by log group, and the metrics in it.

import { Metrics } from './metrics.ts'

export interface LogEvent {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly message: string
}

/** A limit, so that a stack that runs for weeks does not grow. */
const mostEvents = 20_000

export class Journal {
  readonly metrics = new Metrics()
  readonly #groups = new Map<string, LogEvent[]>()
  #count = 0

  constructor(groups: readonly string[]) {
    for (const group of groups) this.#groups.set(group, [])
  }

  print(group: string, message: string, at: number): void {
    const events = this.#groups.get(group) ?? []
    events.push({ id: String(this.#count++).padStart(20, '0'), at, message })
    if (events.length > mostEvents) events.shift()
    this.#groups.set(group, events)
    this.metrics.take(message)
  }

  /** The metrics that Lambda counts for an invocation. */
  invoked(functionName: string, failed: boolean, at: number): void {
    const dimensions = { FunctionName: functionName }
    this.metrics.put('AWS/Lambda', 'Invocations', dimensions, { value: 1, at })
    this.metrics.put('AWS/Lambda', 'Errors', dimensions, { value: failed ? 1 : 0, at })
  }

  /** Undefined: there is no such log group. */
  events(group: string): readonly LogEvent[] | undefined {
    return this.#groups.get(group)
  }
}
