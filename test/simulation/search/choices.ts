// All ways through a tree of choices, one after another. A way is run again from its beginning with other choices.

export class Choices {
  readonly #given: readonly number[]
  readonly #taken: { readonly chosen: number; readonly of: number }[] = []

  /** @param given what is chosen first; afterwards always the first possibility */
  constructor(given: readonly number[] = []) {
    this.#given = given
  }

  choose<T>(possible: readonly [T, ...T[]]): T {
    if (possible.length === 1) return possible[0]
    const chosen = this.#given[this.#taken.length] ?? 0
    const choice = possible[chosen]
    if (choice === undefined) throw new Error(`there is no possibility ${chosen} of ${possible.length}`)
    this.#taken.push({ chosen, of: possible.length })
    return choice
  }

  get taken(): readonly number[] {
    return this.#taken.map(({ chosen }) => chosen)
  }

  /** The choices that lead to the next way; undefined after the last. */
  next(): readonly number[] | undefined {
    const left = this.#taken.findLastIndex(({ chosen, of }) => chosen + 1 < of)
    if (left === -1) return undefined
    return this.#taken.slice(0, left + 1).map(({ chosen }, place) => (place === left ? chosen + 1 : chosen))
  }
}
