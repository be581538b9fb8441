// A token, password or client secret in the code. It always prints as [redacted].

import { inspect } from 'node:util'

export class Redacted {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Only for a request to the provider and for the store. */
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
