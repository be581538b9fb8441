// A process: one invocation of a function, or one deed of a person. It may die at any of its calls.

export type ProcessKind = 'refresh' | 'bootstrap' | 'operator'

export class Process {
  readonly kind: ProcessKind
  readonly name: string
  readonly startedAt: number
  /** When it is ended by force, as Lambda does at the time limit. */
  readonly deadline: number
  state: 'running' | 'answered' | 'failed' | 'died' = 'running'
  endedAt: number | undefined
  /** How wrong its clock is, in milliseconds. */
  clockError = 0
  /** What it answered, or threw. */
  result: unknown
  #calls = 0

  constructor(kind: ProcessKind, name: string, time: { readonly startedAt: number; readonly deadline: number }) {
    this.kind = kind
    this.name = name
    this.startedAt = time.startedAt
    this.deadline = time.deadline
  }

  /** A name of its own for each of its calls. */
  nextKey(): string {
    return `${this.name}#${this.#calls++}`
  }
}
