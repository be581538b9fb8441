// Reads a request: types of the protocol, lengths and ranges of the service's model.

import { constraint, serialization } from './errors.ts'

export interface Limits {
  readonly minimum?: number
  readonly maximum?: number
  /** A message never contains the value. */
  readonly sensitive?: boolean
}

type Fields = Readonly<Record<string, unknown>>

export class Input {
  readonly #fields: Fields
  readonly #path: string

  constructor(fields: Fields, path = '') {
    this.#fields = fields
    this.#path = path
  }

  static parse(body: string): Input {
    let parsed: unknown
    try {
      parsed = JSON.parse(body === '' ? '{}' : body)
    } catch {
      throw serialization('The request body is not valid JSON.')
    }
    if (!isFields(parsed)) throw serialization('Start of structure or map expected.')
    return new Input(parsed)
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined
  }

  string(name: string, limits: Limits = {}): string | undefined {
    const value = this.#value(name)
    if (value === undefined) return undefined
    if (typeof value !== 'string') throw serialization(`${kindOf(value)} can not be converted to a String`)
    checkLength(shown(value, limits), this.#field(name), value.length, limits)
    return value
  }

  required(name: string, limits: Limits = {}): string {
    const value = this.string(name, limits)
    if (value === undefined) throw constraint(' null', this.#field(name), 'must not be null')
    return value
  }

  boolean(name: string): boolean {
    const value = this.#value(name) ?? false
    if (typeof value !== 'boolean') throw serialization(`${kindOf(value)} can not be converted to a Boolean`)
    return value
  }

  integer(name: string, { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: Limits = {}) {
    const value = this.#value(name)
    if (value === undefined) return undefined
    if (typeof value !== 'number') throw serialization(`${kindOf(value)} can not be converted to a Long`)
    if (value < minimum) {
      throw constraint(` '${value}'`, this.#field(name), `must have value greater than or equal to ${minimum}`)
    }
    if (value > maximum)
      throw constraint(` '${value}'`, this.#field(name), `must have value less than or equal to ${maximum}`)
    return Math.trunc(value)
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.string(name)
    if (value === undefined) return undefined
    const known = values.find((candidate) => candidate === value)
    if (known === undefined) {
      throw constraint(` '${value}'`, this.#field(name), `must satisfy enum value set: [${values.join(', ')}]`)
    }
    return known
  }

  strings(name: string, limits: Limits = {}, each: Limits = {}): readonly string[] | undefined {
    return this.#list(name, limits)?.map((value) => {
      if (typeof value !== 'string') throw serialization(`${kindOf(value)} can not be converted to a String`)
      checkLength(shown(value, each), this.#field(name), value.length, each)
      return value
    })
  }

  objects(name: string, limits: Limits = {}): readonly Input[] | undefined {
    return this.#list(name, limits)?.map((value, index) => {
      if (!isFields(value)) throw serialization('Start of structure or map expected.')
      return new Input(value, `${this.#field(name)}.${index + 1}.member.`)
    })
  }

  #list(name: string, limits: Limits): readonly unknown[] | undefined {
    const value = this.#value(name)
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw serialization('Expected list or null')
    checkLength(` '[${value.map(listed).join(', ')}]'`, this.#field(name), value.length, limits)
    return value
  }

  #field(name: string): string {
    return this.#path + name.charAt(0).toLowerCase() + name.slice(1)
  }

  /** JSON null is the same as leaving the member out. */
  #value(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? undefined) : undefined
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const shown = (value: string, { sensitive = false }: Limits): string => (sensitive ? '' : ` '${value}'`)
const listed = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
const kindOf = (value: unknown): string => `${Array.isArray(value) ? 'LIST' : `${typeof value}`.toUpperCase()}_VALUE`

const checkLength = (value: string, name: string, length: number, { minimum = 0, maximum }: Limits): void => {
  if (length < minimum) throw constraint(value, name, `must have length greater than or equal to ${minimum}`)
  if (maximum !== undefined && length > maximum) {
    throw constraint(value, name, `must have length less than or equal to ${maximum}`)
  }
}
