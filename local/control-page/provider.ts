// What the control page has made of the provider. Habits that come from elsewhere, such as `--habits FILE`, stay.

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

  /** In place of all that was chosen before. */
  choose(trouble: Trouble): void {
    for (const end of this.#ends.splice(0)) end()
    this.#faults.entra = trouble.fault
    if (trouble.habit !== undefined) this.#ends.push(this.#entra.habits.add(trouble.habit, { times: 'always' }))
    this.#trouble = trouble
  }

  /** The next token request; a trouble that answers all of them comes first. */
  answerOnce({ habit }: OddAnswer): void {
    this.#ends.push(this.#entra.habits.add(habit))
  }
}
