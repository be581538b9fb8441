// The conductor of the exhaustive search: every order of two writers' steps within a number of preemptions, and every
// way in which a number of calls can go wrong.

import { type Conductor, deaths, type Step } from '../engine/conductor.ts'
import type { Process } from '../engine/process.ts'
import type { Choices } from './choices.ts'

export interface Bounds {
  /** How often a process is interrupted although it could go on. */
  readonly preemptions: number
  /** How many calls go wrong. */
  readonly faults: number
  /** What can go wrong with a call, of what is possible for it. */
  readonly faultKinds: readonly string[]
  /** Whether what goes wrong is that a process dies. */
  readonly deadly: boolean
}

export const crashes: readonly string[] = deaths

export class Interleaving implements Conductor {
  readonly stepMilliseconds = 1
  /** From now on nothing goes wrong, first come, first served. */
  calm = false
  readonly #choices: Choices
  readonly #kinds: readonly string[]
  readonly #alike: boolean
  #preemptions: number
  #faults: number
  #running: Process | undefined

  /** `alike`: whether it makes no difference which process begins. */
  constructor(choices: Choices, { preemptions, faults, faultKinds, alike }: Bounds & { readonly alike: boolean }) {
    this.#choices = choices
    this.#alike = alike
    this.#preemptions = preemptions
    this.#faults = faults
    this.#kinds = faultKinds
  }

  /**
   * The running process continues, or is interrupted. A process that waits on the clock gives way for nothing, and may just as well go on
   * at once while all others are held up: the time that passes is as long as it has to be.
   */
  pick(ready: readonly Step[], asleep: readonly Step[]): Step {
    const [first] = ready
    if (first === undefined) throw new Error('no one is ready')
    const isOwn = ({ process }: Step): boolean => process === this.#running
    const own = ready.find(isOwn)
    const others = oneEach(ready.filter((step) => !isOwn(step)))
    const begins = this.#alike && this.#running === undefined
    const step = this.calm || begins ? (own ?? first) : this.#choose(own, [...asleep.filter(isOwn), ...others])
    if (own !== undefined && step !== own) this.#preemptions--
    this.#running = step.process
    return step
  }

  latency(): number {
    return 0
  }

  lag(): number {
    return 0
  }

  fate(step: Step): string {
    const well = step.fates[0] ?? ''
    if (this.calm || this.#faults === 0 || step.process.kind === 'operator' || step.what.startsWith('waits'))
      return well
    const wrong = this.#kinds.filter((kind) => step.fates.includes(kind) || crashes.includes(kind))
    const fate = this.#choices.choose([well, ...wrong])
    if (fate !== well) this.#faults--
    return fate
  }

  #choose(own: Step | undefined, others: readonly Step[]): Step {
    const [first, ...rest] = others
    if (own !== undefined) return this.#choices.choose(this.#preemptions > 0 ? [own, ...others] : [own])
    if (first === undefined) throw new Error('no one is ready')
    return this.#choices.choose([first, ...rest])
  }
}

/** The first step of each process: what a process does at once is not reordered. */
const oneEach = (steps: readonly Step[]): readonly Step[] =>
  steps.filter(({ process }, place) => steps.findIndex((one) => one.process === process) === place)
