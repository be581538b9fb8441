// The conductor of the random search: every call takes its own time, and now and then something goes wrong with one.

import { type Conductor, deaths, type Step } from '../engine/conductor.ts'
import type { Chance } from './chance.ts'
import type { Swarm } from './swarm.ts'

const listingLag = 300_000

export class Hazards implements Conductor {
  readonly stepMilliseconds = 0
  readonly #chance: Chance
  readonly #swarm: Swarm

  constructor(chance: Chance, swarm: Swarm) {
    this.#chance = chance
    this.#swarm = swarm
  }

  pick(ready: readonly Step[]): Step {
    const first = ready.reduce((one, other) => (other.at < one.at ? other : one))
    return first
  }

  latency({ key }: Pick<Step, 'key'>): number {
    const usual = this.#chance.draw.whole(`latency ${key}`, 5, 150)
    const long = this.#chance.happens(`${key} takes long`, this.#swarm.delays)
    return long ? usual + this.#chance.draw.whole(`delay ${key}`, 1_000, 60_000) : usual
  }

  lag({ key }: Pick<Step, 'key'>): number {
    if (!this.#chance.happens(`${key} lists late`, this.#swarm.lags)) return 0
    return this.#chance.draw.whole(`lag ${key}`, 0, listingLag)
  }

  fate(step: Step): string {
    const well = step.fates[0] ?? ''
    if (step.process.kind === 'operator' || step.what.startsWith('waits')) return well
    for (const death of deaths) if (this.#chance.happens(`${step.key} ${death}`, this.#swarm.deaths / 2)) return death
    for (const fate of step.fates) {
      if (this.#chance.happens(`${step.key} ${fate}`, this.#swarm.faults.get(fate) ?? 0)) return fate
    }
    return well
  }
}
