// A story: what happened, one line for each step, for a person to read.

import { inspect } from 'node:util'
import type { Process } from './process.ts'

export class Story {
  readonly #lines: string[] = []
  readonly #kept: boolean

  /** @param kept whether lines are kept: a search does without, and tells the story when it is run again */
  constructor(kept: boolean) {
    this.#kept = kept
  }

  line(at: number, who: string, what: string): void {
    if (this.#kept) this.#lines.push(`${new Date(at).toISOString()}  ${who.padEnd(18)} ${what}`)
  }

  ended(at: number, { name, state, result }: Process): void {
    if (!this.#kept || state === 'died') return
    const said = result instanceof Error ? result.message : inspect(result, { depth: 3, breakLength: Infinity })
    this.line(at, name, `${state}: ${said}`)
  }

  text(): string {
    return this.#lines.join('\n')
  }
}
