// The figures of many stories together.

import type { RandomStory } from './random.ts'

const year = 365.25 * 86_400_000

export class Tally {
  stories = 0
  steps = 0
  milliseconds = 0
  lowestValidity = Number.POSITIVE_INFINITY
  readonly faults = new Map<string, number>()
  readonly lost = new Map<string, number>()
  readonly #began = performance.now()

  add(story: Pick<RandomStory, 'steps' | 'milliseconds' | 'faults' | 'figures'>): void {
    this.stories++
    this.steps += story.steps
    this.milliseconds += story.milliseconds
    this.lowestValidity = Math.min(this.lowestValidity, story.figures.lowestValidity)
    addTo(this.faults, story.faults)
    addTo(this.lost, story.figures.lost)
  }

  line(): string {
    const seconds = (performance.now() - this.#began) / 1000
    const years = (this.milliseconds / year).toFixed(1)
    return `${this.stories} stories, ${years} years, ${this.steps} steps, ${Math.round(this.steps / seconds)} a second`
  }

  text(): string {
    return [
      this.line(),
      `lowest validity that a reader saw: ${this.lowestValidity.toFixed(1)} minutes`,
      `grants of single-use refresh tokens lost between redeem and commit: ${total(this.lost)}`,
      ...rows(this.lost),
      `faults: ${total(this.faults)}`,
      ...rows(this.faults),
    ].join('\n')
  }
}

const addTo = (sums: Map<string, number>, more: ReadonlyMap<string, number>): void => {
  for (const [name, times] of more) sums.set(name, (sums.get(name) ?? 0) + times)
}

const total = (sums: ReadonlyMap<string, number>): number => [...sums.values()].reduce((sum, times) => sum + times, 0)

const rows = (sums: ReadonlyMap<string, number>): string[] =>
  [...sums].sort(([, a], [, b]) => b - a).map(([name, times]) => `  ${String(times).padStart(8)}  ${name}`)
