// A token, password or client secret on its way through the code: it prints as [redacted] wherever it is printed.

import { inspect } from 'node:util'

export class Redacted {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself: for the wire and the store, nowhere else. */
  reveal(): string {
    return this.#value
  }

  equals(other: Redacted): boolean {
    return this.#value === other.#value
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }

  [inspect.custom](): string {
    return '[redacted]'
  }
}
