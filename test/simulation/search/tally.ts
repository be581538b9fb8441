// The figures of many stories together.

import type { Explored } from './exhaustive.ts'
import type { RandomStory } from './random.ts'

const year = 365.25 * 86_400_000

export class Tally {
  stories = 0
  steps = 0
  milliseconds = 0
  lowestValidity = Number.POSITIVE_INFINITY
  lowestCachedValidity = Number.POSITIVE_INFINITY
  readonly faults = new Map<string, number>()
  readonly lost = new Map<string, number>()
  readonly #began = performance.now()

  add(story: Pick<RandomStory, 'steps' | 'milliseconds' | 'faults' | 'figures'>): void {
    this.stories++
    this.steps += story.steps
    this.milliseconds += story.milliseconds
    this.lowestValidity = Math.min(this.lowestValidity, story.figures.lowestValidity)
    this.lowestCachedValidity = Math.min(this.lowestCachedValidity, story.figures.lowestCachedValidity)
    addTo(this.faults, story.faults)
    addTo(this.lost, story.figures.lost)
  }

  /** Of a whole search. */
  addExplored({ stories, steps, faults, figures }: Explored): void {
    this.add({ steps, milliseconds: 0, faults, figures })
    this.stories += stories - 1
  }

  line(): string {
    const seconds = (performance.now() - this.#began) / 1000
    const years = this.milliseconds === 0 ? '' : `, ${(this.milliseconds / year).toFixed(1)} simulated years`
    return `${this.stories} stories${years}, ${this.steps} steps, ${Math.round(this.steps / seconds)} a second`
  }

  text(): string {
    const validity = [
      `lowest validity of what apps could read: ${minutes(this.lowestValidity)}`,
      ...(this.lowestCachedValidity === Number.POSITIVE_INFINITY
        ? []
        : [`and of what a reader held after its cache of up to 5 minutes: ${minutes(this.lowestCachedValidity)}`]),
    ]
    return [
      this.line(),
      ...validity,
      `grants lost, all of them with single-use refresh tokens: ${total(this.lost)}`,
      ...rows(this.lost),
      `faults: ${total(this.faults)}`,
      ...rows(this.faults),
    ].join('\n')
  }
}

const minutes = (number: number): string => `${number.toFixed(1)} minutes`

const addTo = (sums: Map<string, number>, more: ReadonlyMap<string, number>): void => {
  for (const [name, times] of more) sums.set(name, (sums.get(name) ?? 0) + times)
}

const total = (sums: ReadonlyMap<string, number>): number => [...sums.values()].reduce((sum, times) => sum + times, 0)

const rows = (sums: ReadonlyMap<string, number>): string[] =>
  [...sums].sort(([, a], [, b]) => b - a).map(([name, times]) => `  ${String(times).padStart(8)}  ${name}`)
