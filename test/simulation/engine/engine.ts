// The scheduler. Every call of a port is a step that waits here; one goes on at a time, on a clock of its own.

import { type Conductor, deaths, type Step } from './conductor.ts'
import { Process, type ProcessKind } from './process.ts'
import type { Story } from './story.ts'

/** What can become of a call: what should, first, by name. */
export type Fates<T> = readonly (readonly [name: string, run: () => T | Promise<T>])[]

interface Waiting extends Step {
  /** Lets the call take effect. @returns what lets its answer arrive */
  go(fate: string): Promise<() => void>
}

interface Appointment {
  readonly at: number
  readonly order: number
  readonly act: () => void
}

export interface EngineOptions {
  readonly conductor: Conductor
  readonly story: Story
  readonly start: number
  readonly ended: (process: Process) => void
}

export class Engine {
  steps = 0
  readonly story: Story
  readonly #conductor: Conductor
  readonly #ended: (process: Process) => void
  #now: number
  #waiting: Waiting[] = []
  #appointments: Appointment[] = []
  #order = 0
  #stopped = false

  constructor({ conductor, story, start, ended }: EngineOptions) {
    this.#conductor = conductor
    this.story = story
    this.#now = start
    this.#ended = ended
  }

  now(): number {
    return this.#now
  }

  /** Something has gone wrong: no further step is made. */
  stop(): void {
    this.#stopped = true
  }

  get stopped(): boolean {
    return this.#stopped
  }

  /** Something that happens by itself at this moment, before any call. */
  at(time: number, act: () => void): void {
    this.#appointments.push({ at: Math.max(time, this.#now), order: this.#order++, act })
  }

  /** Starts a process now; it runs up to its first call at once. */
  start(
    kind: ProcessKind,
    name: string,
    how: { seconds: number; work: (process: Process) => Promise<unknown> },
  ): Process {
    const process = new Process(kind, name, { startedAt: this.#now, deadline: this.#now + how.seconds * 1000 })
    this.story.line(this.#now, name, 'starts')
    how.work(process).then(
      (answer) => this.#end(process, 'answered', answer),
      (error: unknown) => this.#end(process, 'failed', error),
    )
    return process
  }

  /** Waits until the conductor lets it go on. Of a process that has died it never does. */
  call<T>(process: Process, what: string, fates: Fates<T>): Promise<T> {
    const key = process.nextKey()
    const at = this.#now + this.#conductor.latency({ process, key, what })
    return this.#park({ process, what, key, at, fates })
  }

  /** The process waits on the clock, which nothing goes wrong with. */
  pause(process: Process, milliseconds: number): Promise<void> {
    const what = `waits ${Math.ceil(milliseconds)} ms`
    const fates: Fates<void> = [['', () => {}]]
    return this.#park({ process, what, key: process.nextKey(), at: this.#now + milliseconds, fates })
  }

  /** @param until moment after which no step is made; default: until no one waits */
  async run(until = Number.POSITIVE_INFINITY): Promise<void> {
    while (!this.#stopped) {
      await settled(this.steps)
      const next = this.#next()
      if (next > until || next === Number.POSITIVE_INFINITY) break
      this.#now = Math.max(this.#now, next)
      const due = this.#dueAppointment()
      if (due !== undefined) due.act()
      else await this.#step()
    }
    if (until !== Number.POSITIVE_INFINITY && !this.#stopped) this.#now = Math.max(this.#now, until)
  }

  kill(process: Process, why: string): void {
    if (process.state !== 'running') return
    this.story.line(this.#now, process.name, why)
    this.#waiting = this.#waiting.filter((one) => one.process !== process)
    this.#end(process, 'died', undefined)
  }

  #park<T>(call: Omit<Step, 'fates'> & { readonly fates: Fates<T> }): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const { fates, ...rest } = call
    const go = async (fate: string): Promise<() => void> => {
      const run = fates.find(([name]) => name === fate)?.[1]
      if (run === undefined) throw new Error(`${call.what} cannot end as "${fate}"`)
      try {
        const answer = await run()
        return () => resolve(answer)
      } catch (error) {
        return () => reject(error)
      }
    }
    this.#waiting.push({ ...rest, fates: fates.map(([name]) => name), go })
    return promise
  }

  #next(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { at } of this.#waiting) if (at < next) next = at
    for (const { at } of this.#appointments) if (at < next) next = at
    return next
  }

  #dueAppointment(): Appointment | undefined {
    let due: Appointment | undefined
    for (const one of this.#appointments) {
      if (
        one.at > this.#now ||
        (due !== undefined && (one.at > due.at || (one.at === due.at && one.order > due.order)))
      )
        continue
      due = one
    }
    if (due !== undefined) this.#appointments = this.#appointments.filter((one) => one !== due)
    return due
  }

  async #step(): Promise<void> {
    const late = this.#waiting.find(({ process }) => process.deadline < this.#now)
    if (late !== undefined) return this.kill(late.process, 'is ended at its time limit')
    const ready = this.#waiting.filter(({ at }) => at <= this.#now)
    const asleep = this.#waiting.filter(({ at }) => at > this.#now)
    const step = this.#conductor.pick(ready, asleep)
    const chosen = this.#waiting.find(({ key }) => key === step.key)
    if (chosen === undefined) throw new Error(`${step.key} does not wait`)
    this.steps++
    this.#now = Math.max(this.#now, chosen.at) + this.#conductor.stepMilliseconds
    const fate = this.#conductor.fate(chosen)
    if (fate === deaths[0]) return this.kill(chosen.process, `dies before: ${chosen.what}`)
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1)
    if (fate === deaths[1]) {
      await chosen.go(chosen.fates[0] ?? '')
      return this.kill(chosen.process, `dies after: ${chosen.what}`)
    }
    this.story.line(this.#now, chosen.process.name, fate === '' ? chosen.what : `${chosen.what}: ${fate}`)
    const arrive = await chosen.go(fate)
    arrive()
  }

  #end(process: Process, state: 'answered' | 'failed' | 'died', result: unknown): void {
    if (process.state !== 'running') return
    process.state = state
    process.result = result
    process.endedAt = this.#now
    this.story.ended(this.#now, process)
    this.#ended(process)
  }
}

/** So often a story lets Node.js do what else there is to do: timers, and messages between processes. */
const stepsBetweenTurns = 1000

/**
 * When everything that could go on has gone on. What is put off to the next tick from within a microtask comes after all
 * microtasks, as what `setImmediate` puts off does, and costs no turn of the event loop. The second tick comes after what other
 * code has put off to the first.
 */
const settled = (steps: number): Promise<void> =>
  new Promise((resolve) => {
    if (steps % stepsBetweenTurns === 0) setImmediate(resolve)
    else process.nextTick(() => Promise.resolve().then(() => process.nextTick(resolve)))
  })
