// Resolves CloudFormation's intrinsic functions as a deployment does. An unknown function is an error that names it.

import * as v from 'valibot'
import type { Place } from '../secrets-manager/names.ts'
import { attributesOf } from './attributes.ts'
import type { Template } from './template.ts'

type Resolve = (value: unknown) => unknown

const texts = v.array(v.string())
const join = v.tuple([v.string(), texts])
const split = v.tuple([v.string(), v.string()])
const select = v.tuple([v.pipe(v.union([v.string(), v.number()]), v.transform(Number)), texts])
const attribute = v.union([v.string(), v.tuple([v.string(), v.string()])])
const names = v.record(v.string(), v.string())
const substitution = v.union([
  v.tuple([v.string(), names]),
  v.pipe(
    v.string(),
    v.transform((text): [string, Record<string, string>] => [text, {}]),
  ),
])

/** @returns a function that resolves all intrinsic functions in a value of the template */
export const resolver = (template: Template, place: Place): Resolve => {
  const pseudo: ReadonlyMap<string, string> = new Map([
    ['AWS::Partition', 'aws'],
    ['AWS::Region', place.region],
    ['AWS::AccountId', place.accountId],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ])
  const deployed = (id: string) => {
    const resource = template.Resources[id]
    if (resource === undefined) throw new Error(`${id} is neither a resource nor a pseudo parameter known here`)
    return attributesOf(id, resource, { place, resolve })
  }
  const ref = (name: string): string => pseudo.get(name) ?? deployed(name).ref
  const getAtt = (path: string): string => {
    const [id = '', name] = path.split(/\.(.*)/s)
    const { arn, queueName, functionUrl } = deployed(id)
    const known = new Map([
      ['Arn', arn],
      ['QueueName', queueName],
      ['FunctionUrl', functionUrl],
    ])
    const value = known.get(name ?? '')
    if (value === undefined) throw new Error(`Fn::GetAtt ${path}: only ${[...known.keys()].join(', ')} are known here`)
    return value
  }
  const textOf = (name: string): string => (name.includes('.') ? getAtt(name) : ref(name))

  const functions: ReadonlyMap<string, Resolve> = new Map<string, Resolve>([
    ['Ref', (given) => ref(v.parse(v.string(), given))],
    ['Fn::GetAtt', (given) => getAtt([v.parse(attribute, given)].flat().join('.'))],
    [
      'Fn::Join',
      (given) => {
        const [separator, parts] = v.parse(join, given)
        return parts.join(separator)
      },
    ],
    [
      'Fn::Split',
      (given) => {
        const [separator, text] = v.parse(split, given)
        return text.split(separator)
      },
    ],
    [
      'Fn::Select',
      (given) => {
        const [index, all] = v.parse(select, given)
        const chosen = all[index]
        if (chosen === undefined) throw new Error(`Fn::Select: there is no item ${index}`)
        return chosen
      },
    ],
    [
      'Fn::Sub',
      (given) => {
        const [text, own] = v.parse(substitution, given)
        return substitute(text, (name) => own[name] ?? textOf(name))
      },
    ],
  ])

  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const [name = '', argument] = entries[0] ?? []
    if (entries.length !== 1 || !(name === 'Ref' || name.startsWith('Fn::'))) {
      return Object.fromEntries(entries.map(([key, one]) => [key, resolve(one)]))
    }
    const call = functions.get(name)
    if (call === undefined) throw new Error(`${name} is not known here`)
    return call(resolve(argument))
  }
  return resolve
}

/** `\${!Name}` stands for itself, without the exclamation mark. */
const substitute = (text: string, textOf: (name: string) => string): string =>
  text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) =>
    literal === '' ? textOf(name.trim()) : `\${${name}}`,
  )
