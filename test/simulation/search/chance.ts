// What happens by chance in a random story. Everything that need not happen has a name, and a story can be reported again
// with only some of it.

import type { Draw } from '../engine/draw.ts'

export class Chance {
  readonly draw: Draw
  readonly #only: ReadonlySet<string> | undefined
  /** What has happened, in order. */
  readonly happened: string[] = []

  /** @param only what may happen; default: everything */
  constructor(draw: Draw, only?: ReadonlySet<string>) {
    this.draw = draw
    this.#only = only
  }

  happens(name: string, probability: number): boolean {
    if (!this.draw.chance(name, probability)) return false
    if (this.#only !== undefined && !this.#only.has(name)) return false
    this.happened.push(name)
    return true
  }
}
