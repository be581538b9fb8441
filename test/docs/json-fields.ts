// The fields of a JSON document: those that the page about the command lists, and those that a document has.

import { failureClasses } from '../../lambda/contract.ts'
import { table, unquoted } from './markdown.ts'

const page = 'docs/reference/command.md'

/** Types of each field, by its path. `[]` is in place of an element, as in `connections[].reason.class`. */
export type Fields = ReadonlyMap<string, readonly string[]>

/** As JSON has it, by its path: `object` and `array` too. */
export type Shape = ReadonlyMap<string, string>

const plain = ['string', 'number', 'boolean', 'null', 'optional']

/** The tables that another table names in place of a type. */
const shapes: Readonly<Record<string, string>> = {
  connection: 'a connection',
  reason: 'a reason',
  client: 'a client',
  'client in use': 'a client in use',
  renewal: 'a renewal',
  'renewal failure': 'a renewal failure',
  version: 'a version',
  'JSON of refresh': '`refresh`',
}

/** Fields of the table `JSON of <name>`, with those of the tables that it names. */
export const documentedFields = (name: string): Fields => {
  const fields = new Map<string, readonly string[]>()
  const add = (path: string, types: readonly string[]): void => {
    // What holds a field is an object or a list.
    const parts = path.split('.')
    for (let length = 1; length < parts.length; length++) {
      const holder = parts.slice(0, length).join('.')
      const optional = types.filter((word) => word === 'optional')
      if (!fields.has(holder)) fields.set(holder, ['object', ...optional])
      const list = holder.slice(0, -2)
      if (holder.endsWith('[]') && !fields.has(list)) fields.set(list, ['array', ...optional])
    }
    fields.set(path, types)
  }
  for (const [cell = '', typeCell = ''] of table(page, `JSON of ${name}`)) {
    const whole = cell === '(all fields)'
    for (const path of expanded(unquoted(cell))) {
      for (const [inner, types] of fieldsOf(unquoted(typeCell))) {
        if (whole && inner === '') continue
        add(whole ? inner : `${path}${inner === '' || inner.startsWith('[') ? '' : '.'}${inner}`, types)
      }
    }
  }
  return fields
}

/** One path for each failure class. */
const expanded = (path: string): readonly string[] =>
  path.includes('<class>') ? failureClasses.map((name) => path.replace('<class>', name)) : [path]

/** Of what a cell names as a type, by their path inside of it. */
const fieldsOf = (cell: string): Fields => {
  const [first = '', ...more] = cell.split(/, | or /)
  const list = /^list of (.+)$/.exec(first)?.[1]
  const kind = list ?? first
  const shape = shapes[kind]
  if (shape === undefined && !plain.includes(kind)) throw new Error(`"${cell}" is not a type`)
  const optional = more.filter((word) => word === 'optional')
  const inside: Fields = new Map(
    shape === undefined ? [] : [...documentedFields(shape)].map(([path, types]) => [path, [...types, ...optional]]),
  )
  const own = shape === undefined ? kind : 'object'
  if (list === undefined) return new Map([['', [own, ...more]], ...inside])
  return new Map([
    ['', ['array', ...more]],
    ['[]', [own, ...more]],
    ...[...inside].map(([path, types]) => [`[].${path}`, types] as const),
  ])
}

/** What a document has. */
export const found = (value: unknown): Shape => {
  const shape = new Map<string, string>()
  const walk = (one: unknown, path: string): void => {
    const type = one === null ? 'null' : Array.isArray(one) ? 'array' : typeof one
    // An element that has a value says more than one that has none.
    if (path !== '' && (type !== 'null' || !shape.has(path))) shape.set(path, type)
    if (Array.isArray(one)) for (const element of one) walk(element, `${path}[]`)
    else if (typeof one === 'object' && one !== null) {
      for (const [key, inner] of Object.entries(one)) walk(inner, path === '' ? key : `${path}.${key}`)
    }
  }
  walk(value, '')
  return shape
}
