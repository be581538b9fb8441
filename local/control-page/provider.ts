// The habits that the control page has chosen for the provider. Habits from elsewhere, such as `--habits FILE`, stay.

import type { Entra } from '../entra/service.ts'
import type { Faults } from '../services.ts'
import type { OddAnswer } from './odd-answers.ts'
import { asUsual, type Trouble } from './troubles.ts'

export class Provider {
  readonly #entra: Entra
  readonly #faults: Faults
  #trouble: Trouble = asUsual
  #ends: (() => void)[] = []

  constructor(entra: Entra, faults: Faults) {
    this.#entra = entra
    this.#faults = faults
  }

  get trouble(): Trouble {
    return this.#trouble
  }

  /** Replaces all earlier choices. */
  choose(trouble: Trouble): void {
    for (const end of this.#ends.splice(0)) end()
    this.#faults.entra = trouble.fault
    if (trouble.habit !== undefined) this.#ends.push(this.#entra.habits.add(trouble.habit, { times: 'always' }))
    this.#trouble = trouble
  }

  /** Applies to the next token request. A lasting failure of all requests comes first. */
  answerOnce({ habit }: OddAnswer): void {
    this.#ends.push(this.#entra.habits.add(habit))
  }
}
