// The conditions of a statement: operator, key of the request, values.

import type { Context } from '../secrets-manager/access.ts'
import { matches, matchesArn } from './wildcards.ts'

export interface Condition {
  readonly key: string
  readonly values: readonly string[]
  /** How the values of a multivalued key are combined. */
  readonly quantifier: 'ForAnyValue' | 'ForAllValues' | undefined
  readonly test: Test
  readonly ifExists: boolean
}

interface Test {
  /** `exists` tests whether the request has the key, not its value. */
  readonly compare: ((value: string, wanted: string) => boolean) | 'exists'
  readonly negated: boolean
}

const equal = (value: string, wanted: string): boolean => value === wanted
const equalIgnoringCase = (value: string, wanted: string): boolean => value.toLowerCase() === wanted.toLowerCase()
const like = (value: string, wanted: string): boolean => matches(wanted, value)
const likeArn = (value: string, wanted: string): boolean => matchesArn(wanted, value)
const noMore = (value: string, wanted: string): boolean => Number(value) <= Number(wanted)

const tests: ReadonlyMap<string, Test> = new Map([
  ['StringEquals', { compare: equal, negated: false }],
  ['StringNotEquals', { compare: equal, negated: true }],
  ['StringEqualsIgnoreCase', { compare: equalIgnoringCase, negated: false }],
  ['StringNotEqualsIgnoreCase', { compare: equalIgnoringCase, negated: true }],
  ['StringLike', { compare: like, negated: false }],
  ['StringNotLike', { compare: like, negated: true }],
  ['ArnEquals', { compare: likeArn, negated: false }],
  ['ArnLike', { compare: likeArn, negated: false }],
  ['ArnNotEquals', { compare: likeArn, negated: true }],
  ['ArnNotLike', { compare: likeArn, negated: true }],
  ['NumericLessThanEquals', { compare: noMore, negated: false }],
  ['Bool', { compare: equalIgnoringCase, negated: false }],
  ['Null', { compare: 'exists', negated: false }],
])

/** @throws Error that names an element that this code does not know */
export const readCondition = (operator: string, key: string, values: readonly string[]): Condition => {
  const [, quantifier, name = '', ifExists] = /^(?:(\w+):)?(\w+?)(IfExists)?$/.exec(operator) ?? []
  const test = tests.get(name)
  const known = quantifier === undefined || quantifier === 'ForAnyValue' || quantifier === 'ForAllValues'
  if (test === undefined || !known || (name === 'Null' && (quantifier ?? ifExists) !== undefined)) {
    throw new Error(`the condition operator ${operator} is not known here`)
  }
  const variable = values.find((value) => value.includes('$' + '{'))
  if (variable !== undefined) throw new Error(`the policy variable in "${variable}" is not known here`)
  return { key, values, quantifier, test, ifExists: ifExists !== undefined }
}

export const holds = (condition: Condition, context: Context): boolean => {
  const { key, values, quantifier, test, ifExists } = condition
  const { compare, negated } = test
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
  if (compare === 'exists') return values.some((value) => (value === 'true') === (found === undefined))
  if (found === undefined) return ifExists || quantifier === 'ForAllValues' || (quantifier === undefined && negated)
  const one = (value: string): boolean => values.some((wanted) => compare(value, wanted)) !== negated
  if (quantifier !== undefined) {
    const all = typeof found === 'string' ? [found] : found
    return quantifier === 'ForAnyValue' ? all.some(one) : all.every(one)
  }
  if (typeof found !== 'string')
    throw new Error(`${key} has several values: its condition needs ForAnyValue or ForAllValues`)
  return one(found)
}
