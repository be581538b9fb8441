// An index of secrets in two orders, by name and by creation, so that one page of many thousands of secrets costs no more than one page.

import type { Secret } from './model.ts'

export class OrderedSecrets {
  readonly #byName = new Map<string, Secret>()
  readonly #names: string[] = []
  /** In creation order: the sequence only grows. */
  readonly #created: Secret[] = []

  all(): readonly Secret[] {
    return this.#created
  }

  put(secret: Secret): void {
    if (this.#byName.get(secret.name)?.sequence === secret.sequence) {
      this.#created[this.#createdIndex(secret.sequence)] = secret
    } else {
      this.remove(secret.name)
      this.#created.splice(this.#createdIndex(secret.sequence), 0, secret)
      this.#names.splice(this.#nameIndex(secret.name), 0, secret.name)
    }
    this.#byName.set(secret.name, secret)
  }

  remove(name: string): void {
    const secret = this.#byName.get(name)
    if (!secret) return
    this.#byName.delete(name)
    this.#created.splice(this.#createdIndex(secret.sequence), 1)
    this.#names.splice(this.#nameIndex(name), 1)
  }

  *inCreationOrder(order: 'asc' | 'desc', after: number | undefined): Iterable<Secret> {
    const step = order === 'asc' ? 1 : -1
    for (let at = this.#startIndex(order, after); ; at += step) {
      const secret = this.#created[at]
      if (!secret) return
      yield secret
    }
  }

  /** Undefined if there are so many that reading all in creation order is cheaper than sorting them for each page. */
  withPrefixes(prefixes: readonly string[]): ReadonlySet<Secret> | undefined {
    const found = new Set<Secret>()
    for (const prefix of prefixes) {
      for (let at = this.#nameIndex(prefix); ; at += 1) {
        const name = this.#names[at]
        const secret = name?.startsWith(prefix) ? this.#byName.get(name) : undefined
        if (!secret) break
        found.add(secret)
        if (found.size > 100 && found.size * 8 > this.#created.length) return undefined
      }
    }
    return found
  }

  #startIndex(order: 'asc' | 'desc', after: number | undefined): number {
    if (order === 'asc') return after === undefined ? 0 : this.#createdIndex(after + 1)
    return (after === undefined ? this.#created.length : this.#createdIndex(after)) - 1
  }

  #createdIndex(sequence: number): number {
    return lowerBound(this.#created, (other) => other.sequence < sequence)
  }

  #nameIndex(name: string): number {
    return lowerBound(this.#names, (other) => other < name)
  }
}

/** The first index whose item does not come before the wanted one. */
const lowerBound = <T>(items: readonly T[], before: (item: T) => boolean): number => {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && before(item)) low = middle + 1
    else high = middle
  }
  return low
}
