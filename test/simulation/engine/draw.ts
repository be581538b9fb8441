// Chance from a seed. A number belongs to its key, not to its place in a sequence: taking one fault out of a story
// leaves all the others as they were, so that a story can be shortened.

export class Draw {
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = mixed(seed ^ 0x9e3779b9)
  }

  /** From 0 up to 1. */
  fraction(key: string): number {
    let hash = this.#seed
    for (let place = 0; place < key.length; place++) hash = Math.imul(hash ^ key.charCodeAt(place), 0x01000193)
    return mixed(hash) / 2 ** 32
  }

  chance(key: string, probability: number): boolean {
    return probability > 0 && this.fraction(key) < probability
  }

  between(key: string, low: number, high: number): number {
    return low + this.fraction(key) * (high - low)
  }

  whole(key: string, low: number, high: number): number {
    return Math.floor(this.between(key, low, high + 1))
  }

  one<T>(key: string, of: readonly [T, ...T[]]): T {
    return of[Math.floor(this.fraction(key) * of.length)] ?? of[0]
  }

  /** A UUID of version 4. */
  uuid(key: string): string {
    const hex = ['a', 'b', 'c', 'd'].map((part) =>
      Math.floor(this.fraction(`${key}${part}`) * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    const digits = hex.join('')
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`
  }
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
const mixed = (number: number): number => {
  let hash = number
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
