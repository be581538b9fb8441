// Who decides: which of the calls that wait goes on, how long it takes, and what becomes of it.

import type { Process } from './process.ts'

/** A call of a port that waits for its turn. */
export interface Step {
  readonly process: Process
  /** Never the same twice in a story. */
  readonly key: string
  /** `put grants/a` */
  readonly what: string
  /** When it takes effect, in milliseconds since 1970. */
  readonly at: number
  /** What can become of it. The first is what should. */
  readonly fates: readonly string[]
}

/** For any kind of call: its process ends before it took effect, or before its answer arrived. */
export const deaths = ['dies before', 'dies after'] as const
export type Death = (typeof deaths)[number]

export interface Conductor {
  /** How long every step takes, so that no two happen at one moment. */
  readonly stepMilliseconds: number
  /**
   * @param ready in the order in which they were made; never empty
   * @param asleep whose time has not come: picking one lets the time pass until then, and who is ready stays behind
   */
  pick(ready: readonly Step[], asleep: readonly Step[]): Step
  /** Milliseconds until a call takes effect. */
  latency(call: Pick<Step, 'process' | 'key' | 'what'>): number
  /** One of the step's fates, or a death. */
  fate(step: Step): string
  /** How far a listing lags behind, in milliseconds. */
  lag(step: Pick<Step, 'key' | 'what'>): number
}
